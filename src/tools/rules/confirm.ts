import { Stopped, wrongUse } from "./stopped.ts";
import type { Console } from "./terminal.ts";

/** Goes on when somebody says yes; ends the command when they do not, or when nobody is there. */
export async function confirm(question: string, { ask }: Pick<Console, "ask">): Promise<void> {
  if (ask === null) throw wrongUse("nobody is at the terminal to confirm: add --yes");
  const answer = (await ask(`${question} [y/N] `)).trim().toLowerCase();
  if (answer !== "y" && answer !== "yes") throw new Stopped(1, "not_confirmed", "nothing was changed");
}
