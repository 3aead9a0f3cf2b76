import { crc32c } from './crc32c.ts';
import type { Database } from './database.ts';
import { beginPass } from './database.ts';
import { KeyTable } from './key-table.ts';
import { isTombstone, mainRevision, UserKey } from './revision.ts';
import type { Bucket, Leaf, TreePass } from './tree.ts';

/** How `snapshot status` counts: `3.5` = every pair of every bucket (3.4 and 3.5), `3.6` = living user keys; `auto` = 3.6 where the file names a storage version. */
export type StatusSemantics = '3.5' | '3.6' | 'auto';

/** As `etcdutl snapshot status` prints it. Upstream: etcd `etcdutl/snapshot/v3_snapshot.go` Status. */
export interface SnapshotStatus {
  /** CRC-32C over bucket names, keys and values */
  readonly hash: number;
  /** main revision of the last entry of the `key` bucket; 0 when there is none */
  readonly revision: number;
  readonly totalKey: number;
  readonly totalSize: number;
  /** storage version; empty before 3.6 */
  readonly version: string;
  readonly semantics: '3.5' | '3.6';
  /** pages reached from the root, times the page size */
  readonly sizeInUse: number;
}

/** What other readers want to see on the way, so that one pass serves all; `leaf` must not be kept. */
export interface PassObserver {
  bucket?(bucket: Bucket): void;
  leaf(bucket: Bucket, leaf: Leaf): void;
  /** after the last leaf of the bucket */
  done?(pass: TreePass): void;
}

/**
 * Walks the whole file once. Damage is added to `db.problems`, and what can be read still counts, so the hash of a damaged file
 * is only this reader's.
 */
export function snapshotStatus(db: Database, semantics: StatusSemantics = 'auto', observer?: PassObserver): SnapshotStatus {
  const pass = beginPass(db, db.problems);
  let hash = 0;
  let pairs = 0;
  let revision = 0;
  const version = storageVersion(db);
  const used = semantics === 'auto' ? (version === '' ? '3.5' : '3.6') : semantics;
  const living = used === '3.5' ? null : new LivingKeys();
  for (const bucket of pass?.buckets() ?? []) {
    observer?.bucket?.(bucket);
    hash = crc32c(hash, bucket.rawName);
    const isKey = bucket.name === 'key';
    for (const leaf of pass?.leaves(bucket) ?? []) {
      hash = hashLeaf(hash, leaf);
      pairs += leaf.count;
      if (isKey) {
        const last = mainRevision(leaf, leaf.count - 1);
        if (leaf.count > 0 && last >= 0) revision = last;
        living?.add(leaf);
      }
      observer?.leaf(bucket, leaf);
    }
  }
  if (pass !== null) observer?.done?.(pass);
  const totalKey = living === null ? pairs : living.count;
  const sizeInUse = (pass?.reachable ?? 0) * (db.meta?.pageSize ?? 0);
  return { hash, revision, totalKey, totalSize: db.bytes, version, semantics: used, sizeInUse };
}

/** Looked up before the walk: only where there is one have living keys to be told apart, which costs a third more. */
function storageVersion(db: Database): string {
  const pass = beginPass(db);
  const meta = pass?.buckets().find((bucket) => bucket.name === 'meta');
  if (pass === null || meta === undefined) return '';
  for (const leaf of pass.leaves(meta)) {
    const version = textOf(leaf, 'storageVersion');
    if (version !== null) return version;
  }
  return '';
}

/** Keys and values of a leaf, in order; one call where they lie together. */
export function hashLeaf(crc: number, leaf: Leaf): number {
  if (leaf.count === 0) return crc;
  if (leaf.contiguous) return crc32c(crc, leaf.bytes, leaf.keyAt[0] ?? 0, leaf.end);
  let hash = crc;
  for (let i = 0; i < leaf.count; i += 1) hash = hashPair(hash, leaf, i);
  return hash;
}

/** Key and value of one element. */
export function hashPair(crc: number, leaf: Leaf, i: number): number {
  const at = leaf.keyAt[i] ?? 0;
  return crc32c(crc, leaf.bytes, at, at + (leaf.keyLength[i] ?? 0) + (leaf.valueLength[i] ?? 0));
}

/** The value of the element whose key is `name`, as text. */
function textOf(leaf: Leaf, name: string): string | null {
  for (let i = 0; i < leaf.count; i += 1) {
    const at = leaf.keyAt[i] ?? 0;
    const valueAt = at + (leaf.keyLength[i] ?? 0);
    if (Buffer.from(leaf.bytes.subarray(at, valueAt)).toString('latin1') === name) {
      return Buffer.from(leaf.bytes.subarray(valueAt, valueAt + Math.min(leaf.valueLength[i] ?? 0, 64))).toString('latin1');
    }
  }
  return null;
}

/** Living user keys as 3.6 counts them: added by a put, taken away by a deletion. */
class LivingKeys {
  count = 0;
  readonly #table = new KeyTable();
  #alive = new Uint8Array(4096);
  readonly #key = new UserKey();

  add(leaf: Leaf): void {
    const key = this.#key;
    for (let i = 0; i < leaf.count; i += 1) {
      if (!key.find(leaf, i)) continue;
      this.#table.add(leaf.bytes, key.at, key.length);
      const { row } = this.#table;
      if (row >= this.#alive.length) {
        const grown = new Uint8Array(this.#alive.length * 2);
        grown.set(this.#alive);
        this.#alive = grown;
      }
      const alive = isTombstone(leaf, i) ? 0 : 1;
      this.count += alive - (this.#alive[row] ?? 0);
      this.#alive[row] = alive;
    }
  }
}
