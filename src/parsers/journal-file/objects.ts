import type { Pages } from './pages.ts';

/** Upstream: systemd `journal-def.h enum ObjectType`. */
export const OBJECT = { DATA: 1, FIELD: 2, ENTRY: 3, DATA_HASH_TABLE: 4, FIELD_HASH_TABLE: 5, ENTRY_ARRAY: 6, TAG: 7 } as const;
type ObjectType = (typeof OBJECT)[keyof typeof OBJECT];

const HEADER = 16;

/** Where things stand in the objects of one file: compact files have smaller items and a longer DATA header. */
export interface ObjectLayout {
  readonly first: number;
  readonly compact: boolean;
  /** bytes of one item of an ENTRY */
  readonly entryItem: number;
  /** bytes of one item of an ENTRY_ARRAY */
  readonly arrayItem: number;
  /** where the payload of a DATA begins */
  readonly payload: number;
  /** least size by type */
  readonly least: readonly number[];
}

export function objectLayout(compact: boolean, first: number): ObjectLayout {
  const entryItem = compact ? 4 : 16;
  const arrayItem = compact ? 4 : 8;
  const payload = compact ? 72 : 64;
  return { first, compact, entryItem, arrayItem, payload, least: [Infinity, payload + 1, 41, 64 + entryItem, HEADER + 16, HEADER + 16, 24 + arrayItem, 64] };
}

export function align8(size: number): number {
  return Math.ceil(size / 8) * 8;
}

/** Size of the object of this type at `offset`; 0 when there is none. Leaves its header readable at the seek position. */
export function objectSize(pages: Pages, layout: ObjectLayout, offset: number, type: ObjectType): number {
  if (offset % 8 !== 0 || offset < layout.first) return 0;
  const at = pages.seek(offset, HEADER);
  if (at < 0 || pages.bytes[at] !== type) return 0;
  return checkedSize(pages, layout, offset, at, type);
}

/** Size of an object of any type at `offset`; 0 when there is none. */
export function anyObjectSize(pages: Pages, layout: ObjectLayout, offset: number): number {
  const at = pages.seek(offset, HEADER);
  if (at < 0) return 0;
  return checkedSize(pages, layout, offset, at, pages.bytes[at] ?? 0);
}

function checkedSize(pages: Pages, layout: ObjectLayout, offset: number, at: number, type: number): number {
  const size = pages.u64(at + 8);
  return size >= (layout.least[type] ?? Infinity) && offset + size <= pages.end ? size : 0;
}
