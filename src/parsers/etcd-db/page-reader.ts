import type { RandomAccess } from '../contract.ts';

const SLOTS = 8;
const NEAR = 64;
const SMALL = 16_384;
const LARGE = 1 << 18;

interface Slot {
  /** byte offset of the first byte held; -1 = empty */
  start: number;
  bytes: Uint8Array;
  view: DataView;
}

const EMPTY = new Uint8Array(0);
const emptySlot = (): Slot => ({ start: -1, bytes: EMPTY, view: new DataView(EMPTY.buffer) });

/**
 * Reads runs of pages through a few read-ahead windows: bbolt's leaves lie mostly one after another, so a page close behind
 * the last one is read together with its followers. Holds at most eight windows of 256 KiB: small ones stay in the processor's
 * cache until they are hashed.
 */
export class PageReader {
  /** after a successful `load`: the buffer, its view, and where the page begins in it */
  bytes: Uint8Array = EMPTY;
  view: DataView = new DataView(EMPTY.buffer);
  at = 0;

  readonly #file: RandomAccess;
  readonly #pageSize: number;
  readonly #slots: Slot[] = Array.from({ length: SLOTS }, emptySlot);
  #next = 0;
  #last = -1;

  constructor(file: RandomAccess, pageSize: number) {
    this.#file = file;
    this.#pageSize = pageSize;
  }

  /** Makes `length` bytes from the start of page `id` readable; false when the file ends before them. */
  load(id: number, length: number): boolean {
    const offset = id * this.#pageSize;
    if (offset + length > this.#file.size) return false;
    for (const slot of this.#slots) {
      if (slot.start >= 0 && offset >= slot.start && offset + length <= slot.start + slot.bytes.length) {
        this.#last = id;
        return this.#use(slot, offset);
      }
    }
    const near = id > this.#last && id <= this.#last + NEAR;
    this.#last = id;
    const wanted = Math.min(Math.max(length, near ? LARGE : SMALL), this.#file.size - offset);
    const bytes = this.#file.read(offset, wanted);
    if (bytes.length < length) return false;
    const fresh: Slot = { start: offset, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
    // a page larger than a window is used once and not kept
    if (bytes.length <= LARGE) {
      this.#slots[this.#next] = fresh;
      this.#next = (this.#next + 1) % SLOTS;
    }
    return this.#use(fresh, offset);
  }

  #use(slot: Slot, offset: number): true {
    this.bytes = slot.bytes;
    this.view = slot.view;
    this.at = offset - slot.start;
    return true;
  }
}
