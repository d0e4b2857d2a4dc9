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

/** Gives a running stack what it needs to answer its first call: keys and a ruleset. Doing it again changes nothing. */
export async function seed(context: SeedContext, log: (line: string) => void): Promise<DevelopmentKeys> {
  const keys = await seedKeys(context);
  log(await seedRuleset(context, keys.admin));
  return keys;
}
