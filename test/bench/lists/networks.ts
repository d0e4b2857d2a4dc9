import { type Network, networkText, parseNetwork } from "../../../src/core/address/network.ts";
import { createDraw, type Draw } from "../../core/address/spellings.ts";

/** A list as feeds are: seven in ten IPv4, most of them single addresses; IPv6 in the blocks that registries give out. */
export interface Workload {
  readonly networks: readonly Network[];
  /** Addresses as text, about half of them listed, none twice in a row. */
  readonly queries: readonly string[];
}

/** More than a branch predictor or a cache of parsed texts learns by heart. */
const QUERIES = 16_384;
const BLOCKS = ["2001", "2400", "2600", "2a00", "2a01", "2a02", "2a10", "2804", "2c0f"];
const V4_BITS = [20, 22, 24, 24, 28, 32, 32, 32, 32, 32];
const V6_BITS = [32, 40, 48, 48, 56, 64, 64, 128];

export function createWorkload(count: number): Workload {
  const draw = createDraw(count);
  const networks: Network[] = [];
  const seen = new Set<string>();
  while (networks.length < count) {
    const network = parseNetwork(draw(10) < 7 ? `${someV4(draw)}/${pick(V4_BITS, draw)}` : `${someV6(draw)}/${pick(V6_BITS, draw)}`);
    if (network === null || seen.has(networkText(network))) continue;
    seen.add(networkText(network));
    networks.push(network);
  }
  const queries = Array.from({ length: QUERIES }, () => {
    if (draw(2) === 0) return networks[draw(count)]?.first.text ?? "";
    return draw(10) < 7 ? someV4(draw) : someV6(draw);
  });
  return { networks, queries };
}

const pick = <T>(from: readonly T[], draw: Draw): T | undefined => from[draw(from.length)];
const someV4 = (draw: Draw): string => `${1 + draw(223)}.${draw(256)}.${draw(256)}.${1 + draw(255)}`;
const hex = (draw: Draw): string => draw(65_536).toString(16);
const someV6 = (draw: Draw): string => `${pick(BLOCKS, draw)}:${hex(draw)}:${hex(draw)}:${hex(draw)}::${hex(draw)}`;
