/** Why something cannot start: one sentence that ends with the way out. Shown as it is, without a stack. */
export class Refusal extends Error {
  override name = "Refusal";
}
