import { crc32c } from './crc32c.ts';
import type { Database } from './database.ts';
import type { Latest } from './hashkv.ts';
import { keyLeaves, latestAt } from './hashkv.ts';
import { keyText, storedRevision } from './key-value.ts';
import { mainRevision, subRevision, UserKey } from './revision.ts';
import type { Leaf } from './tree.ts';
import { compareBytes } from './tree.ts';

/** One revision that two databases do not share. */
export interface RevisionDifference {
  readonly revision: number;
  readonly sub: number;
  readonly key: string;
  readonly how: 'value' | 'only-a' | 'only-b';
}

/** What a database holds for a key at the common revision. The value itself is never given. */
export interface KeyState {
  readonly modRevision: number;
  readonly version: number;
  readonly deleted: boolean;
  readonly valueBytes: number;
  readonly valueCrc32c: number;
}

export interface DatabaseDiff {
  /** null = no difference up to the common revision */
  readonly firstDifferentRevision: number | null;
  /** the newest revision before it that both hold alike */
  readonly lastCommonRevision: number | null;
  readonly differences: readonly RevisionDifference[];
  /** all of them, where the list was cut */
  readonly differenceCount: number;
  /** keys whose state differs at the common revision */
  readonly keys: readonly { readonly key: string; readonly a: KeyState | null; readonly b: KeyState | null }[];
  /** min of both current revisions: what lies above is not compared */
  readonly comparedTo: number;
  readonly aheadA: number;
  readonly aheadB: number;
}

export interface DiffSide {
  readonly db: Database;
  readonly current: number;
  readonly compact: number;
}

const MAX_DIFFERENCES = 1000;
const MAX_KEYS = 10_000;

/** Steps through the `key` bucket of one database. */
class Cursor {
  leaf: Leaf | null = null;
  i = -1;
  main = -1;
  readonly #leaves: Generator<Leaf, void, undefined>;

  constructor(db: Database) {
    this.#leaves = keyLeaves(db);
    this.next();
  }

  next(): void {
    for (;;) {
      this.i += 1;
      if (this.leaf === null || this.i >= this.leaf.count) {
        const step = this.#leaves.next();
        if (step.done === true) {
          this.leaf = null;
          return;
        }
        this.leaf = step.value;
        this.i = 0;
        if (this.leaf.count === 0) continue;
      }
      this.main = mainRevision(this.leaf, this.i);
      if (this.main >= 0) return;
    }
  }
}

/**
 * Goes through two members' databases side by side in revision order. What one of them has compacted away is not a
 * difference, nor is what only the one that is ahead has yet.
 */
export function diffDatabases(a: DiffSide, b: DiffSide): DatabaseDiff {
  const comparedTo = Math.min(a.current, b.current);
  // whether an entry at or below the other side's compact revision should have survived there
  const keptOfA = b.compact > 0 ? latestAt(a.db, b.compact) : null;
  const keptOfB = a.compact > 0 ? latestAt(b.db, a.compact) : null;
  const found = new Differences();
  const left = new Cursor(a.db);
  const right = new Cursor(b.db);
  for (;;) {
    const order = compareCursors(left, right);
    if (order === null) break;
    if (order === 0) {
      if (left.main <= comparedTo) {
        if (sameValue(left, right)) found.common(left.main);
        else {
          found.add(left, 'value');
          found.touch(right);
        }
      }
      left.next();
      right.next();
    } else if (order < 0) {
      if (missing(left, b, comparedTo, keptOfA)) found.add(left, 'only-a');
      left.next();
    } else {
      if (missing(right, a, comparedTo, keptOfB)) found.add(right, 'only-b');
      right.next();
    }
  }
  return {
    firstDifferentRevision: found.first,
    lastCommonRevision: found.lastCommon,
    differences: found.list,
    differenceCount: found.count,
    keys: found.count === 0 ? [] : differentKeys(a.db, b.db, found.keys, comparedTo),
    comparedTo,
    aheadA: a.current - comparedTo,
    aheadB: b.current - comparedTo,
  };
}

