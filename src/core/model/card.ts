import * as z from "zod";
import { TRANSACTION_TYPES } from "../event/event.ts";

const Bounds = z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, { error: "must be [lowest, highest]" });
const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, "must be a name of letters, digits, `_` and `-`");

const base = {
  /** The model's own name of the column. */
  name: Name,
  /** The feature it is made from. */
  feature: z.string().min(1),
  /** Lowest and highest value seen in training, as float32. */
  range: Bounds,
  /** The value exists only after the payment it would score: such a model cannot be live. */
  afterExecution: z.literal(true).optional(),
};

/** One column of the model's input row. `money` is major units; `equals` is 1 or 0; `bucket` looks a value (money in major units) up between edges. */
export const ModelInput = z.discriminatedUnion("encode", [
  z.strictObject({ ...base, encode: z.literal("money") }),
  z.strictObject({ ...base, encode: z.literal("number") }),
  z.strictObject({ ...base, encode: z.literal("equals"), value: z.string().min(1) }),
  z
    .strictObject({ ...base, encode: z.literal("bucket"), edges: z.array(z.number()), values: z.array(z.number()) })
    .refine(({ edges, values }) => values.length === edges.length + 1, {
      path: ["values"],
      error: "must hold one value more than there are edges",
    })
    .refine(({ edges }) => edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? edge)), {
      path: ["edges"],
      error: "must be in ascending order",
    }),
]);
export type ModelInput = z.infer<typeof ModelInput>;

/** How the trees' margin becomes a probability: sigmoid(slope × margin + intercept) (Platt 1999), already part of the ONNX graph. */
const Calibration = z.discriminatedUnion("method", [
  z.strictObject({ method: z.literal("none") }),
  z.strictObject({ method: z.literal("platt"), slope: z.number().positive(), intercept: z.number(), inGraph: z.literal(true) }),
]);

const Probability = z.number().min(0).max(1);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex");

/** What a model is, what it reads and how good it was when it was trained: `models/<name>/card.json`. */
export const ModelCard = z
  .strictObject({
    name: Name,
    version: z.string().min(1).max(64),
    /** May score real decisions. */
    live: z.boolean(),
    description: z.string(),
    notes: z.array(z.string()),
    /** SHA-256 of the ONNX file, in hex. */
    sha256: Sha256,
    inputs: z.array(ModelInput).min(1).max(512),
    /** Absent and missing values enter the row as NaN. */
    missing: z.literal("nan"),
    output: z.strictObject({ name: z.string(), calibration: Calibration }),
    appliesTo: z.strictObject({
      types: z.array(z.enum(TRANSACTION_TYPES)).min(1),
      /** Fields of the event's body (checkout's spelling) without which the model says nothing. */
      requires: z.array(z.string().min(1)),
    }),
    /** Probability from which the holdout's recall and precision are counted. */
    threshold: Probability,
    metrics: z.record(z.string(), z.record(z.string(), Probability)),
    /** ONNX beside XGBoost: largest difference of the probability over these rows. */
    agreement: z.strictObject({ rows: z.int().positive(), maxDifference: z.number().min(0) }),
    training: z.looseObject({ data: z.strictObject({ name: z.string(), sha256: Sha256, rows: z.int().positive() }) }),
  })
  .refine(({ inputs }) => new Set(inputs.map(({ name }) => name)).size === inputs.length, {
    path: ["inputs"],
    error: "must have distinct names",
  })
  .refine(({ live, inputs }) => !live || inputs.every(({ afterExecution }) => !afterExecution), {
    path: ["live"],
    error: "must be false while an input exists only after the payment",
  });
export type ModelCard = z.infer<typeof ModelCard>;

/** The one text that names a model in decisions and health: `name/version`. */
export const modelVersion = (card: Pick<ModelCard, "name" | "version">): string => `${card.name}/${card.version}`;
