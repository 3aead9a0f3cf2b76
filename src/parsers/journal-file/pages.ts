import type { RandomAccess } from '../contract.ts';

const PAGE = 256 << 10;
const MAX_PAGES = 256;
const HIGH = 4_294_967_296;

/**
 * A journal's bytes up to `end`, read in pages of which the last used 64 MiB stay in memory. `seek` makes a range readable in
 * `bytes`; the next `seek` may replace `bytes`, so callers take what they need first.
 */
export class Pages {
  bytes: Buffer = Buffer.alloc(0);
  /** offsets from here on do not exist */
  readonly end: number;
  private base = 0;
  private readonly file: RandomAccess;
  private readonly pages = new Map<number, Buffer>();

  constructor(file: RandomAccess, end: number) {
    this.file = file;
    this.end = Math.min(end, file.size);
  }

  /** index of `offset` in `bytes`, with `length` bytes there; -1 when the range is not within the file */
  seek(offset: number, length: number): number {
    const at = offset - this.base;
    if (at >= 0 && at + length <= this.bytes.byteLength) return at;
    if (!(offset >= 0) || offset + length > this.end) return -1;
    const page = Math.floor(offset / PAGE);
    const start = page * PAGE;
    if (offset + length <= start + PAGE) {
      this.bytes = this.page(page);
      this.base = start;
    } else {
      this.bytes = view(this.file.read(offset, length));
      this.base = offset;
    }
    return offset - this.base + length <= this.bytes.byteLength ? offset - this.base : -1;
  }

  /** a 64-bit number at an index of `bytes`; beyond 2^53 it loses digits */
  u64(at: number): number {
    return this.bytes.readUInt32LE(at) + this.bytes.readUInt32LE(at + 4) * HIGH;
  }

  private page(number: number): Buffer {
    const known = this.pages.get(number);
    if (known !== undefined) return known;
    if (this.pages.size >= MAX_PAGES) {
      const [oldest] = this.pages.keys();
      if (oldest !== undefined) this.pages.delete(oldest);
    }
    const start = number * PAGE;
    const fresh = view(this.file.read(start, Math.min(PAGE, this.end - start)));
    this.pages.set(number, fresh);
    return fresh;
  }
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
