import { Refusal } from "./refusal.ts";

/** A database the local stack runs on, and what tests may do to it. */
export interface Engine {
  /** Where its own protocol is spoken, with user and password. */
  readonly url: string;
  /** What it is, for people. */
  readonly about: string;
  /** Ends it at once, as a crash would; it stays down until `start`. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * An engine that already ran before us: never ended by us. Refuses when it does not answer.
 * @param variable the environment variable that names it
 */
export async function foreignEngine(
  name: string,
  variable: string,
  url: string,
  probe: (url: string) => Promise<unknown>,
): Promise<Engine> {
  try {
    await probe(url);
  } catch (error) {
    throw new Refusal(`${variable} names a ${name} that does not answer (${(error as Error).message}); start it, or unset ${variable}`);
  }
  const about = `${name} at ${variable}`;
  const refuse = () => Promise.reject(new Error(`${about} is not ours to end or start`));
  return { url, about, kill: refuse, start: refuse, stop: async () => {} };
}

/** Where an engine of ours keeps its things, and how. */
export interface EngineHome {
  /** The data folder; absolute. */
  readonly folder: string;
  readonly password: string;
  /** `durable` survives a crash; `disposable` is faster and for tests. */
  readonly keeping: "durable" | "disposable";
  /** Gives up a start that has not come to its end. */
  readonly signal: AbortSignal;
  /** Told when the engine dies and comes back. */
  log(line: string): void;
}
