/** `npm run keys`: API keys of programs. */
import { runKeys } from "../access/run-keys.ts";

process.exitCode = await runKeys(process.argv.slice(2), process.env, { say: console.log, complain: console.error });
