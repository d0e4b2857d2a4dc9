import type { StaffRole } from "../../core/access/permission.ts";
import { SESSION_LIFE } from "../../core/access/session-life.ts";
import { claimsOf } from "../../core/access/token.ts";
import { fromBase32, matchTotp, readCode } from "../../core/access/totp.ts";
import { err, ok, type Result } from "../../core/result.ts";
import type { CodeProof, SignIn } from "../../ports/access.ts";
import type { AuthRefusal, AuthServices, GrantedToken } from "./auth-services.ts";

const BUDGET_MS = 3_000;

export interface PasswordCall {
  readonly username: string;
  readonly password: string;
  /** A code of the second factor, or a recovery code. */
  readonly code?: string | undefined;
  /** What an earlier sign-in gave this device. */
  readonly deviceToken?: string | undefined;
  readonly address: string | null;
}

/**
 * Signs a user in by name, password and, where there is a second factor, its code: counts the attempt, then compares, whether the name exists or not.
 * Closed while Redis (the count) or Postgres (the user) does not answer.
 */
export async function grantPassword(auth: AuthServices, call: PasswordCall): Promise<Result<GrantedToken, AuthRefusal>> {
  const admitted = await admit(auth, call);
  if (!admitted.ok) return admitted;
  const { user, deviceId } = admitted.value;
  const isRight = auth.passwords.isPasswordOf(call.password, user?.passwordHash ?? null);
  if (user === null || !isRight || user.disabledAtMs !== null) return err({ kind: "refused", reason: "wrong_credentials" });
  const proof = user.secondFactor?.isConfirmed === true ? await proveCode(auth, user, call.code, deviceId === null) : ok(null);
  if (!proof.ok) return proof;

  const nowMs = auth.clock();
  const refreshToken = auth.newRefreshToken();
  const sid = auth.newId();
  const device = { id: deviceId ?? auth.newId(), isNew: deviceId === null };
  const refreshDigest = await auth.digest(refreshToken);
  const session = {
    id: sid,
    userId: user.id,
    passwordHash: user.passwordHash,
    refreshDigest,
    proof: proof.value,
    deviceId: device.id,
    nowMs,
  };
  const opened = await auth.sessions.open(session, BUDGET_MS);
  if (!opened.ok) return err({ kind: "unavailable", part: opened.error.source });
  // With a code it is most likely one that was used a moment ago.
  if (!opened.value) return err({ kind: "refused", reason: proof.value === null ? "wrong_credentials" : "wrong_code" });
  // A count that stays costs its user nothing but attempts: no reason to refuse.
  await auth.attempts.forget({ username: call.username, address: call.address, deviceId, userId: user.id }, BUDGET_MS);
  const exp = Math.floor((nowMs + SESSION_LIFE.deviceMs) / 1000);
  const deviceToken = device.isNew ? await auth.devices.sign({ sub: `user:${user.id}`, did: device.id, exp }) : (call.deviceToken ?? null);
  const { id: userId, username, role } = user;
  const hasSecondFactor = user.secondFactor?.isConfirmed === true;
  return ok(await tokenForUser(auth, { sid, userId, username, role, hasSecondFactor, nowMs, refreshToken, deviceToken }));
}

