import type { RandomAccess } from '../contract.ts';
import type { DbContents, DbPlace } from './contents.ts';
import { ContentsObserver } from './contents.ts';
import type { Database } from './database.ts';
import { mainRevision } from './revision.ts';
import type { Bucket, Leaf } from './tree.ts';

const HEADER = 16;
const ELEMENT = 16;
const LEAF = 2;
const PAGE_KINDS: ReadonlySet<number> = new Set([1, 2, 4, 16]);
const PAGE_SIZES = [4096, 8192, 16_384, 32_768, 65_536, 2048, 1024];
/** pages by which a page size is guessed */
const PROBED = 64;
const LEAST_PAGES = 3;
const WINDOW = 1 << 20;
const MAX_ROOT_BYTES = 1 << 18;
/** copies of the root page that earlier transactions left behind, looked into at most */
const MAX_ROOTS = 64;
const SMALL_BUCKETS: ReadonlySet<string> = new Set(['meta', 'members', 'members_removed', 'cluster', 'alarm']);

/** What leaf pages still tell where the tree above them is lost. Pages of earlier transactions are among them, so all of it may be older than the loss. */
export interface Salvage {
  readonly pageSize: number;
  /** leaf pages found by their own headers */
  readonly leaves: number;
  /** highest main revision of any key stored; null when no such page was found */
  readonly revision: number | null;
  /** of the key with that revision */
  readonly place: DbPlace | null;
  /** the small buckets by the newest copy of the root page that was found, as its consistent index says */
  readonly contents: DbContents;
  readonly rootPage: number | null;
}

interface Page {
  readonly id: number;
  readonly count: number;
  readonly span: number;
}

