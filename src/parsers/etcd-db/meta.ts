import type { RandomAccess } from '../contract.ts';
import { fnv64a } from './fnv64.ts';

/** One of the two bbolt meta pages (0 and 1). Upstream: bbolt `internal/common/meta.go`. */
export interface MetaPage {
  readonly page: 0 | 1;
  /** byte offset of the page in the file */
  readonly offset: number;
  readonly pageSize: number;
  readonly root: number;
  /** null: the freelist is not stored, as etcd on Linux always has it */
  readonly freelist: number | null;
  /** number of pages in use by the file */
  readonly pgid: number;
  readonly txid: number;
}

export interface Metas {
  readonly pageSize: number;
  /** the valid one with the higher txid */
  readonly active: MetaPage;
  readonly valid: readonly MetaPage[];
  /** why a meta page is not valid */
  readonly problems: readonly { readonly page: 0 | 1; readonly offset: number; readonly reason: string }[];
}

const META_HEADER = 16;
const META_BYTES = 80;
const NO_FREELIST = 0xffff_ffff_ffff_ffffn;
const MIN_PAGE = 512;
const MAX_PAGE = 1 << 20;

const BBOLT_MAGIC = 0xed0cdaed;

/** True when the bytes begin with a bbolt meta page, sound or not. */
export function looksLikeBbolt(head: Uint8Array, at = 0): boolean {
  const m = at + META_HEADER;
  return head[m] === 0xed && head[m + 1] === 0xda && head[m + 2] === 0x0c && head[m + 3] === 0xed && head[m + 4] === 2;
}

/** An unsigned 64-bit integer as a number; beyond 2^53 it saturates, which every bound check then refuses. */
function u64(view: DataView, at: number): number {
  const high = view.getUint32(at + 4, true);
  return high >= 0x20_0000 ? Number.MAX_SAFE_INTEGER : high * 0x1_0000_0000 + view.getUint32(at, true);
}

function readMeta(file: RandomAccess, page: 0 | 1, offset: number): MetaPage | string {
  const bytes = file.read(offset, META_BYTES);
  if (bytes.length < META_BYTES) return 'the file ends before it';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(16, true) !== BBOLT_MAGIC) return 'wrong magic number';
  const version = view.getUint32(20, true);
  if (version !== 2) return `unknown version ${version}`;
  const sum = fnv64a(bytes, 16, 72);
  if (view.getUint32(72, true) !== sum.low || view.getUint32(76, true) !== sum.high) return 'checksum mismatch';
  const pageSize = view.getUint32(24, true);
  if (pageSize < MIN_PAGE || pageSize > MAX_PAGE || (pageSize & (pageSize - 1)) !== 0) return `impossible page size ${pageSize}`;
  const freelist = view.getBigUint64(48, true) === NO_FREELIST ? null : u64(view, 48);
  return { page, offset, pageSize, root: u64(view, 32), freelist, pgid: u64(view, 56), txid: u64(view, 64) };
}

/** Reads both meta pages; page 1 is looked for at every power of two when page 0 is damaged. Null when neither is sound. */
export function readMetas(file: RandomAccess): Metas | { readonly problems: Metas['problems'] } {
  const problems: { page: 0 | 1; offset: number; reason: string }[] = [];
  const first = readMeta(file, 0, 0);
  const second = typeof first === 'string' ? probeSecond(file) : readMeta(file, 1, first.pageSize);
  const secondOffset = typeof first === 'string' ? 4096 : first.pageSize;
  if (typeof first === 'string') problems.push({ page: 0, offset: 0, reason: first });
  if (typeof second === 'string') problems.push({ page: 1, offset: secondOffset, reason: second });
  const valid = [first, second].filter((m): m is MetaPage => typeof m !== 'string');
  const active = valid.reduce<MetaPage | null>((best, m) => (best === null || m.txid > best.txid ? m : best), null);
  return active === null ? { problems } : { pageSize: active.pageSize, active, valid, problems };
}

function probeSecond(file: RandomAccess): MetaPage | string {
  for (let size = 1024; size <= 1024 << 14; size *= 2) {
    const meta = readMeta(file, 1, size);
    if (typeof meta !== 'string' && meta.pageSize === size) return meta;
  }
  return readMeta(file, 1, 4096);
}
