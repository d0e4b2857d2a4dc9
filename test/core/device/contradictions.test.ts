import { describe, expect, test } from "vitest";
import { type Contradiction, contradictionsOf } from "../../../src/core/device/contradictions.ts";
import { readDevice } from "../../../src/core/device/device-report.ts";

const JULY = Date.parse("2026-07-01T12:00:00Z");
const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";
const TABLET = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const CHROMEBOOK = "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";
const LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

const of = (userAgent: string | undefined, device: object = {}, fingerprint: object = {}, atMs = JULY) =>
  contradictionsOf(
    readDevice({ ...(userAgent === undefined ? {} : { user_agent: userAgent }), attributes: { device, fingerprint } }),
    atMs,
  );

describe("an honest device contradicts itself in nothing", () => {
  test.each<[string, string, object, object]>([
    [
      "a Windows computer in Berlin",
      WINDOWS,
      {
        user_agent: WINDOWS,
        platform: "Win32",
        language: "de",
        languages: "de-DE,de;q=0.9,en;q=0.8",
        time_zone: "Europe/Berlin",
        utc_offset_minutes: 120,
        screen_width: 1920,
        screen_height: 1080,
        available_width: 1920,
        available_height: 1040,
        touch_points: 0,
        mobile: false,
        webdriver: false,
        webgl_renderer: "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)",
      },
      { bot: "notDetected", tampering: false, os: "Windows" },
    ],
    ["a Windows laptop with a touch screen", WINDOWS, { platform: "Win32", touch_points: 10 }, {}],
    ["an iPhone", IPHONE, { platform: "iPhone", touch_points: 5, webgl_renderer: "Apple GPU", mobile: true }, { os: "iOS" }],
    ["an iPad that asks for desktop pages", MAC, { platform: "MacIntel", touch_points: 5, webgl_renderer: "Apple GPU" }, { os: "iPadOS" }],
    [
      "a Mac",
      MAC,
      { platform: "MacIntel", touch_points: 0, webgl_renderer: "ANGLE (Apple, ANGLE Metal Renderer: Apple M3)" },
      { os: "Mac OS X" },
    ],
    [
      "an Android phone",
      ANDROID,
      { platform: "Linux armv81", touch_points: 5, mobile: true, webgl_renderer: "Adreno (TM) 740" },
      { os: "Android" },
    ],
    ["an Android tablet", TABLET, { platform: "Linux armv81", mobile: false, touch_points: 5 }, {}],
    ["a Chromebook", CHROMEBOOK, { platform: "Linux x86_64", webgl_renderer: "Mali-G72" }, { os: "Chrome OS" }],
    ["a Linux computer", LINUX, { platform: "Linux x86_64", webgl_renderer: "Mesa Intel(R) Graphics" }, { os: "Ubuntu" }],
    ["a clock in a zone of odd minutes", LINUX, { time_zone: "Asia/Kathmandu", utc_offset_minutes: 345 }, {}],
    ["a clock of UTC", LINUX, { time_zone: "Etc/UTC", utc_offset_minutes: 0 }, {}],
  ])("%s", (_, userAgent, device, fingerprint) => expect(of(userAgent, device, fingerprint)).toEqual([]));
});

describe("a device that is not what it says contradicts itself in", () => {
  test.each<[Contradiction, string | undefined, object, object]>([
    ["user_agent", IPHONE, { user_agent: WINDOWS }, {}],
    ["platform", IPHONE, { platform: "Win32" }, {}],
    ["platform", WINDOWS, { platform: "Linux x86_64" }, {}],
    ["renderer", IPHONE, { webgl_renderer: "ANGLE (Intel, Intel UHD Graphics Direct3D11)" }, {}],
    ["renderer", WINDOWS, { webgl_renderer: "Apple GPU" }, {}],
    ["service_os", ANDROID, {}, { os: "Windows" }],
    ["touch", IPHONE, { touch_points: 0 }, {}],
    ["mobile", IPHONE, { mobile: false }, {}],
    ["mobile", WINDOWS, { mobile: true }, {}],
    ["screen", WINDOWS, { screen_width: 0, screen_height: 0 }, {}],
    ["screen", WINDOWS, { screen_width: 800, screen_height: 600, available_height: 1040 }, {}],
    ["language", WINDOWS, { language: "de-DE", languages: "ru-RU,ru" }, {}],
    ["time_zone", WINDOWS, { time_zone: "Europe/Berlin", utc_offset_minutes: 180 }, {}],
    ["automation", WINDOWS, { webdriver: true }, {}],
    ["automation", "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/141.0.0.0", {}, {}],
    ["automation", WINDOWS, {}, { bot: "bad" }],
    ["tampering", undefined, {}, { tampering: true }],
  ])("%s", (contradiction, userAgent, device, fingerprint) => expect(of(userAgent, device, fingerprint)).toEqual([contradiction]));
});

test("an offset is right in summer and wrong in winter", () => {
  const device = { time_zone: "Europe/Berlin", utc_offset_minutes: 120 };
  expect(of(WINDOWS, device, {}, JULY)).toEqual([]);
  expect(of(WINDOWS, device, {}, Date.parse("2026-01-01T12:00:00Z"))).toEqual(["time_zone"]);
});

test("camel case is read as well", () => expect(of(IPHONE, { touchPoints: 0 })).toEqual(["touch"]));

test("where nothing can be compared nothing is said", () => {
  for (const [userAgent, device] of [
    [undefined, {}],
    [WINDOWS, {}],
    [undefined, { platform: "Win32" }],
    ["curl/8.0", { platform: "Win32", time_zone: "Mars/Olympus", utc_offset_minutes: 0 }],
  ] as const)
    expect(of(userAgent, device)).toBeNull();
});

test("values of the wrong kind, names from the prototype and long texts are not read", () => {
  const body = {
    user_agent: 5,
    attributes: {
      device: { platform: ["Win32"], touch_points: "0", time_zone: "A".repeat(2_000), utc_offset_minutes: 60 },
      fingerprint: "bad",
    },
  };
  expect(contradictionsOf(readDevice(body), JULY)).toBeNull();
  expect(contradictionsOf(readDevice({ attributes: null }), JULY)).toBeNull();
});
