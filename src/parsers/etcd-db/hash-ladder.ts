import { crc32c } from './crc32c.ts';
import type { Database } from './database.ts';
import type { HashKv } from './hashkv.ts';
import { hashKv, keyLeaves } from './hashkv.ts';
import { mainRevision } from './revision.ts';
import { hashPair } from './status.ts';

const BUDGET = 256 << 20;
const MAX_RUNGS = 64;

/**
 * Revisions at which two databases that are a little apart both have a hash: the current one, and for each power of two its
 * last two multiples. Newest first.
 */
function ladder(current: number, lowest: number): number[] {
  const rungs = new Set<number>([current]);
  for (let step = 2; step <= current * 2 && rungs.size < MAX_RUNGS; step *= 2) {
    const multiple = Math.floor(current / step) * step;
    for (const rung of [multiple, multiple - step]) if (rung >= lowest) rungs.add(rung);
  }
  return [...rungs].sort((a, b) => b - a);
}

/**
 * Hashes at the rungs of the ladder, newest first, so that databases of two members can be compared without opening both.
 * Without compaction all come from one walk; else each rung is a walk, and a large database gets fewer.
 */
export function hashLadder(db: Database, current: number, compact: number): HashKv[] {
  const rungs = ladder(current, Math.max(compact, 1));
  if (compact <= 0) return inOneWalk(db, rungs);
  const affordable = Math.max(1, Math.min(rungs.length, Math.floor(BUDGET / Math.max(1, db.bytes * 2))));
  return rungs
    .slice(0, affordable)
    .map((rung) => hashKv(db, rung, current, compact))
    .filter((h) => typeof h !== 'string');
}

function inOneWalk(db: Database, rungs: readonly number[]): HashKv[] {
  const hashes: HashKv[] = [];
  const waiting = [...rungs];
  let hash = crc32c(0, Buffer.from('key'));
  for (const leaf of keyLeaves(db)) {
    for (let i = 0; i < leaf.count; i += 1) {
      const main = mainRevision(leaf, i);
      for (let rung = waiting.at(-1); rung !== undefined && main > rung; rung = waiting.at(-1)) {
        hashes.push({ hash, revision: rung, compactRevision: -1 });
        waiting.pop();
      }
      hash = hashPair(hash, leaf, i);
    }
  }
  for (const rung of waiting.reverse()) hashes.push({ hash, revision: rung, compactRevision: -1 });
  return hashes.reverse();
}

/**
 * The first revision that is missing above the compact revision; null when there is none. Every write adds exactly one, so a
 * hole means that pages of different moments were copied together. Upstream: etcd `server/storage/mvcc/kvstore_txn.go`.
 */
export function missingRevision(db: Database, compact: number): number | null {
  let before = Math.max(compact, 1);
  for (const leaf of keyLeaves(db)) {
    for (let i = 0; i < leaf.count; i += 1) {
      const main = mainRevision(leaf, i);
      if (main <= before) continue;
      if (main > before + 1) return before + 1;
      before = main;
    }
  }
  return null;
}
