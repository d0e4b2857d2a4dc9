import { runAction } from "../rules/run-action.ts";

process.exitCode = await runAction(process.argv.slice(2), { say: console.log, complain: console.error });
