import type { ModelVerdict } from "../core/decision/answer.ts";
import type { CanonicalEvent } from "../core/event/event.ts";
import type { Vocabulary } from "../core/features/catalogue.ts";
import type { Facts } from "../core/features/value.ts";
import { modelApplies } from "../core/model/applies.ts";
import type { ModelCard } from "../core/model/card.ts";
import { encodeInputs, type InputEncoder } from "../core/model/encode-inputs.ts";
import type { ScoringModel } from "../ports/model.ts";
import type { Deadline } from "./budget.ts";

/** How often a waiting decision looks whether the model is there: the load belongs to another request, so its promise cannot be awaited. */
const LOOK_EVERY_MS = 4;
/** What is kept of the deadline for deciding and answering. */
const RESERVE_MS = 20;

export interface Scorable {
  readonly event: CanonicalEvent;
  readonly facts: Facts;
}
/** Scores events, all of a call in one run; every fault is a verdict with p = 0. */
export type Scorer = (vocabulary: Vocabulary, items: readonly Scorable[], deadline: Deadline) => Promise<ModelVerdict[]>;

/**
 * Asks the model (D6). A decision waits for a model that is still loading up to its deadline, then answers by rules with `loading`.
 * Events the card does not apply to are `not_applicable`.
 */
export function createScorer(model: ScoringModel, currencyExponent: number): Scorer {
  let prepared: { readonly vocabulary: Vocabulary; readonly card: ModelCard; readonly encoder: InputEncoder | null } | null = null;

  function encoderFor(vocabulary: Vocabulary, card: ModelCard): InputEncoder | null {
    if (prepared === null || prepared.vocabulary !== vocabulary || prepared.card !== card) {
      const encoder = encodeInputs(card, vocabulary, currencyExponent);
      prepared = { vocabulary, card, encoder: encoder.ok ? encoder.value : null };
    }
    return prepared.encoder;
  }

  return async (vocabulary, items, deadline) => {
    while (model.state() === "loading" && deadline.leftMs() > RESERVE_MS)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const card = model.card();
    const state = model.state();
    if (card === null || state !== "ready") return items.map(() => silent(state === "loading" ? "loading" : "failed", card));
    const applicable = items.filter(({ event }) => modelApplies(card, event));
    if (applicable.length === 0) return items.map(() => silent("not_applicable", card));
    const encoder = encoderFor(vocabulary, card);
    if (encoder === null) return items.map(() => silent("failed", card));
    const rows = new Float32Array(applicable.length * encoder.width);
    for (const [row, { facts }] of applicable.entries()) encoder.encode(facts.values, rows, row);
    const scored = await model.score(rows, applicable.length);
    let row = 0;
    return items.map((item) => {
      if (item !== applicable[row]) return silent("not_applicable", card);
      const at = row++;
      const probability = scored.ok ? scored.value[at] : undefined;
      if (probability === undefined) return silent("failed", card);
      return { status: "scored", name: card.name, version: card.version, probability, outOfRange: encoder.outOfRange(rows, at) };
    });
  };
}

function silent(status: ModelVerdict["status"], card: ModelCard | null): ModelVerdict {
  return { status, name: card?.name ?? null, version: card?.version ?? null, probability: 0, outOfRange: [] };
}