/** Counts the attempt: on its device's own counter if the user signed in with it before, else on those of name, address and network. */
async function admit(
  auth: AuthServices,
  { username, address, deviceToken }: PasswordCall,
): Promise<Result<{ readonly user: SignIn | null; readonly deviceId: string | null }, AuthRefusal>> {
  const device = deviceToken === undefined ? null : await auth.devices.read(deviceToken, auth.clock());
  if (device !== null) {
    const taken = await auth.attempts.takeDevice(device.did, BUDGET_MS);
    if (!taken.ok) return err({ kind: "unavailable", part: taken.error.source });
    if (taken.value.retryAfterSeconds !== null) return err({ kind: "throttled", retryAfterSeconds: taken.value.retryAfterSeconds });
    const found = await auth.sessions.findSignIn(username, device.did, BUDGET_MS);
    if (!found.ok) return err({ kind: "unavailable", part: found.error.source });
    if (found.value?.knowsDevice === true) return ok({ user: found.value, deviceId: device.did });
  }
  const taken = await auth.attempts.take(username, address, BUDGET_MS);
  if (!taken.ok) return err({ kind: "unavailable", part: taken.error.source });
  if (taken.value.retryAfterSeconds !== null) return err({ kind: "throttled", retryAfterSeconds: taken.value.retryAfterSeconds });
  const found = await auth.sessions.findSignIn(username, null, BUDGET_MS);
  return found.ok ? ok({ user: found.value, deviceId: null }) : err({ kind: "unavailable", part: found.error.source });
}

/** What a code proves of a user with a second factor. Codes are counted before they are judged, unless the device is counted already. */
export async function proveCode(
  auth: Pick<AuthServices, "attempts" | "secondFactor" | "digest" | "clock">,
  user: Pick<SignIn, "id" | "secondFactor">,
  text: string | undefined,
  isCounted: boolean,
): Promise<Result<CodeProof, AuthRefusal>> {
  if (user.secondFactor === null) return err({ kind: "refused", reason: "wrong_code" });
  if (text === undefined) return err({ kind: "refused", reason: "code_required" });
  if (isCounted) {
    const taken = await auth.attempts.takeSecond(user.id, BUDGET_MS);
    if (!taken.ok) return err({ kind: "unavailable", part: taken.error.source });
    if (taken.value.retryAfterSeconds !== null) return err({ kind: "throttled", retryAfterSeconds: taken.value.retryAfterSeconds });
  }
  const read = readCode(text);
  if (read === null) return err({ kind: "refused", reason: "wrong_code" });
  if (read.kind === "recovery") return ok({ kind: "recovery", digest: await recoveryDigest(auth.digest, user.id, read.code) });
  const secret = await auth.secondFactor.secrets.open(user.secondFactor.sealed, user.id);
  if (!secret.ok) return err({ kind: "unavailable", part: "the key of second factors" });
  const { lastStep } = user.secondFactor;
  const step = await matchTotp(fromBase32(secret.value), read.code, { nowMs: auth.clock(), lastStep });
  return step === null ? err({ kind: "refused", reason: "wrong_code" }) : ok({ kind: "totp", step });
}

/** The form in which a recovery code is stored; `code` without its dash. */
export function recoveryDigest(digest: (secret: string) => Promise<string>, userId: string, code: string): Promise<string> {
  return digest(`recovery code\n${userId}\n${code}`);
}

/** An access token of a user's session beside its refresh token. Staff see the live world. Without a second factor that the role must have it only sets one up. */
export async function tokenForUser(
  auth: Pick<AuthServices, "tokens" | "secondFactor">,
  user: {
    readonly sid: string;
    readonly userId: string;
    readonly username: string;
    readonly role: StaffRole;
    readonly hasSecondFactor: boolean;
    readonly nowMs: number;
    readonly refreshToken: string;
    readonly deviceToken: string | null;
  },
): Promise<GrantedToken> {
  const { sid, username: name, role, refreshToken, deviceToken } = user;
  const isLimited = auth.secondFactor.requiredOf.has(role) && !user.hasSecondFactor;
  const scopes = isLimited ? (["self.read", "self.manage"] as const) : null;
  const identity = { sub: `user:${user.userId}`, sid, name, role, world: "live", requests_per_minute: null } as const;
  const claims = claimsOf({ ...identity, scopes: scopes === null ? null : [...scopes] }, user.nowMs, null);
  const accessToken = await auth.tokens.sign(claims);
  const limitedFor = isLimited ? ("second_factor_required" as const) : null;
  return { accessToken, expiresInSeconds: Math.round(claims.exp - claims.iat), refreshToken, deviceToken, limitedFor, claims };
}
