import type { Network } from "../../address/network.ts";
import type { TableWidth } from "./address-table.ts";

const SMALLEST = 64;

/** Networks of one width in the order they came, in columns that grow: a million rows take megabytes, as objects they would take a Worker's memory. */
export interface NetworkRows {
  readonly width: TableWidth;
  readonly count: number;
  readonly words: readonly Uint32Array[];
  readonly bits: Uint8Array;
  readonly numbers: Uint32Array;
  readonly expiries: Uint32Array;
  readonly tags: Uint16Array;
}

export class GrowingRows implements NetworkRows {
  readonly width: TableWidth;
  count = 0;
  words: Uint32Array[];
  bits = new Uint8Array(SMALLEST);
  numbers = new Uint32Array(SMALLEST);
  expiries = new Uint32Array(SMALLEST);
  tags = new Uint16Array(SMALLEST);

  constructor(width: TableWidth) {
    this.width = width;
    this.words = Array.from({ length: width }, () => new Uint32Array(SMALLEST));
  }

  push({ first, bits }: Network, number: number, expiry: number, tag: number): void {
    const at = this.count++;
    if (at === this.bits.length) this.#grow();
    const { w0, w1, w2, w3 } = first;
    for (const [place, word] of [w0, w1, w2, w3].entries()) {
      const column = this.words[place];
      if (column !== undefined) column[at] = word;
    }
    this.bits[at] = bits;
    this.numbers[at] = number;
    this.expiries[at] = expiry;
    this.tags[at] = tag;
  }

  #grow(): void {
    const size = this.bits.length * 2;
    const wider = (column: Uint32Array): Uint32Array<ArrayBuffer> => {
      const grown = new Uint32Array(size);
      grown.set(column);
      return grown;
    };
    this.words = this.words.map(wider);
    this.numbers = wider(this.numbers);
    this.expiries = wider(this.expiries);
    const [bits, tags] = [new Uint8Array(size), new Uint16Array(size)];
    bits.set(this.bits);
    tags.set(this.tags);
    this.bits = bits;
    this.tags = tags;
  }
}
