/** `npm run doctor`: what is wrong with a deployment or a local stack, how far its stores are, and what to do. */
import { runDoctor } from "../doctor/run-doctor.ts";

process.exitCode = await runDoctor(process.argv.slice(2), process.env, { say: console.log, complain: console.error });
