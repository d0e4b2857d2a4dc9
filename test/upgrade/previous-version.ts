import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { REPOSITORY } from "../../src/tools/local/repository.ts";

/** The commit an upgrade starts from: the release in production. Each release moves it to the one before itself. */
export const PREVIOUS = "df82ffa38c84f3501d6646d20fc37a0b1574c0e0";

export interface Checkout {
  readonly root: string;
  remove(): void;
}

/** The files of the previous release, taken from the history, with the present `node_modules`. */
export function checkOutPrevious(): Checkout {
  const git = (...args: string[]): Buffer =>
    execFileSync("git", args, { cwd: REPOSITORY, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
  try {
    git("cat-file", "-e", `${PREVIOUS}^{commit}`);
  } catch {
    throw new Error(
      `the upgrade test starts from commit ${PREVIOUS}, which this clone does not have: run \`git fetch --unshallow\` (in CI, check out the full history)`,
    );
  }
  const root = mkdtempSync(join(tmpdir(), "tollgate-previous-"));
  const remove = () => rmSync(root, { recursive: true, force: true });
  try {
    execFileSync("tar", ["-x", "-C", root], { input: git("archive", PREVIOUS) });
    symlinkSync(join(REPOSITORY, "node_modules"), join(root, "node_modules"));
    // wrangler.toml names this folder.
    mkdirSync(join(root, "dist/assets"), { recursive: true });
    return { root, remove };
  } catch (error) {
    remove();
    throw error;
  }
}
