import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Refusal } from "../refusal.ts";
import { endProcess, signal } from "./end-process.ts";
import { writeMark } from "./process-mark.ts";

/** How to run a program that must keep running. */
export interface Program {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The ordinary user to run as, for what refuses root. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
  /** Given on standard input: configuration that must not show on the command line. */
  readonly input: string | null;
  /** Asks it to end in its own good order. */
  readonly stopSignal: NodeJS.Signals;
  /** Takes its output; begun anew by `supervise`, kept over restarts. */
  readonly logFile: string;
  /** Remembers its process, for whoever comes after a start that was killed. */
  readonly markFile: string;
  /** Gives up a start that has not come to its end. */
  readonly signal: AbortSignal;
  /** Rejects as long as it does not answer; with a Refusal when it never will. */
  probe(): Promise<unknown>;
  /** It sends lines for people over Node's channel between processes, and sees by it when this process ends. */
  readonly talks?: boolean;
}

/** A program that comes back when it dies of anything but `kill` and `stop`. */
export interface Supervised {
  pid(): number | null;
  /** SIGKILL, and it stays down until `start`. */
  kill(): Promise<void>;
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  /** Ends it in its own good order. */
  stop(): Promise<void>;
}

/** What dies again so soon waits that long before it is started again. */
const SHORT_LIFE_MS = 5_000;
const RESTART_MS = 1_000;
const POLL_MS = 20;
/** Slow machines take long; what has not ended by itself is waited for. */
const READY_MS = 600_000;
const TELL_EVERY_MS = 10_000;

/** Starts a program and keeps it running; rejects with the end of its log when it does not come up. @param log told of each death and return */
export async function supervise(program: Program, log: (line: string) => void): Promise<Supervised> {
  let child: ChildProcess | null = null;
  let isWanted = false;
  writeFileSync(program.logFile, "");
  // The last resort: whatever ends this process, the program is at least asked to end too.
  const onExit = () => child?.pid !== undefined && signal(child.pid, program.stopSignal);

  const launch = (): ChildProcess => {
    const launched = spawnProgram(program);
    const launchedAtMs = performance.now();
    child = launched;
    launched.on("message", (line) => log(String(line)));
    launched.once("exit", (code, cause) => {
      if (launched.pid !== undefined) signal(-launched.pid, "SIGKILL");
      if (child === launched) child = null;
      if (isWanted) void comeBack(`${program.name} ended (${cause ?? code}); starting it again`, performance.now() - launchedAtMs);
    });
    return launched;
  };
  const comeBack = async (reason: string, livedMs: number) => {
    log(reason);
    if (livedMs < SHORT_LIFE_MS) await sleep(RESTART_MS, undefined, { ref: false });
    if (isWanted && child === null) launch();
  };
  const end = async (polite: NodeJS.Signals) => {
    isWanted = false;
    if (child?.pid !== undefined) {
      // Dead is not enough: until its exit is collected it stays in the process table.
      const collected = once(child, "exit");
      await endProcess(child.pid, polite);
      await collected;
    }
    rmSync(program.markFile, { force: true });
    process.off("exit", onExit);
  };

  const supervised: Supervised = {
    pid: () => child?.pid ?? null,
    kill: () => end("SIGKILL"),
    stop: () => end(program.stopSignal),
    async start() {
      if (child !== null) return;
      process.once("exit", onExit);
      await untilReady(program, launch(), log);
      isWanted = true;
    },
  };
  await supervised.start();
  return supervised;
}

function spawnProgram({ command, args, cwd, env, user, input, logFile, markFile, talks }: Program): ChildProcess {
  const log = openSync(logFile, "a");
  try {
    // A group of its own: Ctrl-C reaches only us, and we end things in order.
    const options = { cwd, env, detached: true, ...user };
    const child = spawn(command, args, {
      ...options,
      stdio: [input === null ? "ignore" : "pipe", log, log, ...(talks === true ? (["ipc"] as const) : [])],
    });
    child.once("error", () => {});
    child.stdin?.on("error", () => {}).end(input);
    if (child.pid !== undefined) writeMark(markFile, child.pid);
    return child;
  } finally {
    closeSync(log);
  }
}

async function untilReady(program: Program, child: ChildProcess, log: (line: string) => void): Promise<void> {
  const startMs = performance.now();
  let toldAtMs = startMs;
  while (performance.now() - startMs < READY_MS) {
    const fault = await program.probe().then(
      () => null,
      (error: unknown) => error,
    );
    if (fault === null) return;
    if (fault instanceof Refusal) return giveUp(program, child, fault);
    const hasEnded = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (hasEnded) throw new Error(`${program.name} did not start: ${lastLines(program.logFile)}`);
    if (performance.now() - toldAtMs >= TELL_EVERY_MS) {
      toldAtMs = performance.now();
      log(`waiting for ${program.name}, which does not answer yet (${Math.round((toldAtMs - startMs) / 1_000)} s)`);
    }
    if (program.signal.aborted) return giveUp(program, child, new Error(`${program.name} was not wanted any more`));
    await sleep(POLL_MS);
  }
  await giveUp(program, child, new Error(`${program.name} did not answer within ${READY_MS / 1_000} s: ${lastLines(program.logFile)}`));
}

async function giveUp(program: Program, child: ChildProcess, reason: Error): Promise<never> {
  if (child.pid !== undefined) await endProcess(child.pid, program.stopSignal);
  throw reason;
}

function lastLines(file: string): string {
  return readFileSync(file, "utf8").trim().split("\n").slice(-5).join(" | ");
}
