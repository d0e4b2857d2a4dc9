import { randomBytes, randomUUID } from "node:crypto";
import { createKeyDigest } from "../../../src/core/access/api-key.ts";
import type { AuditEntry } from "../../../src/core/audit/entry.ts";
import { createMasterKeys } from "../../../src/core/audit/master-keys.ts";
import { type AuditSealer, createAuditSealer } from "../../../src/core/audit/seal.ts";

const SECRET = "a secret of the tests, 32 characters or more";

/** An admin who changed something, unless told otherwise. */
export function anAuditEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: randomUUID(),
    atMs: Date.parse("2026-11-20T12:00:00Z"),
    world: "live",
    actor: { id: "key_ann", name: "Ann Archer", role: "admin" },
    action: "note.edit",
    target: { kind: "note", id: "n1", isPersonal: false },
    success: true,
    address: "192.0.2.7",
    requestId: "req-1",
    details: { before: { text: "old" }, after: { text: "new" } },
    personal: null,
    ...changes,
  };
}

/** @param masters newest first */
export function testSealer(masters: readonly (readonly [string, string])[] = [["t1", SECRET]]): AuditSealer {
  return createAuditSealer({
    masters: createMasterKeys(masters),
    digest: createKeyDigest(SECRET),
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    newId: () => randomUUID(),
  });
}
