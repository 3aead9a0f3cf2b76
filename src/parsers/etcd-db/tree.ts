import type { RandomAccess } from '../contract.ts';
import type { MetaPage } from './meta.ts';
import { PageReader } from './page-reader.ts';
import type { Problems } from './problems.ts';

const HEADER = 16;
const ELEMENT = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const BUCKET_FLAG = 0x01;
const MAX_DEPTH = 64;
/** no etcd value comes near this (`--max-request-bytes` is 1.5 MiB by default); it is read at once */
const MAX_SPAN_BYTES = 64 << 20;
const MAX_BUCKETS = 1000;
const PAGE_TYPES: Readonly<Record<number, string>> = { 1: 'branch', 2: 'leaf', 4: 'meta', 16: 'freelist' };

/** A named tree. Upstream: bbolt `internal/common/bucket.go`. */
export interface Bucket {
  readonly name: string;
  readonly rawName: Uint8Array;
  /** root page; 0 = inline */
  readonly root: number;
  readonly inline: Uint8Array | null;
  /** of the bucket header, in the file */
  readonly offset: number;
}

/** The elements of one leaf page as columns; only valid until the next leaf is asked for. */
export interface Leaf {
  bytes: Uint8Array;
  view: DataView;
  page: number;
  /** file offset of `bytes[0]` */
  base: number;
  count: number;
  /** positions in `bytes`; a value follows its key */
  keyAt: Int32Array;
  keyLength: Int32Array;
  valueLength: Int32Array;
  /** 1 = the value is a bucket header */
  flags: Uint8Array;
  /** keys and values lie one after another without gaps, from the first key to `end` */
  contiguous: boolean;
  end: number;
}

function growLeaf(leaf: Leaf, count: number): void {
  if (leaf.keyAt.length >= count) return;
  leaf.keyAt = new Int32Array(count);
  leaf.keyLength = new Int32Array(count);
  leaf.valueLength = new Int32Array(count);
  leaf.flags = new Uint8Array(count);
}

const NOTHING = new Uint8Array(0);

function newLeaf(): Leaf {
  const n = 256;
  const view = new DataView(NOTHING.buffer);
  const columns = { keyAt: new Int32Array(n), keyLength: new Int32Array(n), valueLength: new Int32Array(n), flags: new Uint8Array(n) };
  return { bytes: NOTHING, view, page: 0, base: 0, count: 0, ...columns, contiguous: true, end: 0 };
}

/** Byte order of `a[aFrom, +aLength)` and `b[bFrom, +bLength)`: negative, 0 or positive. */
export function compareBytes(a: Uint8Array, aFrom: number, aLength: number, b: Uint8Array, bFrom: number, bLength: number): number {
  const shared = Math.min(aLength, bLength);
  for (let i = 0; i < shared; i += 1) {
    const difference = a[aFrom + i]! - b[bFrom + i]!;
    if (difference !== 0) return difference;
  }
  return aLength - bLength;
}

/**
 * One walk over a bbolt file: every page at most once (so cycles end), every length checked against its page, damage
 * reported and stepped over. Pages are read as they are reached. Upstream: bbolt `internal/common/{page,inode}.go`, `tx_check.go`.
 */
export class TreePass {
  /** pages reached so far, overflow pages and the two meta pages included */
  reachable = 2;
  readonly #reader: PageReader;
  readonly #meta: MetaPage;
  readonly #problems: Problems;
  readonly #seen: Uint8Array;
  readonly #pages: number;
  readonly #leaf = newLeaf();
  /** the last key of the leaf before: its bytes, in memory that is used again for every leaf, and its length */
  #lastKey = new Uint8Array(256);
  #lastLength = 0;
  #beyond = 0;

  constructor(file: RandomAccess, meta: MetaPage, problems: Problems) {
    this.#reader = new PageReader(file, meta.pageSize);
    this.#meta = meta;
    this.#problems = problems;
    this.#pages = Math.min(meta.pgid, Math.ceil(file.size / meta.pageSize));
    this.#seen = new Uint8Array((this.#pages >>> 3) + 1);
  }

  /** true when a page was reached that the file is too short to hold */
  get truncated(): boolean {
    return this.#beyond > 0;
  }

