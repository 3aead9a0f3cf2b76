/**
 * An open-addressing table from a 64-bit hash of a key to a row number, without an object per key: a million keys cost
 * about 30 MB. Two different keys of one database sharing 64 bits is not expected before 10^8 keys.
 */
export class KeyTable {
  size = 0;
  /** row of the last `find` or `add` */
  row = -1;
  #low: Uint32Array;
  #high: Uint32Array;
  #rows: Int32Array;
  #mask: number;

  constructor(capacity = 1 << 12) {
    this.#mask = capacity - 1;
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#rows = new Int32Array(capacity).fill(-1);
  }

  /** The row of the key `bytes[at, +length)`; -1 when it is not there. */
  find(bytes: Uint8Array, at: number, length: number): number {
    const slot = this.#slot(bytes, at, length);
    this.row = this.#rows[slot] ?? -1;
    return this.row;
  }

  /** The row of the key, a new one (the next number) when it was not there: then the answer is true. */
  add(bytes: Uint8Array, at: number, length: number): boolean {
    const slot = this.#slot(bytes, at, length);
    const row = this.#rows[slot] ?? -1;
    if (row >= 0) {
      this.row = row;
      return false;
    }
    this.#low[slot] = this.#hashLow;
    this.#high[slot] = this.#hashHigh;
    this.#rows[slot] = this.size;
    this.row = this.size;
    this.size += 1;
    if (this.size * 3 > this.#mask * 2) this.#grow();
    return true;
  }

  #hashLow = 0;
  #hashHigh = 0;

  #slot(bytes: Uint8Array, at: number, length: number): number {
    let a = 0x9e3779b9 ^ length;
    let b = 0x85ebca6b;
    for (let i = at, end = at + length; i < end; i += 1) {
      const byte = bytes[i]!;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul((b << 5) ^ (b >>> 27) ^ byte, 0xc2b2ae35);
    }
    a = Math.imul(a ^ (a >>> 16), 0x7feb352d);
    a ^= a >>> 15;
    b = Math.imul(b ^ (b >>> 15), 0x846ca68b);
    b ^= b >>> 16;
    this.#hashLow = a >>> 0;
    this.#hashHigh = b >>> 0;
    let slot = (a ^ (b >>> 7)) & this.#mask;
    while ((this.#rows[slot] ?? -1) >= 0 && (this.#low[slot] !== this.#hashLow || this.#high[slot] !== this.#hashHigh)) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }

  #grow(): void {
    const low = this.#low;
    const high = this.#high;
    const rows = this.#rows;
    const capacity = (this.#mask + 1) * 2;
    this.#mask = capacity - 1;
    this.#low = new Uint32Array(capacity);
    this.#high = new Uint32Array(capacity);
    this.#rows = new Int32Array(capacity).fill(-1);
    for (let i = 0; i < rows.length; i += 1) {
      const row = rows[i] ?? -1;
      if (row < 0) continue;
      const l = low[i] ?? 0;
      const h = high[i] ?? 0;
      let slot = (l ^ (h >>> 7)) & this.#mask;
      while ((this.#rows[slot] ?? -1) >= 0) slot = (slot + 1) & this.#mask;
      this.#low[slot] = l;
      this.#high[slot] = h;
      this.#rows[slot] = row;
    }
  }
}

/** A column of numbers that grows. */
export class Column {
  #values = new Float64Array(4096);

  get(row: number): number {
    return this.#values[row] ?? 0;
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const grown = new Float64Array(Math.max(this.#values.length * 2, row + 1));
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[row] = value;
  }
}
