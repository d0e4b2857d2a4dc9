import * as z from "zod";
import { SERVICE_FLAGS } from "../access.ts";
import { openApi } from "../api.ts";
import { defineCommand } from "../command.ts";
import { wholeNumber } from "../flags.ts";
import { tableLines } from "../table.ts";

const Count = z.number();
const RuleFigures = z.looseObject({
  seq: Count,
  rule: z.string(),
  mode: z.string().nullable(),
  evaluated: Count,
  acted: Count,
  shadowed: Count,
  unknown: Count,
  errors: Count,
  blocked: Count,
  money_stopped: Count,
  labelled: z.object({ fraud: Count, legitimate: Count }),
  precision: Count.nullable(),
});
type RuleFigures = z.infer<typeof RuleFigures>;
const Stats = z.looseObject({
  from: z.string(),
  to: z.string(),
  currency: z.string(),
  versions: z.array(z.looseObject({ seq: Count, decisions: Count, blocked: Count, held_back: Count })),
  rules: z.array(RuleFigures),
});

/** What each rule did, and how labels judged it. */
export const stats = defineCommand({
  name: "stats",
  summary: "show what each rule did, and how labels judged it",
  takes: "",
  mostWords: 0,
  about: `Rules that did not fire are left out, unless with --all. \`acted\` fired and counted, \`shadow\` fired and was only recorded,
\`unknown\` could not be told for want of a value (\`failed\` of them because a source had failed). Figures are counted seconds after a decision.`,
  flags: {
    days: { value: "N", about: "the last N days (default 7)" },
    rule: { value: "RULE", about: "one rule only, such as transfer/R1" },
    seq: { value: "SEQ", about: "one version only" },
    all: { about: "also the rules that did not fire" },
    ...SERVICE_FLAGS,
  },
  run: async ({ flags, console }) => {
    const query = { days: wholeNumber("--days", flags.days), rule: flags.rule, seq: wholeNumber("--seq", flags.seq) };
    const answer = await openApi(flags, console).rules("/stats", { query, answer: Stats });
    const shown = flags.all || flags.rule !== undefined ? answer.rules : answer.rules.filter(({ acted, shadowed }) => acted + shadowed > 0);
    const left = answer.rules.length - shown.length;
    const versions = tableLines(
      ["version", "decisions", "blocked", "held back"],
      answer.versions.map((one) => [one.seq, one.decisions, one.blocked, one.held_back]),
    );
    return {
      code: 0,
      document: { ok: true, ...answer },
      lines:
        versions.length === 0
          ? ["no decision in this time"]
          : [...versions, "", ...tableLines([...HEADS, `stopped ${answer.currency}`], shown.map(rowOf))],
      complaints: left === 0 ? [] : [`${left} more did not fire: --all shows them`],
    };
  },
});

const HEADS = [
  "version",
  "rule",
  "mode",
  "evaluated",
  "acted",
  "shadow",
  "unknown",
  "failed",
  "fraud",
  "legitimate",
  "precision",
  "blocked",
] as const;

const rowOf = (one: RuleFigures) => [
  ...[one.seq, one.rule, one.mode, one.evaluated, one.acted, one.shadowed, one.unknown, one.errors],
  ...[one.labelled.fraud, one.labelled.legitimate, one.precision === null ? null : `${(one.precision * 100).toFixed(1)} %`],
  ...[one.blocked, one.money_stopped],
];
