import { approvals } from "./commands/approvals.ts";
import { approve } from "./commands/approve.ts";
import { backtest } from "./commands/backtest.ts";
import { check } from "./commands/check.ts";
import { diff } from "./commands/diff.ts";
import { history } from "./commands/history.ts";
import { kill } from "./commands/kill.ts";
import { publish } from "./commands/publish.ts";
import { pull } from "./commands/pull.ts";
import { reject } from "./commands/reject.ts";
import { rollback } from "./commands/rollback.ts";
import { simulate } from "./commands/simulate.ts";
import { snooze } from "./commands/snooze.ts";
import { stats } from "./commands/stats.ts";
import { status } from "./commands/status.ts";
import { test } from "./commands/test.ts";
import { type Program, runProgram } from "./run-program.ts";
import type { Console } from "./terminal.ts";

const RULES: Program = {
  name: "rules",
  commands: [
    check,
    test,
    simulate,
    backtest,
    diff,
    publish,
    status,
    stats,
    history,
    rollback,
    kill,
    snooze,
    approvals,
    approve,
    reject,
    pull,
  ],
  about: "The rules themselves are described in rules/README.md.",
};

/** `npm run rules`: runs one command and gives its exit code. With `--json` standard output is one document, whatever happens. */
export const runRules = (words: readonly string[], console: Console): Promise<number> => runProgram(RULES, words, console);
