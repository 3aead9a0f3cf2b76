import type { DerivedMap, DerivedType } from '../model/derived.ts';
import { BACKUP_FAILURE, ETCD_ERROR, FACT_FIELDS, TLS_FAILURE, type FieldKind, type Fields } from './vocabulary.ts';

const LEADERSHIP_END = ['transfer', 'stopped', 'crash', 'quorum-lost', 'higher-term', 'forced', 'unknown'];

/** Every derived fact with the kinds of its fields; the compiler keeps it complete. */
export const DERIVED_FIELDS = {
  'cluster.leaderless': {
    cluster: 'text',
    scope: ['cluster', 'minority'],
    planned: 'flag',
    orderly: 'flag',
    duration: 'duration',
    low: 'duration',
    high: 'duration',
    raftTerm: 'count',
    nextTerm: 'count',
    members: 'members',
    why: 'text',
  },
  'cluster.leader-change': { raftTerm: 'count', from: 'member', leader: 'member', planned: 'flag', reason: LEADERSHIP_END },
  'member.down': {
    member: 'member',
    id: 'member',
    how: ['killed', 'crashed', 'stopped', 'hung', 'unreachable', 'silent', 'start-failing', 'removed'],
    planned: 'flag',
    orderly: 'flag',
    duration: 'duration',
    ongoing: 'flag',
    failure: 'text',
  },
  'member.restarts': { member: 'member', count: 'count', unplanned: 'count', within: 'duration' },
  'network.partition': { isolated: 'members', others: 'members', oneWay: 'flag', duration: 'duration', ongoing: 'flag' },
  'network.slow': { from: 'member', to: 'member', roundTrip: 'duration', threshold: 'duration', basis: ['metrics', 'log'] },
  'raft.two-leaders-one-term': { raftTerm: 'count', leaders: 'members', cluster: 'text', basis: ['log', 'endpoint-status', 'wal'] },
  'raft.stale-leader': { leaders: 'members', terms: 'texts' },
  'raft.invariant-broken': { invariant: ['term-fell', 'voted-twice', 'commit-fell'], member: 'member', detail: 'text' },
  'cluster.forked': { sides: 'other', how: ['forced-new-cluster', 'membership', 'data'] },
  'hashkv.diverged': { revision: 'count', compactRevision: 'count', members: 'members', minority: 'members', basis: ['endpoint', 'db', 'corrupt-check'] },
  'cluster.id-mismatch': { local: 'text', remote: 'text', members: 'members' },
  'member.id-shared': { member: 'member', id: 'member', machines: 'texts', copy: 'text', overlap: 'duration' },
  'cluster.size': { cluster: 'text', voters: 'count', learners: 'count', healthy: 'count', quorum: 'count' },
  'member.learner-stuck': { member: 'member', age: 'duration', behind: 'count', state: ['never-started', 'behind', 'not-promoted'] },
  'cluster.versions': { versions: 'texts' },
  'clock.offset': { node: 'text', offset: 'duration', low: 'duration', high: 'duration', stale: 'flag' },
  'clock.step': { node: 'text', by: 'duration' },
  'clock.unsynchronised': { node: 'text', reason: 'text' },
  'db.size': {
    member: 'member',
    dbSize: 'bytes',
    inUse: 'bytes',
    fragmented: 'fraction',
    reclaimable: 'bytes',
    quota: 'bytes',
    quotaUsed: 'fraction',
    biggest: 'text',
  },
  'alarm.active': { alarm: ['NOSPACE', 'CORRUPT'], members: 'members', ongoing: 'flag' },
  'disk.slow': { member: 'member', worst: 'duration', count: 'count', kind: ['fsync', 'heartbeat', 'apply', 'metrics'], leader: 'flag' },
  'etcd.slow-apply': { member: 'member', worst: 'duration', count: 'count' },
  'certificate.validity': {
    subject: 'text',
    names: 'texts',
    path: 'text',
    notBefore: 'time',
    notAfter: 'time',
    left: 'duration',
    lifetime: 'duration',
    authority: 'flag',
    workload: 'flag',
    foreign: 'flag',
    state: ['valid', 'expired', 'not-yet-valid'],
    basis: ['certificate', 'listing', 'log'],
  },
  'tls.failing': { reason: TLS_FAILURE, count: 'count', error: 'text', remote: 'text', inside: 'flag', foreign: 'flag', api: 'flag' },
  'k8s-lease.lost': {
    lease: 'text',
    component: 'text',
    holder: 'text',
    duration: 'duration',
    ongoing: 'flag',
    controlPlane: 'flag',
    planned: 'flag',
  },
  'k8s-lease.two-holders': { lease: 'text', holders: 'texts', overlap: 'duration', proved: 'flag', basis: ['objects', 'logs'] },
  'k8s-lease.stale': { lease: 'text', holder: 'text', age: 'duration', duration: 'duration' },
  'apiserver.unavailable': {
    node: 'text',
    kind: ['etcd', 'refused', 'overload', 'health'],
    count: 'count',
    duration: 'duration',
    ongoing: 'flag',
    sample: 'text',
  },
  'apiserver.etcd-errors': { node: 'text', kind: ETCD_ERROR, count: 'count', sample: 'text' },
  'lb.backend-down': { backend: 'text', server: 'text', duration: 'duration', ongoing: 'flag', reason: 'text', planned: 'flag' },
  'lb.all-down': { backend: 'text', duration: 'duration', ongoing: 'flag' },
  'lb.unchecked': { backend: 'text', server: 'text' },
  'vip.two-masters': { instance: 'text', nodes: 'texts', overlap: 'duration' },
  'vip.moved': { instance: 'text', from: 'text', to: 'text', planned: 'flag' },
  'vip.flapping': { instance: 'text', transitions: 'count' },
  'backup.failed': { cause: BACKUP_FAILURE, error: 'text', count: 'count', path: 'text' },
  'backup.newest': { path: 'text', age: 'duration', good: 'flag' },
  'backup.damaged': { path: 'text', reason: 'text' },
  'restore.failed': { path: 'text', error: 'text', kind: ['hash', 'version', 'data-dir', 'other'] },
  'wal.damaged': { member: 'member', kind: ['damaged', 'lost'], reason: 'text' },
  'db.damaged': { member: 'member', reason: 'text' },
  'raft-snapshot.damaged': { member: 'member', reason: 'text' },
  'process.oom-killed': { node: 'text', process: 'text', count: 'count' },
  'process.crashed': { node: 'text', process: 'text', reason: 'text', count: 'count' },
  'container.crash-looping': { node: 'text', container: 'text', pod: 'text', restarts: 'count', ongoing: 'flag' },
  'etcd.crashed': { member: 'member', reason: 'text', count: 'count' },
  'node.not-ready': {
    node: 'text',
    reason: 'text',
    since: 'time',
    silent: 'flag',
    controlPlane: 'flag',
    planned: 'flag',
    ongoing: 'flag',
  },
  'node.disk-full': { node: 'text', mount: 'text', usedPercent: 'percent' },
  'etcd.known-bug': { version: 'text', bug: 'text', members: 'members' },
  'etcd.removed-still-running': { member: 'member' },
  'db.compaction-stalled': { member: 'member', since: 'time', error: 'text' },
  'restore.candidate': { path: 'text', rank: 'count', usable: 'flag', reason: 'text', revision: 'count', lostRevisions: 'count', lostTime: 'duration' },
  'practice.missing': { practice: ['pod-disruption-budget', 'zone-spread', 'backup-schedule'], subject: 'text' },
} as const satisfies { readonly [Type in DerivedType]: { readonly [Field in keyof DerivedMap[Type]]-?: FieldKind } };