class Differences {
  readonly list: RevisionDifference[] = [];
  readonly keys = new Set<string>();
  count = 0;
  first: number | null = null;
  lastCommon: number | null = null;
  readonly #key = new UserKey();

  common(main: number): void {
    if (this.first === null) this.lastCommon = main;
  }

  add(at: Cursor, how: RevisionDifference['how']): void {
    const { leaf } = at;
    if (leaf === null) return;
    this.first ??= at.main;
    this.count += 1;
    const raw = this.touch(at);
    if (this.list.length < MAX_DIFFERENCES) this.list.push({ revision: at.main, sub: subRevision(leaf, at.i), key: keyText(raw), how });
  }

  /** Notes the user key there, whose states are compared at the end. */
  touch(at: Cursor): Uint8Array {
    const { leaf } = at;
    if (leaf === null || !this.#key.find(leaf, at.i)) return new Uint8Array(0);
    const raw = leaf.bytes.subarray(this.#key.at, this.#key.at + this.#key.length);
    if (this.keys.size < MAX_KEYS) this.keys.add(Buffer.from(raw).toString('latin1'));
    return raw;
  }
}

/** Null when both have ended; an ended one sorts last. */
function compareCursors(a: Cursor, b: Cursor): number | null {
  if (a.leaf === null) return b.leaf === null ? null : 1;
  if (b.leaf === null) return -1;
  const { leaf: x } = a;
  const { leaf: y } = b;
  return compareBytes(x.bytes, x.keyAt[a.i]!, x.keyLength[a.i]!, y.bytes, y.keyAt[b.i]!, y.keyLength[b.i]!);
}

function sameValue(a: Cursor, b: Cursor): boolean {
  const { leaf: x } = a;
  const { leaf: y } = b;
  if (x === null || y === null) return false;
  const xAt = x.keyAt[a.i]! + x.keyLength[a.i]!;
  const yAt = y.keyAt[b.i]! + y.keyLength[b.i]!;
  return compareBytes(x.bytes, xAt, x.valueLength[a.i]!, y.bytes, yAt, y.valueLength[b.i]!) === 0;
}

function missing(at: Cursor, other: DiffSide, comparedTo: number, kept: Latest | null): boolean {
  if (at.leaf === null || at.main > comparedTo) return false;
  return at.main > other.compact || kept === null || kept.keeps(at.leaf, at.i, at.main);
}

function differentKeys(a: Database, b: Database, keys: ReadonlySet<string>, comparedTo: number): DatabaseDiff['keys'] {
  const ofA = states(a, keys, comparedTo);
  const ofB = states(b, keys, comparedTo);
  const rows: { key: string; a: KeyState | null; b: KeyState | null }[] = [];
  for (const raw of [...keys].sort()) {
    const x = ofA.get(raw) ?? null;
    const y = ofB.get(raw) ?? null;
    if (JSON.stringify(x) !== JSON.stringify(y)) rows.push({ key: Buffer.from(raw, 'latin1').toString('utf8'), a: x, b: y });
  }
  return rows;
}

function states(db: Database, keys: ReadonlySet<string>, comparedTo: number): Map<string, KeyState> {
  const found = new Map<string, KeyState>();
  const user = new UserKey();
  for (const leaf of keyLeaves(db)) {
    for (let i = 0; i < leaf.count; i += 1) {
      if (mainRevision(leaf, i) > comparedTo) return found;
      if (!user.find(leaf, i)) continue;
      const raw = Buffer.from(leaf.bytes.buffer, leaf.bytes.byteOffset + user.at, user.length).toString('latin1');
      const stored = keys.has(raw) ? storedRevision(leaf, i) : null;
      if (stored === null) continue;
      found.set(raw, {
        modRevision: stored.deleted ? stored.revision : stored.modRevision,
        version: stored.version,
        deleted: stored.deleted,
        valueBytes: stored.value.length,
        valueCrc32c: crc32c(0, stored.value),
      });
    }
  }
  return found;
}
