import type { FactMap } from '../../../model/fact.ts';
import { isHexId } from '../../../model/ids.ts';

/** Facts that come out of files no text can stand for: etcd's own, and certificates. */
export type CarriedType =
  | 'alarm.listed'
  | 'backup.damaged'
  | 'certificate'
  | 'db.compaction-finished'
  | 'db.content'
  | 'db.hashkv'
  | 'db.salvaged'
  | 'db.usage'
  | 'etcd.identified'
  | 'etcd.restarted-from-wal'
  | 'k8s-lease.object'
  | 'member.listed'
  | 'raft-snapshot.damaged'
  | 'raft.configuration'
  | 'raft.configuration-changed'
  | 'raft.state'
  | 'raft.term-began'
  | 'restore.finished'
  | 'wal.damaged';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const id: Check = (value) => typeof value === 'string' && isHexId(value);
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** What each field must hold; the compiler keeps it complete. */
const SHAPES: { readonly [Type in CarriedType]: { readonly [Field in keyof FactMap[Type]]-?: Check } } = {
  'alarm.listed': { alarm: oneOf('NOSPACE', 'CORRUPT'), member: orNull(id) },
  'backup.damaged': { path: orNull(text), reason: text },
  certificate: {
    subject: text,
    issuer: text,
    commonName: orNull(text),
    notBefore: count,
    notAfter: count,
    names: list(text),
    serial: text,
    authority: flag,
    usages: list(text),
    path: text,
  },
  'db.compaction-finished': { revision: count, took: orNull(count), dbSizeBytes: orNull(count), dbSizeInUseBytes: orNull(count) },
  'db.content': {
    member: orNull(id),
    origin: oneOf('data-dir', 'snapshot'),
    path: text,
    revision: count,
    compactRevision: orNull(count),
    totalKeys: count,
    dbSizeBytes: count,
    dbSizeInUseBytes: count,
    hash: count,
    sha256: oneOf('ok', 'mismatch', 'absent'),
    raftTerm: orNull(count),
    consistentIndex: orNull(count),
    version: orNull(text),
  },
  'db.hashkv': { path: text, revision: count, compactRevision: count, hash: count },
  'db.salvaged': {
    path: text,
    origin: oneOf('data-dir', 'snapshot'),
    leaves: count,
    revision: orNull(count),
    consistentIndex: orNull(count),
    raftTerm: orNull(count),
    members: count,
  },
  'db.usage': { path: text, by: oneOf('bucket', 'prefix', 'resource'), name: text, keys: count, revisions: count, bytes: count, deadBytes: count },
  'etcd.identified': { member: id, cluster: orNull(id), name: orNull(text), version: orNull(text), peerUrls: list(text), clientUrls: list(text) },
  'etcd.restarted-from-wal': { member: id, cluster: orNull(id), commitIndex: count, forced: flag },
  'k8s-lease.object': {
    namespace: text,
    name: text,
    holder: orNull(text),
    acquiredAt: orNull(count),
    renewedAt: orNull(count),
    durationSeconds: orNull(count),
    transitions: orNull(count),
    uid: orNull(text),
    resourceVersion: orNull(text),
    serverTime: orNull(count),
    legacy: flag,
  },
  'member.listed': { member: id, cluster: orNull(id), name: orNull(text), peerUrls: list(text), clientUrls: list(text), learner: flag, started: flag },
  'raft-snapshot.damaged': { reason: text, path: orNull(text) },
  'raft.configuration': { member: id, voters: list(id), learners: list(id) },
  'raft.configuration-changed': { member: id, change: oneOf('add', 'remove', 'update', 'add-learner', 'promote'), subject: id },
  'raft.state': { member: id, raftTerm: count, vote: orNull(id), commitIndex: count },
  'raft.term-began': { member: id, raftTerm: count, raftIndex: count },
  'restore.finished': { path: orNull(text) },
  'wal.damaged': { reason: text, file: orNull(text) },
};

/** Every type that is carried. */
export function carriedTypes(): readonly CarriedType[] {
  return Object.keys(SHAPES).filter(isCarried);
}

export function isCarried(type: string): type is CarriedType {
  return Object.hasOwn(SHAPES, type);
}

/** True when every field of the type is there and holds what it must. */
export function hasShape<Type extends CarriedType>(type: Type, data: unknown): data is FactMap[Type] {
  if (typeof data !== 'object' || data === null) return false;
  return Object.entries<Check>(SHAPES[type]).every(([field, check]) => check(Reflect.get(data, field)));
}