  isReached(page: number): boolean {
    return (((this.#seen[page >>> 3] ?? 0) >>> (page & 7)) & 1) === 1;
  }

  /** The buckets of the root tree, in key order. */
  buckets(): Bucket[] {
    const found: Bucket[] = [];
    for (const leaf of this.#leaves(this.#meta.root)) {
      for (let i = 0; i < leaf.count; i += 1) {
        if (leaf.flags[i] !== 1) continue;
        const bucket = this.#bucket(leaf, i);
        if (bucket !== null && found.length < MAX_BUCKETS) found.push(bucket);
      }
    }
    return found;
  }

  /** The leaves of one bucket, in key order. */
  *leaves(bucket: Bucket): Generator<Leaf, void, undefined> {
    if (bucket.inline === null) {
      yield* this.#leaves(bucket.root);
      return;
    }
    this.#lastLength = 0;
    const { inline } = bucket;
    const view = new DataView(inline.buffer, inline.byteOffset, inline.byteLength);
    if (inline.length < HEADER || (view.getUint16(8, true) & LEAF) === 0) {
      this.#bad(0, bucket.offset, `inline bucket ${JSON.stringify(bucket.name)} is not a leaf`);
      return;
    }
    const leaf = this.#leaf;
    leaf.bytes = inline;
    leaf.view = view;
    leaf.page = Math.floor(bucket.offset / this.#meta.pageSize);
    leaf.base = bucket.offset + 16;
    this.#elements(0, inline.length, view.getUint16(10, true));
    yield leaf;
  }

  #bucket(leaf: Leaf, i: number): Bucket | null {
    const keyAt = leaf.keyAt[i] ?? 0;
    const keyLength = leaf.keyLength[i] ?? 0;
    const valueAt = keyAt + keyLength;
    const valueLength = leaf.valueLength[i] ?? 0;
    const offset = leaf.base + valueAt;
    if (valueLength < 16) {
      this.#bad(leaf.page, offset, 'a bucket header is too short');
      return null;
    }
    const rawName = leaf.bytes.slice(keyAt, valueAt);
    const root = this.#id(leaf.view, valueAt);
    const inline = root === 0 ? leaf.bytes.slice(valueAt + 16, valueAt + valueLength) : null;
    return { name: Buffer.from(rawName).toString('latin1'), rawName, root, inline, offset };
  }

  #id(view: DataView, at: number): number {
    return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
  }

  /** In key order; an explicit stack, since a hostile file may nest as deep as it has pages. */
  *#leaves(root: number): Generator<Leaf, void, undefined> {
    this.#lastLength = 0;
    const stack: { readonly children: Float64Array; next: number }[] = [{ children: Float64Array.of(root), next: 0 }];
    for (;;) {
      const top = stack[stack.length - 1];
      if (top === undefined) return;
      const id = top.children[top.next];
      if (id === undefined) {
        stack.pop();
        continue;
      }
      top.next += 1;
      const kind = this.#enter(id);
      if (kind === LEAF) yield this.#leaf;
      else if (kind === BRANCH) {
        if (stack.length >= MAX_DEPTH) this.#bad(id, id * this.#meta.pageSize, `tree deeper than ${MAX_DEPTH} levels`);
        else stack.push({ children: this.#children(id), next: 0 });
      }
    }
  }

  /** Loads a page and checks its header; 0 when it cannot be used. A leaf's elements are then in `#leaf`. */
  #enter(id: number): number {
    const { pageSize, pgid } = this.#meta;
    const offset = id * pageSize;
    if (id < 2 || id >= pgid) return this.#bad(id, Math.min(offset, Number.MAX_SAFE_INTEGER), `page ${id}: out of bounds: ${pgid}`);
    if (id >= this.#pages || !this.#reader.load(id, pageSize)) return this.#missing(id, offset);
    if (this.isReached(id)) return this.#bad(id, offset, `page ${id}: multiple references`);
    const { view, at } = this.#reader;
    const own = this.#id(view, at);
    const flags = view.getUint16(at + 8, true);
    const count = view.getUint16(at + 10, true);
    const overflow = view.getUint32(at + 12, true);
    const span = (1 + overflow) * pageSize;
    this.#mark(id);
    if (flags !== BRANCH && flags !== LEAF) {
      return this.#bad(id, offset, `page ${id}: invalid type: ${PAGE_TYPES[flags] ?? `unknown<${flags.toString(16)}>`}`);
    }
    if (own !== id) return this.#bad(id, offset, `page ${id}: its header says page ${own}`);
    if (id + overflow >= pgid) return this.#bad(id, offset, `page ${id}: its ${overflow} overflow pages end behind the last page`);
    if (span > MAX_SPAN_BYTES) return this.#bad(id, offset, `page ${id}: spans ${span} bytes`);
    for (let extra = 1; extra <= overflow && id + extra < this.#pages; extra += 1) {
      if (this.isReached(id + extra)) return this.#bad(id + extra, offset, `page ${id + extra}: multiple references`);
      this.#mark(id + extra);
    }
    if (overflow > 0 && !this.#reader.load(id, span)) return this.#missing(id, offset);
    if (flags === LEAF) {
      const leaf = this.#leaf;
      leaf.bytes = this.#reader.bytes;
      leaf.view = this.#reader.view;
      leaf.page = id;
      leaf.base = offset - this.#reader.at;
      this.#elements(this.#reader.at, this.#reader.at + span, count);
    }
    return flags;
  }

  #mark(page: number): void {
    this.#seen[page >>> 3] = (this.#seen[page >>> 3] ?? 0) | (1 << (page & 7));
    this.reachable += 1;
  }

  #bad(page: number, offset: number, detail: string): 0 {
    this.#problems.add({ code: 'DB_PAGE_INVALID', page, offset, detail });
    return 0;
  }

  #missing(page: number, offset: number): 0 {
    this.#beyond += 1;
    if (this.#beyond === 1) this.#problems.add({ code: 'DB_TRUNCATED', page, offset, detail: `page ${page} lies behind the end of the file` });
    return 0;
  }

  /** Reads the element table of the leaf at `at`, up to the first element that does not fit. */
  #elements(at: number, limit: number, count: number): void {
    const leaf = this.#leaf;
    const { bytes, view } = leaf;
    growLeaf(leaf, count);
    let before: Uint8Array = this.#lastKey;
    let beforeAt = 0;
    let beforeLength = this.#lastLength;
    let used = 0;
    let end = -1;
    leaf.contiguous = true;
    for (; used < count; used += 1) {
      const element = at + HEADER + used * ELEMENT;
      if (element + ELEMENT > limit) break;
      const keyLength = view.getUint32(element + 8, true);
      const valueLength = view.getUint32(element + 12, true);
      const keyAt = element + view.getUint32(element + 4, true);
      if (keyAt + keyLength + valueLength > limit) break;
      if (beforeLength > 0 && compareBytes(before, beforeAt, beforeLength, bytes, keyAt, keyLength) >= 0) {
        this.#bad(leaf.page, leaf.base + keyAt, `page ${leaf.page}: key ${used} is not above the one before it`);
      }
      before = bytes;
      beforeAt = keyAt;
      beforeLength = keyLength;
      leaf.flags[used] = view.getUint32(element, true) & BUCKET_FLAG;
      leaf.keyAt[used] = keyAt;
      leaf.keyLength[used] = keyLength;
      leaf.valueLength[used] = valueLength;
      if (used > 0 && keyAt !== end) leaf.contiguous = false;
      end = keyAt + keyLength + valueLength;
    }
    if (used < count) this.#bad(leaf.page, leaf.base + at, `page ${leaf.page}: element ${used} of ${count} does not fit`);
    leaf.count = used;
    leaf.end = end;
    if (used > 0) this.#keep(bytes, beforeAt, beforeLength);
  }

  #keep(bytes: Uint8Array, at: number, length: number): void {
    if (length > this.#lastKey.length) this.#lastKey = new Uint8Array(length);
    for (let i = 0; i < length; i += 1) this.#lastKey[i] = bytes[at + i]!;
    this.#lastLength = length;
  }

  #children(id: number): Float64Array {
    const { view, bytes, at } = this.#reader;
    const count = view.getUint16(at + 10, true);
    const span = (1 + view.getUint32(at + 12, true)) * this.#meta.pageSize;
    const fits = Math.min(count, Math.floor((span - HEADER) / ELEMENT));
    const children = new Float64Array(fits);
    for (let i = 0; i < fits; i += 1) children[i] = this.#id(view, at + HEADER + i * ELEMENT + 8);
    if (fits < count || bytes.length === 0) this.#bad(id, id * this.#meta.pageSize, `page ${id}: ${count} elements do not fit`);
    return children;
  }
}
