import type { KubernetesValue } from '../kubernetes-value/kubernetes-value.ts';
import { readKubernetesValue } from '../kubernetes-value/kubernetes-value.ts';
import type { RandomAccess } from '../contract.ts';
import type { DbContents, DbLease } from './contents.ts';
import { compactRevisionOf, ContentsObserver, currentRevisionOf } from './contents.ts';
import type { Database } from './database.ts';
import { beginPass, databaseOrigin, openDatabase } from './database.ts';
import type { DatabaseDiff } from './diff.ts';
import { diffDatabases } from './diff.ts';
import type { HashKv, TOO_NEW, TOO_OLD, TombstoneRule } from './hashkv.ts';
import { hashKv, keyLeaves } from './hashkv.ts';
import type { StoredRevision } from './key-value.ts';
import { keyText, storedRevision } from './key-value.ts';
import type { DbProblem } from './problems.ts';
import { Problems } from './problems.ts';
import { mainRevision, UserKey } from './revision.ts';
import { guessPageSize, isTreeLost, salvage } from './salvage.ts';
import type { Salvage } from './salvage.ts';
import type { PassObserver, SnapshotStatus, StatusSemantics } from './status.ts';
import { snapshotStatus } from './status.ts';
import type { TrailerCheck } from './trailer.ts';
import { checkTrailer } from './trailer.ts';
import type { Bucket, Leaf, TreePass } from './tree.ts';
import { compareBytes } from './tree.ts';
import type { Space } from './usage.ts';
import { UsageObserver } from './usage.ts';

/** What every command tells beside its rows; an empty list means a sound file. */
export interface DbHealth {
  readonly problems: readonly DbProblem[];
  readonly problemCount: number;
}

export interface StatusReport extends DbHealth, SnapshotStatus, TrailerCheck {
  readonly origin: 'data-dir' | 'snapshot';
  readonly pageSize: number;
  readonly transaction: number;
  readonly contents: DbContents;
  /** as the member itself would report it: never below the compact revision */
  readonly currentRevision: number;
  readonly compactRevision: number;
  /** what leaf pages tell of a file whose tree is lost; null where it is not */
  readonly salvaged: Salvage | null;
}

const PROBE_BYTES = 1 << 18;
const health = (db: Database): DbHealth => ({ problems: db.problems.list, problemCount: db.problems.count });

/** True when at least one of the two meta pages is valid, or pages are found without one, so that there is something to read. */
export function isDatabase(file: RandomAccess): boolean {
  return openDatabase(file).meta !== null || guessPageSize(file.read(0, PROBE_BYTES)) !== null;
}

/** Several readers fed by one pass. */
export function together(...observers: readonly PassObserver[]): PassObserver {
  return {
    bucket: (bucket: Bucket) => observers.forEach((o) => o.bucket?.(bucket)),
    leaf: (bucket: Bucket, leaf: Leaf) => observers.forEach((o) => o.leaf(bucket, leaf)),
    done: (pass: TreePass) => observers.forEach((o) => o.done?.(pass)),
  };
}

/**
 * `inquest snapshot status FILE`. `checksum: 'skip'` leaves the SHA-256 to a caller who computes it beside this with
 * `checkTrailer` (another thread halves the time of a large file).
 */
export function readSnapshotStatus(file: RandomAccess, semantics: StatusSemantics = 'auto', checksum: 'check' | 'skip' = 'check'): StatusReport {
  const db = openDatabase(file);
  const observer = new ContentsObserver();
  const status = snapshotStatus(db, semantics, observer);
  const trailer: TrailerCheck = checksum === 'check' ? checkTrailer(file) : { sha256: 'absent', expected: null, computed: null };
  const { contents } = observer;
  return {
    ...status,
    ...trailer,
    ...health(db),
    origin: databaseOrigin(db),
    pageSize: db.meta?.pageSize ?? 0,
    transaction: db.meta?.txid ?? 0,
    contents,
    currentRevision: currentRevisionOf(contents, status.revision),
    compactRevision: compactRevisionOf(contents),
    salvaged: isTreeLost(db, contents, status) ? salvage(db) : null,
  };
}

interface Surveyed {
  readonly db: Database;
  readonly contents: DbContents;
  readonly current: number;
  readonly compact: number;
}

/** What all but `status` need to know first; nothing is hashed. */
function survey(file: RandomAccess): Surveyed {
  const db = openDatabase(file);
  const observer = new ContentsObserver();
  const pass = beginPass(db, db.problems);
  let last = 0;
  for (const bucket of pass?.buckets() ?? []) {
    observer.bucket(bucket);
    for (const leaf of pass?.leaves(bucket) ?? []) {
      observer.leaf(bucket, leaf);
      if (bucket.name === 'key' && leaf.count > 0) last = Math.max(last, mainRevision(leaf, leaf.count - 1));
    }
  }
  const { contents } = observer;
  return { db, contents, current: currentRevisionOf(contents, last), compact: compactRevisionOf(contents) };
}

export type HashKvReport = DbHealth &
  (
    | ({ readonly ok: true } & HashKv)
    | { readonly ok: false; readonly reason: typeof TOO_OLD | typeof TOO_NEW; readonly current: number; readonly compact: number }
  );

/** `inquest snapshot hashkv FILE --rev N`; 0 = the current revision. */
export function readHashKv(file: RandomAccess, revision = 0, rule: TombstoneRule = 'skip'): HashKvReport {
  const { db, current, compact } = survey(file);
  const result = hashKv(db, revision, current, compact, rule);
  if (typeof result === 'string') return { ...health(db), ok: false, reason: result, current, compact };
  return { ...health(db), ok: true, ...result };
}

