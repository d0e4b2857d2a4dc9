import type { EntityKind } from "../../core/event/entity.ts";
import { CAPS, HEADER, VERSION } from "../../core/velocity/layout.ts";
import { writtenAt } from "../../core/velocity/log-header.ts";
import { encodeTime } from "../../core/velocity/record.ts";
import { RENEW_LOG_AFTER_MS, TTL_MS } from "./keys.ts";
import type { ScriptCall } from "./scripts/script.ts";

/** Logs remembered until a settlement takes them along; one that is forgotten is met again by its entity's next event. */
const MOST = 64;

/** Logs whose time to live is running down although their entities are active. */
export interface Renewal {
  /** Remembers a log that was written long ago. */
  meet(kind: EntityKind, key: string, text: string, nowMs: number): void;
  /** A call of the renew script for all remembered, which are then forgotten; null for none. */
  take(nowMs: number): ScriptCall | null;
}

export function createRenewal(): Renewal {
  const due = new Map<string, EntityKind>();
  return {
    meet(kind, key, text, nowMs) {
      const isOld = text.length >= HEADER.width && (text[0] !== VERSION || nowMs - writtenAt(text) > RENEW_LOG_AFTER_MS);
      if (isOld && due.size < MOST) due.set(key, kind);
    },
    take(nowMs) {
      if (due.size === 0) return null;
      const call = {
        keys: [...due.keys()],
        args: [encodeTime(nowMs), String(TTL_MS.log), ...[...due.values()].map((kind) => String(CAPS[kind].kept))],
      };
      due.clear();
      return call;
    },
  };
}