const DERIVED: Readonly<Record<string, Fields>> = DERIVED_FIELDS;
const BASE: Readonly<Record<string, Fields>> = FACT_FIELDS;

/** Names both maps hold (`k8s-lease.lost`, `wal.damaged` …) mean the derived fact; `raw:NAME` selects the base one. */
export const RAW_PREFIX = 'raw:';

/** True when rules read `type` from the history rather than from the parsers. */
export function isDerivedType(type: string): type is DerivedType {
  return Object.hasOwn(DERIVED, type);
}

export function isBaseType(type: string): type is keyof typeof FACT_FIELDS {
  return Object.hasOwn(BASE, type);
}

/** The fields of a type as written in a rule; null when there is no such type. */
export function fieldsOf(type: string): Fields | null {
  if (type.startsWith(RAW_PREFIX)) return BASE[type.slice(RAW_PREFIX.length)] ?? null;
  return DERIVED[type] ?? BASE[type] ?? null;
}

/** Fields every fact has, whatever its type; `data` fields of the same name win. */
export const COMMON_FIELDS: Fields = { node: 'text', nodes: 'texts', component: 'text', lasted: 'duration' };

export function fieldKind(types: readonly string[], field: string): FieldKind | null {
  for (const type of types) {
    const kind = fieldsOf(type)?.[field];
    if (kind !== undefined) return kind;
  }
  return COMMON_FIELDS[field] ?? null;
}
