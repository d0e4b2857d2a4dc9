/** Among a decision's `degraded`: its automatic block comes with its record. It was found after deciding, so it changes no outcome. */
export const LATE_BLOCK = "autoblock";
