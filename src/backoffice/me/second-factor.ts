import * as z from "zod";
import { newRecoveryCodes, readCode, TOTP_SECRET_BYTES, toBase32, totpUri } from "../../core/access/totp.ts";
import { TriedPassword } from "../../core/access/user.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { CodeProof, SignIn } from "../../ports/access.ts";
import { type StaffRefusal, staffAction } from "../staff-action.ts";
import { faultAt, findSelf, findSelfByPassword, type MeDeps, type MeRefusal, ownChange } from "./me-deps.ts";

export const Code = z.string().min(1).max(40);
export const StartCall = z.strictObject({ password: TriedPassword });
export const ConfirmCall = z.strictObject({ code: Code });
export const DisableCall = z.strictObject({ password: TriedPassword, code: Code });

/** Makes the secret of a second factor and shows it; nothing is asked for until a code confirms it. Again makes another. */
export const startSecondFactor = staffAction<
  MeDeps,
  z.infer<typeof StartCall>,
  { readonly secret: string; readonly uri: string },
  MeRefusal
>({
  verb: "self.manage",
  action: "user.start_second_factor",
  input: StartCall,
  plan: async (deps, { password }) => {
    const found = await findSelfByPassword(deps, "password", password);
    if (!found.ok) return found;
    const user = found.value;
    if (user.secondFactor?.isConfirmed === true) return faultAt("", "has_one", "you have a second factor: disable it first");
    const secret = toBase32(deps.randomBytes(TOTP_SECRET_BYTES));
    return ok({
      change: deps.users.startingSecondFactor(user, await deps.sealSecret(secret, user.id)),
      ...ownChange(deps, user, { second_factor: "started" }),
      output: { secret, uri: totpUri(secret, user.username) },
    });
  },
});

/** Switches a second factor on by a code of it; gives the recovery codes, which nobody can show again. */
export const confirmSecondFactor = staffAction<
  MeDeps,
  z.infer<typeof ConfirmCall>,
  { readonly recoveryCodes: readonly string[] },
  MeRefusal
>({
  verb: "self.manage",
  action: "user.confirm_second_factor",
  input: ConfirmCall,
  plan: async (deps, { code }, context) => {
    const found = await findSelf(deps);
    if (!found.ok) return found;
    const user = found.value;
    if (user.secondFactor === null) return faultAt("", "not_started", "start a second factor first");
    if (user.secondFactor.isConfirmed) return faultAt("", "has_one", "it is confirmed already");
    const proof = await proved(deps, user, code);
    if (!proof.ok) return proof;
    if (proof.value.kind !== "totp") return faultAt("code", "wrong_code", "is not a code of your app");
    const recoveryCodes = newRecoveryCodes(deps.randomBytes);
    const digests = await Promise.all(recoveryCodes.map((text) => deps.recoveryDigest(user.id, readCode(text)?.code ?? text)));
    return ok({
      change: deps.users.confirmingSecondFactor(user, proof.value.step, digests, context.nowMs),
      ...ownChange(deps, user, { second_factor: true }),
      output: { recoveryCodes },
    });
  },
});

/** Takes one's own second factor away, by password and a code. */
export const disableSecondFactor = staffAction<MeDeps, z.infer<typeof DisableCall>, void, MeRefusal>({
  verb: "self.manage",
  action: "user.disable_second_factor",
  input: DisableCall,
  plan: async (deps, { password, code }, context) => {
    const found = await findSelfByPassword(deps, "password", password);
    if (!found.ok) return found;
    const user = found.value;
    if (user.secondFactor?.isConfirmed !== true) return faultAt("", "has_none", "you have no second factor");
    const proof = await proved(deps, user, code);
    if (!proof.ok) return proof;
    return ok({
      change: deps.users.removingSecondFactor(user, proof.value, "keep", context.nowMs),
      ...ownChange(deps, user, { second_factor: false }),
      output: undefined,
    });
  },
});

async function proved(deps: MeDeps, user: SignIn, code: string): Promise<Result<CodeProof, MeRefusal | StaffRefusal>> {
  const proof = await deps.proveCode(user, code);
  if (proof.ok) return proof;
  if (proof.error.kind !== "refused") return err(proof.error);
  return faultAt("code", "wrong_code", "is not good: wait for the next code of your app, and look at the time of its device");
}
