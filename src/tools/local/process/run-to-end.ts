import { spawn } from "node:child_process";
import { signal as send } from "./end-process.ts";

export interface RunOptions {
  /** Ends it, with what it began. */
  readonly signal: AbortSignal;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly user?: { readonly uid: number; readonly gid: number } | null;
  readonly limitMs?: number;
}

/** Runs a program to its end; rejects, once it is gone, with what it last complained of when it fails, takes too long or is ended. */
export function runToEnd(command: string, args: readonly string[], options: RunOptions): Promise<void> {
  const { signal, cwd, env = process.env, user = null, limitMs } = options;
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(command, args, { cwd, env, ...user, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    const stop = () => child.pid !== undefined && send(-child.pid, "SIGTERM");
    const timer = limitMs === undefined ? undefined : setTimeout(stop, limitMs);
    signal.addEventListener("abort", stop, { once: true });
    let complaint = "";
    child.stderr.on("data", (chunk) => {
      complaint += chunk;
    });
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      if (code === 0) resolve();
      else reject(new Error(complaint.trim().split("\n").at(-1) || `${command} failed`));
    });
  });
}
