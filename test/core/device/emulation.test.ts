import { expect, test } from "vitest";
import { readDevice } from "../../../src/core/device/device-report.ts";
import { isEmulator, isVirtualMachine } from "../../../src/core/device/emulation.ts";

const WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0.0.0 Mobile Safari/537.36";
const device = (userAgent: string | null, script: object = {}, fingerprint: object = {}) =>
  readDevice({ user_agent: userAgent, attributes: { device: script, fingerprint } });

test.each<[string, boolean | null, string | null, object, object]>([
  ["nothing was told", null, null, {}, {}],
  ["a user agent alone", null, ANDROID, {}, {}],
  ["a service says so", true, ANDROID, {}, { emulator: true }],
  ["a service says no", false, ANDROID, {}, { emulator: false }],
  ["the user agent names one", true, "Mozilla/5.0 (Linux; Android 14; sdk_gphone64_x86_64) Chrome/141.0.0.0 Mobile", {}, {}],
  ["a phone drawing in software", true, ANDROID, { webgl_renderer: "Google SwiftShader" }, {}],
  ["a phone with a desktop processor", true, ANDROID, { platform: "Linux i686" }, {}],
  ["a phone", false, ANDROID, { platform: "Linux armv81", webgl_renderer: "Adreno (TM) 740" }, {}],
  ["a computer drawing in software is no phone", false, WINDOWS, { webgl_renderer: "Google SwiftShader" }, {}],
])("an emulator: %s", (_, expected, userAgent, script, fingerprint) =>
  expect(isEmulator(device(userAgent, script, fingerprint))).toBe(expected),
);

test.each<[string, boolean | null, object, object]>([
  ["nothing was told", null, {}, {}],
  ["a service says so", true, {}, { virtualMachine: true }],
  ["a service says no", false, {}, { virtual_machine: false }],
  ["its graphics adapter is virtual", true, { webgl_renderer: "ANGLE (VMware, VMware SVGA 3D Direct3D11)" }, { virtual_machine: false }],
  ["its graphics adapter is real", false, { webgl_renderer: "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11)" }, {}],
  ["it draws in software, as many do without a driver", false, { webgl_renderer: "Google SwiftShader" }, {}],
])("a virtual machine: %s", (_, expected, script, fingerprint) =>
  expect(isVirtualMachine(device(WINDOWS, script, fingerprint))).toBe(expected),
);
