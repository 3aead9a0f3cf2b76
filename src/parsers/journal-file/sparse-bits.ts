const BITS = 1024;

/** A set of whole numbers of which many are near each other: a bit each, in chunks made when first needed. */
export class SparseBits {
  private readonly chunks = new Map<number, Uint32Array<ArrayBuffer>>();
  private last = -1;
  private chunk = new Uint32Array(0);

  /** false when `value` was in the set already */
  add(value: number): boolean {
    const number = Math.floor(value / BITS);
    if (number !== this.last) {
      let chunk = this.chunks.get(number);
      if (chunk === undefined) {
        chunk = new Uint32Array(BITS / 32);
        this.chunks.set(number, chunk);
      }
      this.chunk = chunk;
      this.last = number;
    }
    const bit = value - number * BITS;
    const word = bit >>> 5;
    const before = this.chunk[word] ?? 0;
    const after = before | (1 << (bit & 31));
    if (after === (before | 0)) return false;
    this.chunk[word] = after;
    return true;
  }
}
