import type { DeviceReport } from "./device-report.ts";
import { osOfUserAgent } from "./os-family.ts";

const EMULATOR_AGENT = /sdk_gphone|\bAndroid SDK built for|\bEmulator\b|Genymotion|BlueStacks|NoxPlayer|LDPlayer|MEmu\b|generic_x86/i;
const EMULATOR_RENDERER = /Android Emulator|Genymotion|BlueStacks|\bNox\b|SwiftShader|llvmpipe|VirtualBox|VMware/i;
const VIRTUAL_RENDERER = /VMware|VirtualBox|Parallels|\bQEMU\b|\bvirgl\b|virtio|SVGA3D|Hyper-V|\bBochs\b/i;

/**
 * Whether a phone is made up by a program: a fingerprinting service says so, its user agent or renderer names an emulator, or an Android runs on a
 * processor of desktop computers. Null when neither a script nor a service told anything.
 */
export function isEmulator({ userAgent, script, service }: DeviceReport): boolean | null {
  if (service.isEmulator === true || (userAgent !== null && EMULATOR_AGENT.test(userAgent))) return true;
  const os = userAgent === null ? null : osOfUserAgent(userAgent);
  const isMobile = os === "android" || os === "ios";
  if (isMobile && script.renderer !== null && EMULATOR_RENDERER.test(script.renderer)) return true;
  if (os === "android" && script.platform !== null && /x86|i[36]86/i.test(script.platform)) return true;
  const isTold = service.isEmulator !== null || (os !== null && (script.renderer !== null || script.platform !== null));
  return isTold ? false : null;
}

/** Whether a computer is a virtual machine: a fingerprinting service says so, or its graphics adapter is a virtual one. Null when neither told. */
export function isVirtualMachine({ script, service }: DeviceReport): boolean | null {
  if (service.isVirtualMachine === true) return true;
  if (script.renderer !== null && VIRTUAL_RENDERER.test(script.renderer)) return true;
  return service.isVirtualMachine === null && script.renderer === null ? null : false;
}
