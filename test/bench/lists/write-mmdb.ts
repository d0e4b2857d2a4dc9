import type { Network } from "../../../src/core/address/network.ts";

/** What a record of the tree holds while it is built: nothing, the one value, or a node above it. */
const EMPTY = 0;
const LISTED = 1;
const SEPARATOR_BYTES = 16;
const METADATA_MARKER = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");

/**
 * A MaxMind database that gives `true` for the listed addresses: an IPv6 tree of 32-bit records, IPv4 below ::/96, one value in the data section.
 * What lies within a wider network is left out, since one answer is all that is asked.
 */
export function writeMmdb(networks: readonly Network[]): Buffer {
  let records = new Uint32Array(1 << 20);
  let nodes = 1;
  const newNode = (): number => {
    if ((nodes + 1) * 2 > records.length) {
      const grown = new Uint32Array(records.length * 2);
      grown.set(records);
      records = grown;
    }
    return nodes++;
  };
  for (const { first, bits } of networks.toSorted((a, b) => a.bits - b.bits)) {
    const { family, w0, w1, w2, w3 } = first;
    const words = family === 4 ? [0, 0, 0, w0] : [w0, w1, w2, w3];
    const length = family === 4 ? bits + 96 : bits;
    let node = 0;
    for (let depth = 0; depth < length; depth++) {
      const side = ((words[depth >> 5] ?? 0) >>> (31 - (depth & 31))) & 1;
      const held = records[node * 2 + side] ?? EMPTY;
      if (held === LISTED) break;
      if (depth === length - 1) {
        records[node * 2 + side] = LISTED;
        break;
      }
      // Nodes are kept with two added, so that they differ from EMPTY and LISTED.
      const next = held === EMPTY ? newNode() : held - 2;
      if (held === EMPTY) records[node * 2 + side] = next + 2;
      node = next;
    }
  }
  const tree = Buffer.alloc(nodes * 8);
  for (let at = 0; at < nodes * 2; at++) {
    const held = records[at] ?? EMPTY;
    tree.writeUInt32BE(held === EMPTY ? nodes : held === LISTED ? nodes + SEPARATOR_BYTES : held - 2, at * 4);
  }
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR_BYTES), truth, METADATA_MARKER, metadata(nodes)]);
}

/** A boolean that is true: an extended type (14 − 7) of size 1. */
const truth = Buffer.from([0x01, 0x07]);
const text = (value: string): Buffer => Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)]);
const uint16 = (value: number): Buffer => Buffer.from([(5 << 5) | 2, value >> 8, value & 255]);
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.from([(6 << 5) | 4, 0, 0, 0, 0]);
  bytes.writeUInt32BE(value, 1);
  return bytes;
};
const map = (fields: Readonly<Record<string, Buffer>>): Buffer => {
  const parts = Object.entries(fields).flatMap(([name, value]) => [text(name), value]);
  return Buffer.concat([Buffer.from([(7 << 5) | (parts.length / 2)]), ...parts]);
};

function metadata(nodes: number): Buffer {
  return map({
    binary_format_major_version: uint16(2),
    binary_format_minor_version: uint16(0),
    build_epoch: uint32(0),
    database_type: text("bench"),
    description: map({ en: text("bench") }),
    ip_version: uint16(6),
    languages: Buffer.from([0x00, 0x04]),
    node_count: uint32(nodes),
    record_size: uint16(32),
  });
}
