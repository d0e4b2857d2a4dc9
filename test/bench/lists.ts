import { compileAddressList } from "../../src/core/lists/base/compile-address-list.ts";
import { type Contender, ipaddrScan, mmdbLib, nodeBlockList, opened, parseAlone, tollgate } from "./lists/contenders.ts";
import { createWorkload, type Workload } from "./lists/networks.ts";
import { writeMmdb } from "./lists/write-mmdb.ts";
import { median } from "./median.ts";
import type { Row } from "./table.ts";

const SIZES = [1_000, 100_000, 1_000_000];
const ROUNDS = 15;
/** How long one contender runs in one round. */
const TURN_MS = 25;
const STRIDE = 64;
const OPENINGS = 21;
/** Compared before anything is timed; the scan would take minutes over all. */
const CHECKED = 64;
const MIB = 1_024 * 1_024;

/**
 * Looks addresses up, as text, in lists of 1,000 to 1,000,000 networks (seven in ten IPv4) in our list, mmdb-lib, Node's BlockList and ipaddr.js,
 * after checking that all say the same. Contenders take turns in one process; the median turn counts. Then what a list takes to build, ship and open.
 */
export function benchLists(log: (line: string) => void): Row[] {
  const rows = SIZES.map((size) => {
    log(`a list of ${size.toLocaleString("en")}`);
    return measure(createWorkload(size));
  });
  // What was found is used, so that no look-up can be left out as idle.
  log(`${listed.toLocaleString("en")} look-ups found an entry`);
  return [...rows.flatMap(({ look }) => look), ...(rows.at(-1)?.ship ?? [])];
}

function measure({ networks, queries }: Workload): { readonly look: readonly Row[]; readonly ship: readonly Row[] } {
  const started = performance.now();
  const bytes = compileAddressList(
    networks.map((network, number) => ({ network, role: "block", source: "bench", number, expiresAtMs: Date.UTC(2030, 0, 1) + number })),
    { nowMs: 0 },
  );
  const built = performance.now();
  const database = writeMmdb(networks);
  const written = performance.now();
  const contenders = {
    parseAlone,
    tollgate: tollgate(opened(bytes)),
    mmdbLib: mmdbLib(database),
    blockList: nodeBlockList(networks),
    ipaddr: ipaddrScan(networks),
  };
  checkAgreement(contenders, queries);
  const times = takeTurns(contenders, queries);
  const size = networks.length.toLocaleString("en");
  const look = { unit: "ns", ours: times.tollgate, limit: times.parseAlone };
  const only = { limit: null };
  return {
    look: [
      { ...look, part: `look-up in ${size}; peer: mmdb-lib`, peer: times.mmdbLib, target: "mmdb-lib ≥ 5× ours" },
      { ...look, part: `look-up in ${size}; peer: net.BlockList`, peer: times.blockList, target: "" },
      { ...look, part: `look-up in ${size}; peer: ipaddr.js, one by one`, peer: times.ipaddr, target: "" },
    ],
    ship: [
      {
        ...only,
        part: `size of ${size}; peer: the MMDB`,
        unit: "MiB",
        ours: bytes.byteLength / MIB,
        peer: database.length / MIB,
        target: "≤ 20",
      },
      { ...only, part: `search arrays of ${size}`, unit: "MiB", ours: searchBytes(networks) / MIB, peer: null, target: "≤ 14" },
      {
        ...only,
        part: `opening ${size}; peer: mmdb-lib`,
        unit: "ms",
        ours: timeOf(() => opened(bytes)),
        peer: timeOf(() => mmdbLib(database)),
        target: "≤ 1",
      },
      { ...only, part: `building ${size}; peer: our MMDB writer`, unit: "ms", ours: built - started, peer: written - built, target: "" },
    ],
  };
}

/** Addresses, lengths and links; the buckets are at most 256 KiB a table. */
function searchBytes(networks: Workload["networks"]): number {
  const widthOf = ({ first, bits }: Workload["networks"][number]): number => (first.family === 4 ? 1 : bits <= 64 ? 2 : 4);
  return networks.reduce((sum, network) => sum + widthOf(network) * 4 + 5, 0) + 3 * 256 * 1_024;
}

function checkAgreement(contenders: Readonly<Record<string, Contender>>, queries: readonly string[]): void {
  for (const query of queries.slice(0, CHECKED)) {
    const answers = Object.entries(contenders).filter(([name]) => name !== "parseAlone");
    if (new Set(answers.map(([, contender]) => contender(query))).size !== 1) throw new Error(`contenders disagree on ${query}`);
  }
}

/** Nanoseconds a look-up. */
function takeTurns<const K extends string>(contenders: Readonly<Record<K, Contender>>, queries: readonly string[]): Record<K, number> {
  const places = (Object.keys(contenders) as K[]).map((name) => ({ name, next: 0, times: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) for (const place of places) place.times.push(turn(contenders[place.name], place, queries));
  return Object.fromEntries(places.map(({ name, times }) => [name, median(times)])) as Record<K, number>;
}

let listed = 0;
function turn(contender: Contender, place: { next: number }, queries: readonly string[]): number {
  const start = performance.now();
  let elapsed = 0;
  let done = 0;
  // A slow contender is asked less between two looks at the clock.
  let stride = 1;
  while (elapsed < TURN_MS) {
    for (let step = 0; step < stride; step++) if (contender(queries[(place.next + step) % queries.length] ?? "")) listed++;
    done += stride;
    place.next = (place.next + stride) % queries.length;
    elapsed = performance.now() - start;
    if (elapsed < done * 0.01) stride = STRIDE;
  }
  return (elapsed * 1e6) / done;
}

/** The median of some runs, milliseconds. */
function timeOf(run: () => unknown): number {
  return median(
    Array.from({ length: OPENINGS }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );
}
