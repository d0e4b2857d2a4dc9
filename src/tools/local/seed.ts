import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "./refusal.ts";
import { type DevelopmentKeys, seedKeys } from "./seed-keys.ts";
import { seedRuleset } from "./seed-ruleset.ts";

/** A running local stack, as what fills it sees it. */
export interface SeedContext {
  readonly baseUrl: string;
  readonly databaseUrl: string;
  readonly neonEndpoint: string;
  readonly hashSecret: string;
  readonly dataDir: string;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * Gives a running stack what it needs to answer its first call: keys and a ruleset. Doing it again changes nothing, so what fails because a part is
 * slow or comes back just now is tried again for a minute in all.
 */
export async function seed(context: SeedContext, log: (line: string) => void, signal: AbortSignal): Promise<DevelopmentKeys> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      const keys = await seedKeys(context);
      log(await seedRuleset(context, keys.admin));
      return keys;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      signal.throwIfAborted();
      const { message } = error as Error;
      if (performance.now() > endMs)
        throw new Refusal(`${message}; that stayed so for a minute: see the logs, and run \`npm start\` again`);
      log(`waiting for the stores: ${message}; trying again`);
      await sleep(PAUSE_MS);
    }
  }
}
