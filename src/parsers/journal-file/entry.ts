import { OBJECT, objectSize } from './objects.ts';
import type { ObjectLayout } from './objects.ts';
import type { Pages } from './pages.ts';

/** Upstream: systemd `journal-def.h ENTRY_FIELD_COUNT_MAX`. */
const MAX_ITEMS = 1024;
const NO_BOOT = '0'.repeat(32);
/** micros; times at or beyond it cannot be */
export const LATEST = 2 ** 55;

/** One ENTRY object; reused for each. `items` holds `count` offsets of DATA objects. */
export class JournalEntry {
  offset = 0;
  size = 0;
  seqnum = 0;
  /** micros */
  realtime = 0;
  /** micros since the boot */
  monotonic = 0;
  /** 32 hex digits */
  bootId = NO_BOOT;
  count = 0;
  readonly items = new Float64Array(MAX_ITEMS);
  private readonly boot = Buffer.alloc(16);

  /** false when there is no sane entry at `offset` */
  read(pages: Pages, layout: ObjectLayout, offset: number): boolean {
    const size = objectSize(pages, layout, offset, OBJECT.ENTRY);
    if (size === 0) return false;
    const count = Math.floor((size - 64) / layout.entryItem);
    if (count > MAX_ITEMS) return false;
    const at = pages.seek(offset, size);
    if (at < 0) return false;
    const { bytes } = pages;
    this.offset = offset;
    this.size = size;
    this.seqnum = pages.u64(at + 16);
    this.realtime = pages.u64(at + 24);
    this.monotonic = pages.u64(at + 32);
    if (this.seqnum === 0 || this.realtime === 0 || this.realtime >= LATEST || this.monotonic >= LATEST) return false;
    if (this.boot.compare(bytes, at + 40, at + 56) !== 0) {
      bytes.copy(this.boot, 0, at + 40, at + 56);
      this.bootId = this.boot.toString('hex');
    }
    if (this.bootId === NO_BOOT) return false;
    this.count = count;
    const { items } = this;
    let item = at + 64;
    for (let i = 0; i < count; i += 1, item += layout.entryItem) items[i] = layout.compact ? bytes.readUInt32LE(item) : pages.u64(item);
    return true;
  }
}