function pageAt(view: DataView, at: number, id: number, pageSize: number): { readonly flags: number; readonly page: Page } | null {
  if (view.getUint32(at, true) !== id % 0x1_0000_0000 || view.getUint32(at + 4, true) !== Math.floor(id / 0x1_0000_0000)) return null;
  const flags = view.getUint16(at + 8, true);
  const count = view.getUint16(at + 10, true);
  const span = (1 + view.getUint32(at + 12, true)) * pageSize;
  return PAGE_KINDS.has(flags) ? { flags, page: { id, count, span } } : null;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The size whose first pages bear their own numbers; null when none does. A page is taken for data from the third on: two are meta pages. */
export function guessPageSize(head: Uint8Array): number | null {
  const view = viewOf(head);
  let best: { readonly size: number; readonly hits: number } | null = null;
  for (const size of PAGE_SIZES) {
    let hits = 0;
    for (let id = 2; id < PROBED && (id + 1) * size <= head.byteLength; id += 1) if (pageAt(view, id * size, id, size) !== null) hits += 1;
    if (hits >= LEAST_PAGES && hits > (best?.hits ?? 0)) best = { size, hits };
  }
  return best?.size ?? null;
}

/** The elements of a leaf that lie within `bytes`, which begins with the page's header (or an inline bucket's); null when they do not fit. */
function leafOf(bytes: Uint8Array, page: number, base: number): Leaf | null {
  if (bytes.byteLength < HEADER) return null;
  const view = viewOf(bytes);
  const count = view.getUint16(10, true);
  if ((view.getUint16(8, true) & LEAF) === 0 || HEADER + count * ELEMENT > bytes.byteLength) return null;
  const columns = { keyAt: new Int32Array(count), keyLength: new Int32Array(count), valueLength: new Int32Array(count), flags: new Uint8Array(count) };
  const leaf: Leaf = { bytes, view, page, base, count, ...columns, contiguous: false, end: 0 };
  for (let i = 0; i < count; i += 1) {
    const at = HEADER + i * ELEMENT;
    const keyAt = at + view.getUint32(at + 4, true);
    const keyLength = view.getUint32(at + 8, true);
    const valueLength = view.getUint32(at + 12, true);
    if (keyAt + keyLength + valueLength > bytes.byteLength) return null;
    leaf.flags[i] = view.getUint32(at, true) & 1;
    leaf.keyAt[i] = keyAt;
    leaf.keyLength[i] = keyLength;
    leaf.valueLength[i] = valueLength;
  }
  return leaf;
}

/** True when nothing leads to the keys: no sound meta page, no readable root page, or no page of the key bucket. */
export function isTreeLost(db: Database, contents: DbContents, { revision }: { readonly revision: number }): boolean {
  return db.problems.count > 0 && (!contents.buckets.includes('key') || revision === 0);
}

/** Searches the whole file for leaf pages. Null when nothing in it looks like pages. */
export function salvage(db: Database): Salvage | null {
  const { file } = db;
  const pageSize = db.valid[0]?.pageSize ?? guessPageSize(file.read(0, PROBED * 4096));
  if (pageSize === null) return null;
  const search = new Search(file, pageSize);
  search.run();
  return search.leaves === 0 ? null : search.result();
}

class Search {
  leaves = 0;
  private readonly file: RandomAccess;
  private readonly pageSize: number;
  private revision: number | null = null;
  private place: DbPlace | null = null;
  private readonly roots: Page[] = [];

  constructor(file: RandomAccess, pageSize: number) {
    this.file = file;
    this.pageSize = pageSize;
  }

  run(): void {
    const { file, pageSize } = this;
    const step = Math.max(pageSize, WINDOW);
    for (let start = 0; start < file.size; start += step) {
      const bytes = file.read(start, step);
      const view = viewOf(bytes);
      for (let at = 0; at + pageSize <= bytes.byteLength; at += pageSize) {
        const found = pageAt(view, at, (start + at) / pageSize, pageSize);
        if (found?.flags === LEAF && found.page.id > 1 && found.page.count > 0) this.leaf(found.page, bytes.subarray(at, at + pageSize));
      }
    }
  }

  /** Only the first and the last key are looked at: keys are in order. */
  private leaf(page: Page, bytes: Uint8Array): void {
    const table = HEADER + page.count * ELEMENT;
    if (table > bytes.byteLength) return;
    this.leaves += 1;
    if ((viewOf(bytes).getUint32(HEADER, true) & 1) === 1) {
      this.roots.push(page);
      if (this.roots.length > MAX_ROOTS) this.roots.shift();
      return;
    }
    if (this.revisionAt(page, bytes, 0) === null) return;
    const last = this.revisionAt(page, bytes, page.count - 1);
    if (last === null || last.revision <= (this.revision ?? 0)) return;
    this.revision = last.revision;
    this.place = last.place;
  }

  private revisionAt(page: Page, bytes: Uint8Array, i: number): { readonly revision: number; readonly place: DbPlace } | null {
    const view = viewOf(bytes);
    const at = HEADER + i * ELEMENT;
    const keyLength = view.getUint32(at + 8, true);
    const offset = at + view.getUint32(at + 4, true);
    if (keyLength < 17 || keyLength > 18 || offset + keyLength > page.span) return null;
    const start = page.id * this.pageSize + offset;
    const key = offset + keyLength <= bytes.byteLength ? bytes.subarray(offset, offset + keyLength) : this.file.read(start, keyLength);
    if (key.byteLength < keyLength || key[8] !== 0x5f) return null;
    const one = { keyAt: Int32Array.of(0), keyLength: Int32Array.of(keyLength), view: viewOf(key) };
    const revision = mainRevision({ ...EMPTY, ...one }, 0);
    return revision <= 0 ? null : { revision, place: { page: page.id, offset: start, length: keyLength } };
  }

  result(): Salvage {
    let best: { readonly contents: DbContents; readonly page: number } | null = null;
    for (const page of this.roots) {
      const contents = this.contentsOf(page);
      if (contents !== null && (best === null || (contents.consistentIndex ?? -1) >= (best.contents.consistentIndex ?? -1))) best = { contents, page: page.id };
    }
    const { pageSize, leaves, revision, place } = this;
    return { pageSize, leaves, revision, place, contents: best?.contents ?? new ContentsObserver().contents, rootPage: best?.page ?? null };
  }

  /** What a copy of the root page leads to: buckets within it, and those whose own page is a leaf that still bears its number. */
  private contentsOf(page: Page): DbContents | null {
    if (page.span > MAX_ROOT_BYTES) return null;
    const base = page.id * this.pageSize;
    const root = leafOf(this.file.read(base, page.span), page.id, base);
    if (root === null) return null;
    const observer = new ContentsObserver();
    for (let i = 0; i < root.count; i += 1) {
      const keyAt = root.keyAt[i] ?? 0;
      const valueAt = keyAt + (root.keyLength[i] ?? 0);
      const end = valueAt + (root.valueLength[i] ?? 0);
      if (root.flags[i] !== 1 || end - valueAt < 16) continue;
      const rawName = root.bytes.slice(keyAt, valueAt);
      const name = Buffer.from(rawName).toString('latin1');
      const pgid = root.view.getUint32(valueAt + 4, true) * 0x1_0000_0000 + root.view.getUint32(valueAt, true);
      const bucket: Bucket = { name, rawName, root: pgid, inline: null, offset: base + valueAt };
      observer.bucket(bucket);
      if (!SMALL_BUCKETS.has(name)) continue;
      const leaf = pgid === 0 ? leafOf(root.bytes.subarray(valueAt + 16, end), page.id, base + valueAt + 16) : this.leafPage(pgid);
      if (leaf !== null) observer.leaf(bucket, leaf);
    }
    return observer.contents.buckets.includes('key') ? observer.contents : null;
  }

  private leafPage(id: number): Leaf | null {
    const base = id * this.pageSize;
    if (base + this.pageSize > this.file.size) return null;
    const found = pageAt(viewOf(this.file.read(base, HEADER)), 0, id, this.pageSize);
    return found?.flags === LEAF && found.page.span <= MAX_ROOT_BYTES ? leafOf(this.file.read(base, found.page.span), id, base) : null;
  }
}

const EMPTY: Leaf = {
  bytes: new Uint8Array(0),
  view: new DataView(new ArrayBuffer(0)),
  page: 0,
  base: 0,
  count: 1,
  keyAt: new Int32Array(1),
  keyLength: new Int32Array(1),
  valueLength: new Int32Array(1),
  flags: new Uint8Array(1),
  contiguous: false,
  end: 0,
};
