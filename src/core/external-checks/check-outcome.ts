/** What came of asking a service. `answered` is the only success. */
export const CHECK_OUTCOMES = [
  "answered",
  /** It answered with another status than 2xx. */
  "refused",
  /** 3xx: not followed, it could lead anywhere. */
  "redirected",
  /** Not JSON, or not of the shape the settings say. */
  "wrong_shape",
  "too_large",
  "timeout",
  "unreachable",
  /** Not sent: its name stands for something inside, or nobody could say. */
  "internal_address",
  /** Not sent: the deployment has no secret for it, or none for this host. */
  "no_secret",
] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];
