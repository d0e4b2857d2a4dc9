/** `npm run audit -- verify`: whether the audit log is as it was appended. */
import { runAudit } from "../audit/run-audit.ts";

process.exitCode = await runAudit(process.argv.slice(2), process.env, { say: console.log, complain: console.error });
