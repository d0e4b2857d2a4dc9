import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { Refusal } from "../local/refusal.ts";

/** A password from the terminal, unseen and twice, or the first line of what is piped in. Never from the command line, which everyone on the machine can read. */
export async function readPassword(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new Refusal("no password came in: pipe one in, or run this in a terminal");
  }
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    const ask = async (prompt: string): Promise<string> => {
      process.stderr.write(prompt);
      const answer = await terminal.question("");
      process.stderr.write("\n");
      return answer;
    };
    const password = await ask("Password: ");
    if ((await ask("Again: ")) !== password) throw new Refusal("the two are not the same: nothing was changed");
    return password;
  } finally {
    terminal.close();
  }
}
