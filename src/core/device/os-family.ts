import type { OsFamily } from "./device-report.ts";

/** The system a user agent claims; null when it names none that is known. */
export function osOfUserAgent(userAgent: string): OsFamily | null {
  // Order matters: a user agent of Windows Phone or Android names others beside its own.
  if (/\bAndroid\b/.test(userAgent)) return "android";
  if (/\b(iPhone|iPad|iPod)\b/.test(userAgent)) return "ios";
  if (/\bCrOS\b/.test(userAgent)) return "chromeos";
  if (/\bWindows NT\b/.test(userAgent)) return "windows";
  if (/\bMac OS X\b|\bMacintosh\b/.test(userAgent)) return "mac";
  return /\b(Linux|X11)\b/.test(userAgent) ? "linux" : null;
}

/** The systems whose browsers answer a `navigator.platform` so; null when it is not known. */
export function osOfPlatform(platform: string): readonly OsFamily[] | null {
  if (/^Win/i.test(platform)) return ["windows"];
  // An iPad that asks for desktop pages says it is a Mac, in its user agent as well.
  if (/^Mac/i.test(platform)) return ["mac", "ios"];
  if (/^(iPhone|iPad|iPod)/i.test(platform)) return ["ios"];
  if (/^Android/i.test(platform)) return ["android"];
  return /^Linux/i.test(platform) ? ["linux", "android", "chromeos"] : null;
}

/** The systems a graphics renderer exists on; null when it does not tell. */
export function osOfRenderer(renderer: string): readonly OsFamily[] | null {
  if (/Direct3D|\bD3D\d/i.test(renderer)) return ["windows"];
  if (/\bMetal\b|Apple (GPU|M\d|A\d)/i.test(renderer)) return ["mac", "ios"];
  return /\b(Adreno|Mali|PowerVR)\b/i.test(renderer) ? ["android", "linux", "chromeos", "windows"] : null;
}

/** The system a fingerprinting service names. */
export function osOfName(name: string): OsFamily | null {
  const lower = name.toLowerCase();
  if (lower.startsWith("windows")) return "windows";
  if (lower.startsWith("mac") || lower.startsWith("os x")) return "mac";
  if (lower.startsWith("ios") || lower.startsWith("ipados")) return "ios";
  if (lower.startsWith("android")) return "android";
  if (lower.startsWith("chrome")) return "chromeos";
  return /linux|ubuntu|debian|fedora/.test(lower) ? "linux" : null;
}
