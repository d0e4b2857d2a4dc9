import type * as z from "zod";
import type { ThreeDs } from "../event/fields.ts";

const THREE_DS: Readonly<Record<string, string>> = {
  Y: "the cardholder was authenticated",
  A: "authentication was attempted",
  C: "a challenge was asked for",
  N: "the cardholder was not authenticated",
  R: "the issuer refused authentication",
  U: "authentication was not possible",
  I: "informational only",
};
/** Visa, American Express, JCB and others count 05 to 07; Mastercard 00 to 02. */
const ECI: Readonly<Record<string, string>> = {
  "05": "fully authenticated, liability with the issuer",
  "02": "fully authenticated, liability with the issuer",
  "06": "attempted, liability with the issuer",
  "01": "attempted, liability with the issuer",
  "07": "not authenticated",
  "00": "not authenticated",
};
const AVS: Readonly<Record<string, string>> = {
  Y: "street and postal code match",
  X: "street and postal code match",
  D: "street and postal code match",
  M: "street and postal code match",
  F: "street and postal code match",
  A: "the street matches, the postal code does not",
  B: "the street matches, the postal code was not checked",
  Z: "the postal code matches, the street does not",
  W: "the postal code matches, the street does not",
  P: "the postal code matches, the street was not checked",
  N: "neither street nor postal code matches",
  C: "neither street nor postal code matches",
  G: "the issuer takes no part",
  I: "not checked",
  R: "not available: try again",
  S: "not supported by the issuer",
  U: "not available",
};
const CVC: Readonly<Record<string, string>> = {
  M: "the code matches",
  N: "the code does not match",
  P: "not processed",
  S: "the card has a code and none was given",
  U: "the issuer could not check it",
};

const said = (meanings: Readonly<Record<string, string>>, code: string): string => {
  const meaning = meanings[code.trim().toUpperCase()];
  return meaning === undefined ? code : `${code} (${meaning})`;
};

/** "Visa 2.2.0, status Y (the cardholder was authenticated), ECI 05 (…)"; null for nothing known. */
export function sayThreeDs(result: z.infer<typeof ThreeDs> | null): string | null {
  if (result === null) return null;
  const { scheme, version, status, eci } = result;
  const parts = [
    [scheme, version].filter((part) => part !== undefined).join(" "),
    status === undefined ? "" : `status ${said(THREE_DS, status)}`,
    eci === undefined ? "" : `ECI ${said(ECI, /^\d$/.test(eci) ? `0${eci}` : eci)}`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? null : parts.join(", ");
}

/** An address check's result by its letter (the card schemes' codes), with what it means. */
export const sayAvs = (code: string): string => said(AVS, code);
/** A card code check's result by its letter, with what it means. */
export const sayCvc = (code: string): string => said(CVC, code);
