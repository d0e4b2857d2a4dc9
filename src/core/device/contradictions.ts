import type { DeviceReport } from "./device-report.ts";
import { osOfName, osOfPlatform, osOfRenderer, osOfUserAgent } from "./os-family.ts";
import { offsetMinutesOf } from "./zone-offset.ts";

/** True when two things a device says cannot both be so, false when they can, null when one was not sent. */
type Check = (device: DeviceReport, atMs: number) => boolean | null;

/**
 * What cannot all be true of one device. Each needs what it compares; nothing here is rare among honest devices.
 *
 * | contradiction | compares |
 * |---|---|
 * | `user_agent` | the header's user agent with the one a script saw |
 * | `platform` | the system the user agent names with `platform` |
 * | `renderer` | that system with the ones the graphics renderer exists on |
 * | `service_os` | that system with the one a fingerprinting service found |
 * | `touch` | a phone's user agent with a screen that takes no touch |
 * | `mobile` | a phone's or a Windows computer's user agent with the browser's own `mobile` hint |
 * | `screen` | a screen's size with what exists, and with the part that is free for windows |
 * | `language` | `language` with the first of `languages` |
 * | `time_zone` | the offset of `time_zone` at the event's time with the clock's `utc_offset_minutes` |
 * | `automation` | a browser's claim of a person with `webdriver`, a headless user agent or a service's `bot: "bad"` |
 * | `tampering` | what a fingerprinting service calls tampered with |
 */
export const CONTRADICTIONS = {
  user_agent: ({ userAgent, script }) => (userAgent === null || script.userAgent === null ? null : userAgent !== script.userAgent),
  platform: ({ userAgent, script }) => isElsewhere(userAgent, script.platform === null ? null : osOfPlatform(script.platform)),
  renderer: ({ userAgent, script }) => isElsewhere(userAgent, script.renderer === null ? null : osOfRenderer(script.renderer)),
  service_os: ({ userAgent, service, script }) => {
    const os = service.os === null ? null : osOfName(service.os);
    // As above: an iPad may say it is a Mac.
    return isElsewhere(userAgent ?? script.userAgent, os === null ? null : os === "ios" ? ["ios", "mac"] : [os]);
  },
  touch: ({ userAgent, script }) => {
    if (userAgent === null || script.touchPoints === null) return null;
    return isPhone(userAgent) && script.touchPoints === 0;
  },
  mobile: ({ userAgent, script }) => {
    if (userAgent === null || script.isMobile === null) return null;
    return script.isMobile ? osOfUserAgent(userAgent) === "windows" : isPhone(userAgent);
  },
  screen: ({ script }) => {
    const { screenWidth: width, screenHeight: height, availableWidth = null, availableHeight = null } = script;
    if (width === null || height === null) return null;
    const isSize = width >= 100 && height >= 100 && width <= 16_384 && height <= 16_384;
    return !isSize || (availableWidth ?? 0) > width || (availableHeight ?? 0) > height;
  },
  language: ({ script }) => {
    const first = script.languages?.split(/[,;]/)[0]?.trim().toLowerCase();
    if (script.language === null || first === undefined || first === "") return null;
    return primary(script.language) !== primary(first);
  },
  time_zone: ({ script }, atMs) => {
    const offset = script.timeZone === null ? null : offsetMinutesOf(script.timeZone, atMs);
    return offset === null || script.utcOffsetMinutes === null ? null : offset !== script.utcOffsetMinutes;
  },
  automation: ({ userAgent, script, service }) => {
    if (userAgent !== null && /HeadlessChrome|PhantomJS|puppeteer|playwright/i.test(userAgent)) return true;
    if (script.isAutomated === null && service.bot === null) return null;
    return script.isAutomated === true || service.bot?.toLowerCase() === "bad";
  },
  tampering: ({ service }) => service.isTampered,
} as const satisfies Readonly<Record<string, Check>>;

export type Contradiction = keyof typeof CONTRADICTIONS;

/** What a device contradicts itself in; null when nothing could be compared. */
export function contradictionsOf(device: DeviceReport, atMs: number): readonly Contradiction[] | null {
  let compared = 0;
  const found: Contradiction[] = [];
  for (const name of Object.keys(CONTRADICTIONS) as Contradiction[]) {
    const isContradiction = CONTRADICTIONS[name](device, atMs);
    if (isContradiction !== null) compared += 1;
    if (isContradiction === true) found.push(name);
  }
  return compared === 0 ? null : found;
}

function isElsewhere(userAgent: string | null, systems: readonly string[] | null): boolean | null {
  const claimed = userAgent === null ? null : osOfUserAgent(userAgent);
  return claimed === null || systems === null ? null : !systems.includes(claimed);
}

const isPhone = (userAgent: string): boolean => /\biPhone\b|\bAndroid\b.*\bMobile\b/.test(userAgent);

const primary = (language: string): string => language.toLowerCase().split(/[-_]/)[0] ?? "";
