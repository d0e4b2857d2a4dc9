import { isAdmitted } from "../../core/access/network.ts";
import { callerAddress } from "../caller-address.ts";
import { answerProblem } from "../problem.ts";
import type { Step } from "../step.ts";

/** Refuses callers outside the configured networks, before any key of theirs is looked at. */
export const adminNetworks: Step = {
  before(c) {
    if (isAdmitted(callerAddress(c), c.get("services").surface.adminNetworks)) return null;
    return answerProblem(c, {
      status: 403,
      code: "network_not_allowed",
      detail: "staff routes are not served to this address: call from one of the networks in `ADMIN_NETWORKS`",
    });
  },
};
