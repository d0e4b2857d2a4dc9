import type { GatePolicy } from "../../core/gate/policy.ts";
import type { SettingFault } from "../../core/gate/settings.ts";
import type { TextSigner } from "../../core/gate/signed-text.ts";
import type { Log } from "../../core/log/log-line.ts";
import type { ChallengeVerifier, Origin, RefusalSink } from "../../ports/gate.ts";
import type { GateLists } from "./gate-lists.ts";

/** Everything a gated request may use, made once per isolate by the composition root. */
export interface GateParts {
  readonly policy: GatePolicy;
  /** The header of the proxy that the deployment trusts, in lower case; null trusts the platform, and an empty one nobody. */
  readonly trustedProxyHeader: string | null;
  /** Null where no path looks addresses up. */
  readonly lists: GateLists | null;
  /** Null without a secret: then no context is signed, no cookie is set and no challenge is posed. */
  readonly signer: TextSigner | null;
  readonly deviceCookie: "set" | "off";
  readonly challenge: { readonly siteKey: string; readonly verifier: ChallengeVerifier } | null;
  readonly origin: Origin;
  /** By which the origin knows the gate; null sends none. */
  readonly originKey: string | null;
  /** An e-mail address or URL for refused visitors; null names none. */
  readonly contact: string | null;
  /** Settings that are wrong: every answer says `degraded` until they are mended. */
  readonly settingFaults?: readonly SettingFault[];
  /** Where refusals are kept; null where no queue is bound. */
  readonly refusals: RefusalSink | null;
  readonly pause: (ms: number) => Promise<void>;
  readonly clock: () => number;
  readonly newId: () => string;
  readonly log: Log;
}
