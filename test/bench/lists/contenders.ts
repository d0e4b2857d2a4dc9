import { BlockList, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";
import { Reader, type Response } from "mmdb-lib";
import { type Network, networkText } from "../../../src/core/address/network.ts";
import { parseAddress } from "../../../src/core/address/parse-address.ts";
import { createAddressLists } from "../../../src/core/lists/address-lists.ts";
import { type AddressList, openAddressList } from "../../../src/core/lists/base/open-address-list.ts";
import { EMPTY_SNAPSHOT } from "../../../src/core/lists/change-log.ts";
import { entriesOfSnapshot } from "../../../src/core/lists/listed-entries.ts";

/** Whether an address, as text, is listed. */
export type Contender = (text: string) => boolean;

const NOW_MS = Date.UTC(2026, 10, 21);

export function opened(bytes: ArrayBuffer): AddressList {
  const list = openAddressList(bytes);
  if (!list.ok) throw new Error(`the compiled list does not open: ${list.error}`);
  return list.value;
}

export function tollgate(base: AddressList): Contender {
  const lists = createAddressLists([base], entriesOfSnapshot(EMPTY_SNAPSHOT, NOW_MS));
  return (text) => {
    const address = parseAddress(text);
    return address !== null && lists.find(address, NOW_MS).kind === "block";
  };
}

/** The least it could cost: the text has to be read, whatever is searched then. */
export const parseAlone: Contender = (text) => parseAddress(text) !== null;

export function mmdbLib(database: Buffer): Contender {
  const reader = new Reader<Response>(database);
  return (text) => reader.get(text) !== null;
}

export function nodeBlockList(networks: readonly Network[]): Contender {
  const list = new BlockList();
  for (const { first, bits } of networks) list.addSubnet(first.text, bits, first.family === 4 ? "ipv4" : "ipv6");
  return (text) => list.check(text, isIPv4(text) ? "ipv4" : "ipv6");
}

/** What a helper over a list of CIDRs does: all are parsed before, each is looked at. */
export function ipaddrScan(networks: readonly Network[]): Contender {
  const cidrs = networks.map((network) => {
    const name = networkText(network);
    return ipaddr.parseCIDR(name.includes("/") ? name : `${name}/${network.bits}`);
  });
  return (text) => {
    const address = ipaddr.process(text);
    return cidrs.some(([first, bits]) => first.kind() === address.kind() && address.match(first, bits));
  };
}
