import { textOfV4, textOfV6 } from "./address-text.ts";

/**
 * One internet address, whatever it was spelled like: an IPv4 address carried in IPv6 (mapped, NAT64) is that IPv4 address.
 * A class, because texts are made when asked for and a clean request never asks.
 */
export class Address {
  readonly family: 4 | 6;
  /** Unsigned 32-bit words, most significant first; IPv4 has the first only, the others are 0. */
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;

  constructor(family: 4 | 6, w0: number, w1: number, w2: number, w3: number) {
    this.family = family;
    this.w0 = w0;
    this.w1 = w1;
    this.w2 = w2;
    this.w3 = w3;
  }

  /** Canonical text: dotted IPv4, or IPv6 as RFC 5952 writes it. */
  get text(): string {
    return this.family === 4 ? textOfV4(this.w0) : textOfV6(this);
  }

  /** What histories are kept for and clients are counted by: the IPv4 address, or the /64 of an IPv6 address. */
  get countingKey(): string {
    return this.family === 4 ? textOfV4(this.w0) : `${textOfV6({ w0: this.w0, w1: this.w1, w2: 0, w3: 0 })}/64`;
  }
}
