import { align8, anyObjectSize, OBJECT, objectSize } from './objects.ts';
import type { ObjectLayout } from './objects.ts';
import type { Pages } from './pages.ts';

/** Items of an array taken at a time. */
const SLICE = 4096;

/** What stopped the walk along the entry arrays; null while nothing did. */
export interface ChainState {
  broken: string | null;
}

/**
 * Offsets of entries along the chain of global ENTRY_ARRAY objects, in the order they were written. Arrays only follow each other
 * forwards and never overlap, so damage cannot make the walk long. Upstream: systemd `journal-file.c generic_array_get`.
 */
export function* chainedEntries(pages: Pages, layout: ObjectLayout, first: number, state: ChainState): Generator<number> {
  const slice = new Float64Array(SLICE);
  let array = first;
  let floor = layout.first;
  while (array !== 0) {
    if (array < floor) {
      state.broken = 'an entry array points backwards';
      return;
    }
    const size = objectSize(pages, layout, array, OBJECT.ENTRY_ARRAY);
    const at = size === 0 ? -1 : pages.seek(array, 24);
    if (at < 0) {
      state.broken = 'an entry array is damaged';
      return;
    }
    const next = pages.u64(at + 16);
    const count = Math.floor((size - 24) / layout.arrayItem);
    for (let done = 0; done < count; done += SLICE) {
      const taken = readItems(pages, layout, array + 24 + done * layout.arrayItem, Math.min(SLICE, count - done), slice);
      for (let i = 0; i < taken; i += 1) {
        const entry = slice[i] ?? 0;
        if (entry !== 0) yield entry;
      }
    }
    floor = array + align8(size);
    array = next;
  }
}

function readItems(pages: Pages, layout: ObjectLayout, offset: number, count: number, into: Float64Array): number {
  const at = pages.seek(offset, count * layout.arrayItem);
  if (at < 0) return 0;
  for (let i = 0; i < count; i += 1) into[i] = layout.compact ? pages.bytes.readUInt32LE(at + i * 4) : pages.u64(at + i * 8);
  return count;
}

/**
 * Offsets of everything that looks like an ENTRY, object by object from the start; where no object is, 8 bytes further. An object
 * counts only when another, or nothing, follows it: else a false one could hide those behind it.
 */
export function* scannedEntries(pages: Pages, layout: ObjectLayout): Generator<number> {
  let offset = layout.first;
  while (offset + 16 <= pages.end) {
    const size = anyObjectSize(pages, layout, offset);
    if (size > 0 && followed(pages, layout, offset + align8(size))) {
      if (objectSize(pages, layout, offset, OBJECT.ENTRY) > 0) yield offset;
      offset += align8(size);
    } else offset = skipZeros(pages, offset + 8);
  }
}

function followed(pages: Pages, layout: ObjectLayout, offset: number): boolean {
  if (offset + 16 > pages.end) return true;
  if (anyObjectSize(pages, layout, offset) > 0) return true;
  const at = pages.seek(offset, 16);
  if (at < 0) return false;
  const size = pages.u64(at + 8);
  const type = pages.bytes[at] ?? 0;
  // nothing written yet, or an object that the end of the file cuts off
  return (pages.u64(at) === 0 && size === 0) || (type > 0 && type <= OBJECT.TAG && size >= 16 && offset + size > pages.end);
}

function skipZeros(pages: Pages, from: number): number {
  let offset = from;
  while (offset + 8 <= pages.end) {
    const at = pages.seek(offset, 8);
    if (at < 0) return offset;
    const { bytes } = pages;
    let i = at;
    while (i + 8 <= bytes.byteLength && bytes.readUInt32LE(i) === 0 && bytes.readUInt32LE(i + 4) === 0) i += 8;
    offset += i - at;
    if (i + 8 <= bytes.byteLength || i === at) return offset;
  }
  return offset;
}
