const MIB = 1024 * 1024;

/** Decompressed bytes before a ratio is judged: small files of zeros are harmless. */
const FLOOR = 64 * MIB;

/** Zeros that do not count. etcd preallocates WAL segments of 64 MB, so honest bundles hold plenty (server/storage/wal/wal.go, SegmentSizeBytes). */
const FREE_ZEROS = 4096 * MIB;

const ZEROS = new Uint8Array(MIB);

/** Stops at the first other byte, so that ordinary data costs nothing. */
function isZeros(chunk: Uint8Array): boolean {
  for (let at = 0; at < chunk.length; at += ZEROS.length) {
    const part = chunk.subarray(at, at + ZEROS.length);
    if (Buffer.compare(part, ZEROS.subarray(0, part.length)) !== 0) return false;
  }
  return true;
}

/** Watches how far compressed data expands. */
export class Expansion {
  readonly #allowed: number;
  #bytes = 0;
  #zeros = 0;

  constructor(allowed: number) {
    this.#allowed = allowed;
  }

  add(chunk: Uint8Array): void {
    if (chunk.length > 0 && chunk[0] === 0 && this.#zeros < FREE_ZEROS && isZeros(chunk)) this.#zeros += chunk.length;
    else this.#bytes += chunk.length;
  }

  /** True when what came out of `compressed` bytes is too much. */
  exceeds(compressed: number): boolean {
    return this.#bytes > FLOOR && this.#bytes > this.#allowed * Math.max(1, compressed);
  }
}
