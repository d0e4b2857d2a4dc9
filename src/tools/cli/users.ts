/** `npm run users`: staff who may sign in, the first admin among them. */
import { readPassword } from "../access/read-password.ts";
import { runUsers } from "../access/run-users.ts";

process.exitCode = await runUsers(process.argv.slice(2), process.env, { say: console.log, complain: console.error }, readPassword);
