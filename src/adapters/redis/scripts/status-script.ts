import { FIRST_LINE } from "./log-functions.ts";
import { STATUS_FUNCTIONS } from "./status-functions.ts";

/**
 * Sets the status of one transaction in the logs of the entities it touched.
 *
 * KEYS: for each log its previous format, tail, ids and core. ARGV: 1 encoded id · 2 encoded status. Returns the number of logs changed.
 */
export const STATUS_SCRIPT = `${FIRST_LINE}
${STATUS_FUNCTIONS}
return set_status(1, #KEYS, ARGV[1], ARGV[2])
`;
