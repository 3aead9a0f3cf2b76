/**
 * FNV-1a, 64 bit, as two 32-bit halves: no bigint per byte. Upstream: Go `hash/fnv` New64a; bbolt sums its meta pages with it
 * (`internal/common/meta.go`).
 */
export interface Fnv64 {
  readonly high: number;
  readonly low: number;
}

const PRIME_LOW = 0x1b3;

/** Hash of `bytes[from, to)`; the prime is 2^40 + 0x1b3. */
export function fnv64a(bytes: Uint8Array, from = 0, to = bytes.length): Fnv64 {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (let i = from; i < to; i += 1) {
    low = (low ^ (bytes[i] ?? 0)) >>> 0;
    const product = low * PRIME_LOW;
    const carry = Math.floor(product / 0x1_0000_0000);
    high = (Math.imul(high, PRIME_LOW) + carry + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return { high, low };
}
