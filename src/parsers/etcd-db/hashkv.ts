import { crc32c } from './crc32c.ts';
import type { Database } from './database.ts';
import { beginPass } from './database.ts';
import { Column, KeyTable } from './key-table.ts';
import type { Problems } from './problems.ts';
import { isTombstone, mainRevision, subRevision, UserKey } from './revision.ts';
import { hashPair } from './status.ts';
import type { Leaf } from './tree.ts';

/** `skip`: a deletion exactly at the compact revision does not count (from 3.4.34, 3.5.16, 3.6); `count`: it does. */
export type TombstoneRule = 'skip' | 'count';

/** As `etcdctl endpoint hashkv` prints it. */
export interface HashKv {
  readonly hash: number;
  readonly revision: number;
  /** -1 = never compacted */
  readonly compactRevision: number;
}

export const TOO_OLD = 'compacted';
export const TOO_NEW = 'future';

/** The newest revision of each key at or below one revision, deletions included, kept by row of a key table. */
export class Latest {
  readonly table = new KeyTable();
  readonly main = new Column();
  readonly sub = new Column();
  readonly #dead = new Column();
  readonly #key = new UserKey();
  /** keys whose newest revision is no deletion */
  living = 0;

  add(leaf: Leaf, i: number, main: number): void {
    const key = this.#key;
    if (!key.find(leaf, i)) return;
    const fresh = this.table.add(leaf.bytes, key.at, key.length);
    const { row } = this.table;
    const dead = isTombstone(leaf, i) ? 1 : 0;
    this.living += 1 - dead - (fresh ? 0 : 1 - this.#dead.get(row));
    this.main.set(row, main);
    this.sub.set(row, subRevision(leaf, i));
    this.#dead.set(row, dead);
  }

  /** Whether element `i` is its key's newest and no deletion: etcd's `keep` set (`mvcc/key_index.go` keep). */
  keeps(leaf: Leaf, i: number, main: number): boolean {
    const key = this.#key;
    if (!key.find(leaf, i)) return false;
    const row = this.table.find(leaf.bytes, key.at, key.length);
    return row >= 0 && this.#dead.get(row) === 0 && this.main.get(row) === main && this.sub.get(row) === subRevision(leaf, i);
  }
}

/** Every leaf of the `key` bucket, in revision order. */
export function* keyLeaves(db: Database, problems?: Problems): Generator<Leaf, void, undefined> {
  const pass = beginPass(db, problems);
  const bucket = pass?.buckets().find((b) => b.name === 'key');
  if (pass !== null && bucket !== undefined) yield* pass.leaves(bucket);
}

/** The newest revisions at or below `revision`. */
export function latestAt(db: Database, revision: number): Latest {
  const latest = new Latest();
  for (const leaf of keyLeaves(db)) {
    for (let i = 0; i < leaf.count; i += 1) {
      const main = mainRevision(leaf, i);
      if (main > revision) return latest;
      if (main >= 0) latest.add(leaf, i, main);
    }
  }
  return latest;
}

/**
 * The hash of all revisions up to `revision` (0 = the current one). Upstream: etcd `server/storage/mvcc/hash.go`.
 * `current` and `compact` are the database's, as `readMeta` gives them.
 */
export function hashKv(
  db: Database,
  revision: number,
  current: number,
  compact: number,
  rule: TombstoneRule = 'skip',
): HashKv | typeof TOO_OLD | typeof TOO_NEW {
  const at = revision === 0 ? current : revision;
  if (at < compact) return TOO_OLD;
  if (at > current) return TOO_NEW;
  const latest = compact > 0 ? latestAt(db, at) : null;
  const keepAll = latest === null || latest.living === 0;
  let hash = crc32c(0, Buffer.from('key'));
  for (const leaf of keyLeaves(db)) {
    for (let i = 0; i < leaf.count; i += 1) {
      const main = mainRevision(leaf, i);
      if (main > at) return { hash, revision: at, compactRevision: compact };
      if (main <= compact && !keepAll && !(latest?.keeps(leaf, i, main) ?? false)) continue;
      if (main === compact && rule === 'skip' && isTombstone(leaf, i)) continue;
      hash = hashPair(hash, leaf, i);
    }
  }
  return { hash, revision: at, compactRevision: compact };
}
