import type { Result } from "../../core/result.ts";
import { ask, type Database } from "./database.ts";
import type { PostgresFault } from "./fault.ts";
import { deadLetters } from "./schema/dead-letters.ts";

/** Keeps a message that could not be processed, as text, with why. */
export function addDeadLetter(database: Database, text: string, reason: string, budgetMs: number): Promise<Result<void, PostgresFault>> {
  return ask(database, budgetMs, async (session) => {
    await session.insert(deadLetters).values({ text: text.replaceAll("\0", "\ufffd"), reason });
  });
}
