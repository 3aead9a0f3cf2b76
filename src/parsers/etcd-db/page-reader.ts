import type { RandomAccess } from '../contract.ts';

const SLOTS = 8;
const NEAR = 64;
const SMALL = 16_384;
const LARGE = 1 << 18;

interface Slot {
  /** byte offsets of the first byte held and of the end; -1 = empty */
  start: number;
  end: number;
  bytes: Uint8Array;
  view: DataView;
}

const EMPTY = new Uint8Array(0);
const NO_VIEW = new DataView(EMPTY.buffer);
const emptySlot = (): Slot => ({ start: -1, end: -1, bytes: EMPTY, view: NO_VIEW });

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

  /** Makes `length` bytes from the start of page `id` readable until the next call; false when the file ends before them. */
  load(id: number, length: number): boolean {
    const offset = id * this.#pageSize;
    if (offset + length > this.#file.size) return false;
    for (const slot of this.#slots) {
      if (offset >= slot.start && offset + length <= slot.end) {
        this.#last = id;
        return this.#use(slot, offset);
      }
    }
    const near = id > this.#last && id <= this.#last + NEAR;
    this.#last = id;
    const wanted = Math.min(Math.max(length, near ? LARGE : SMALL), this.#file.size - offset);
    // a page larger than a window is used once and not kept
    const slot = wanted <= LARGE ? this.#slots[this.#next]! : emptySlot();
    if (wanted <= LARGE) this.#next = (this.#next + 1) % SLOTS;
    this.#fill(slot, offset, wanted);
    return slot.end >= offset + length && this.#use(slot, offset);
  }

  /** A window is read over its old content where the file can do that: a fresh one for each would cost a page fault a page. */
  #fill(slot: Slot, offset: number, wanted: number): void {
    const file = this.#file;
    let got: number;
    if (file.readInto === undefined) {
      slot.bytes = file.read(offset, wanted);
      got = slot.bytes.length;
    } else {
      if (slot.bytes.length < wanted) slot.bytes = new Uint8Array(Math.max(wanted, LARGE));
      got = file.readInto(slot.bytes.subarray(0, wanted), offset);
    }
    slot.view = new DataView(slot.bytes.buffer, slot.bytes.byteOffset, slot.bytes.byteLength);
    slot.start = offset;
    slot.end = offset + got;
  }

  #use(slot: Slot, offset: number): true {
    this.bytes = slot.bytes;
    this.view = slot.view;
    this.at = offset - slot.start;
    return true;
  }
}
