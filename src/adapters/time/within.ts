import { err, ok, type Result } from "../../core/result.ts";
import type { SourceFault } from "../../ports/answer.ts";

/** Runs work on a binding that has no abort signal: past the budget it is left running and the answer is `timeout`. */
export async function within<T>(source: SourceFault["source"], budgetMs: number, work: () => Promise<T>): Promise<Result<T, SourceFault>> {
  let timer: number | null = null;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, budgetMs, "late");
  });
  try {
    const first = await Promise.race([work().then((value) => ({ value })), late]);
    return first === "late" ? err({ source, reason: "timeout" }) : ok(first.value);
  } catch {
    return err({ source, reason: "unavailable" });
  } finally {
    clearTimeout(timer);
  }
}