export interface KeyRow {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  readonly version: number;
  readonly valueBytes: number;
  /** etcd lease, hex */
  readonly lease: string | null;
  /** Kubernetes kind, `encrypted (provider)`, or null */
  readonly kind: string | null;
}

/** `inquest snapshot keys FILE`: living keys in byte order, those that begin with `prefix`. */
export function readKeys(file: RandomAccess, prefix = ''): DbHealth & { readonly rows: readonly KeyRow[] } {
  const db = openDatabase(file);
  const wanted = Buffer.from(prefix);
  const rows = new Map<string, KeyRow>();
  for (const stored of revisions(db, db.problems, (leaf, user) => startsWith(leaf, user, wanted))) {
    const raw = Buffer.from(stored.key).toString('latin1');
    if (stored.deleted) rows.delete(raw);
    else rows.set(raw, keyRow(stored));
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { ...health(db), rows: sorted };
}

function keyRow(stored: StoredRevision): KeyRow {
  const { createRevision, modRevision, version, lease } = stored;
  return { key: keyText(stored.key), createRevision, modRevision, version, valueBytes: stored.value.length, lease, kind: kindOf(stored.value) };
}

/** The kind a value names, from its envelope alone. */
function kindOf(value: Uint8Array): string | null {
  const read = readKubernetesValue(value);
  if (read === null) return null;
  return read.encoding === 'encrypted' ? `encrypted (${read.provider})` : read.kind;
}

export interface HistoryRow extends KeyRow {
  readonly revision: number;
  readonly sub: number;
  readonly deleted: boolean;
  /** what the timeline reads from Leases, Events and Nodes; nothing of any other kind's data */
  readonly object: KubernetesValue | null;
}

/** `inquest snapshot history KEY FILE`: every revision of one key still in the file, oldest first. */
export function readHistory(file: RandomAccess, key: string): DbHealth & { readonly rows: readonly HistoryRow[] } {
  const db = openDatabase(file);
  const wanted = Buffer.from(key);
  const rows: HistoryRow[] = [];
  for (const stored of revisions(db, db.problems, (leaf, user) => user.length === wanted.length && startsWith(leaf, user, wanted))) {
    const object = readKubernetesValue(stored.value);
    const shown = object === null || object.encoding === 'encrypted' ? null : object;
    rows.push({ ...keyRow(stored), revision: stored.revision, sub: stored.sub, deleted: stored.deleted, object: shown });
  }
  return { ...health(db), rows };
}

export interface LeaseRow extends DbLease {
  /** living keys bound to it */
  readonly keys: number;
  readonly firstKey: string | null;
  /** false: keys name it, but the lease bucket does not hold it */
  readonly granted: boolean;
}

/** `inquest snapshot leases FILE`: etcd's leases, not Kubernetes' Lease objects. */
export function readLeases(file: RandomAccess): DbHealth & { readonly rows: readonly LeaseRow[] } {
  const { db, contents } = survey(file);
  const bound = new Map<string, { keys: number; firstKey: string }>();
  const current = new Map<string, string | null>();
  for (const stored of revisions(db, new Problems(), () => true)) {
    const raw = Buffer.from(stored.key).toString('latin1');
    if (stored.deleted) current.delete(raw);
    else if (stored.lease !== null || current.has(raw)) current.set(raw, stored.lease);
  }
  for (const [raw, lease] of current) {
    if (lease === null) continue;
    const row = bound.get(lease);
    if (row === undefined) bound.set(lease, { keys: 1, firstKey: Buffer.from(raw, 'latin1').toString('utf8') });
    else row.keys += 1;
  }
  const rows: LeaseRow[] = contents.leases.map((lease) => ({ ...lease, keys: 0, firstKey: null, ...bound.get(lease.id), granted: true }));
  const granted = new Set(contents.leases.map((lease) => lease.id));
  for (const [id, row] of bound) if (!granted.has(id)) rows.push({ id, ttlSeconds: 0, remainingSeconds: null, ...row, granted: false });
  return { ...health(db), rows };
}

/** `inquest snapshot space FILE`: where the bytes are. */
export function readSpace(file: RandomAccess): DbHealth & Space {
  const db = openDatabase(file);
  const usage = new UsageObserver();
  snapshotStatus(db, '3.5', usage);
  return { ...health(db), ...usage.space(db.meta?.pageSize ?? 0, db.bytes) };
}

/** `inquest snapshot diff A B`. */
export function readDiff(a: RandomAccess, b: RandomAccess): DatabaseDiff & { readonly problemsA: DbHealth; readonly problemsB: DbHealth } {
  const left = survey(a);
  const right = survey(b);
  return { ...diffDatabases(left, right), problemsA: health(left.db), problemsB: health(right.db) };
}

function startsWith(leaf: Leaf, user: UserKey, wanted: Uint8Array): boolean {
  return user.length >= wanted.length && compareBytes(leaf.bytes, user.at, wanted.length, wanted, 0, wanted.length) === 0;
}

/** Stored revisions in order, whose user key is wanted. */
function* revisions(db: Database, problems: Problems, wanted: (leaf: Leaf, user: UserKey) => boolean): Generator<StoredRevision, void, undefined> {
  const user = new UserKey();
  for (const leaf of keyLeaves(db, problems)) {
    for (let i = 0; i < leaf.count; i += 1) {
      if (!user.find(leaf, i) || !wanted(leaf, user)) continue;
      const stored = storedRevision(leaf, i);
      if (stored !== null) yield stored;
    }
  }
}
