import { spawnSync } from "node:child_process";
import { Refusal } from "../refusal.ts";

export interface User {
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ["postgres", "nobody"];

/** Whom Postgres runs as: ourselves (null), or an ordinary user that exists when we are root, which Postgres refuses. */
export function ordinaryUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of CANDIDATES) {
    const [uid, gid] = ["-u", "-g"].map((option) => spawnSync("id", [option, name], { encoding: "utf8" }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Refusal("Postgres does not run as root and there is no user `postgres` or `nobody` to run it as; start as an ordinary user");
}

/** Whether the user can enter a folder; asked of the system, because modes alone do not tell. */
export function canEnter(user: User, folder: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { ...user, cwd: "/", stdio: "ignore" }).status === 0;
}
