type Body = Readonly<Record<string, unknown>>;

export const OS_FAMILIES = ["windows", "mac", "ios", "android", "linux", "chromeos"] as const;
export type OsFamily = (typeof OS_FAMILIES)[number];

/** What an event tells of its device; `null` is not sent, or not of the right kind. */
export interface DeviceReport {
  /** `user_agent`: what the browser sent as its header. */
  readonly userAgent: string | null;
  /** `attributes.device`: what a script saw in the browser, by the names of the Web's own interfaces. */
  readonly script: {
    readonly userAgent: string | null;
    readonly platform: string | null;
    readonly language: string | null;
    /** Comma separated, as `navigator.languages` or an `Accept-Language` header. */
    readonly languages: string | null;
    readonly timeZone: string | null;
    /** Minutes east of UTC. */
    readonly utcOffsetMinutes: number | null;
    readonly screenWidth: number | null;
    readonly screenHeight: number | null;
    readonly availableWidth: number | null;
    readonly availableHeight: number | null;
    readonly touchPoints: number | null;
    readonly isMobile: boolean | null;
    readonly isAutomated: boolean | null;
    readonly renderer: string | null;
  };
  /** `attributes.fingerprint`: what a service such as FingerprintJS found. */
  readonly service: {
    readonly bot: string | null;
    readonly isTampered: boolean | null;
    readonly isEmulator: boolean | null;
    readonly isVirtualMachine: boolean | null;
    readonly os: string | null;
  };
}

/** Reads the device of an event's body. Names may be snake_case or, as services answer, camelCase. */
export function readDevice(body: Body): DeviceReport {
  const attributes = objectOf(body.attributes);
  const script = objectOf(attributes.device);
  const service = objectOf(attributes.fingerprint);
  return {
    userAgent: text(body, "user_agent"),
    script: {
      userAgent: text(script, "user_agent"),
      platform: text(script, "platform"),
      language: text(script, "language"),
      languages: text(script, "languages"),
      timeZone: text(script, "time_zone"),
      utcOffsetMinutes: number(script, "utc_offset_minutes"),
      screenWidth: number(script, "screen_width"),
      screenHeight: number(script, "screen_height"),
      availableWidth: number(script, "available_width"),
      availableHeight: number(script, "available_height"),
      touchPoints: number(script, "touch_points"),
      isMobile: boolean(script, "mobile"),
      isAutomated: boolean(script, "webdriver"),
      renderer: text(script, "webgl_renderer"),
    },
    service: {
      bot: text(service, "bot"),
      isTampered: boolean(service, "tampering"),
      isEmulator: boolean(service, "emulator"),
      isVirtualMachine: boolean(service, "virtual_machine"),
      os: text(service, "os"),
    },
  };
}

function objectOf(value: unknown): Body {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function own(from: Body, name: string): unknown {
  if (Object.hasOwn(from, name)) return from[name];
  return Object.hasOwn(from, camelCase(name)) ? from[camelCase(name)] : undefined;
}

function text(from: Body, name: string): string | null {
  const value = own(from, name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function number(from: Body, name: string): number | null {
  const value = own(from, name);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function boolean(from: Body, name: string): boolean | null {
  const value = own(from, name);
  return typeof value === "boolean" ? value : null;
}
