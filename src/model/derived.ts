import type { Words } from './phrases.ts';
import type { Citation } from './evidence.ts';
import type { ClusterId, MemberId } from './ids.ts';
import type { EpochMicros } from './time.ts';
import type { AlarmKind } from './facts/etcd-storage.ts';
import type { BackupFailure } from './facts/backup.ts';
import type { EtcdErrorKind } from './facts/kubernetes.ts';
import type { TlsFailure } from './facts/certificates.ts';

/**
 * What the timeline concludes from facts: stretches of time and comparisons across members, keyed like facts.
 * Rules read these first; each carries the evidence it rests on. Sizes in bytes, durations in microseconds, members by name.
 */
export interface DerivedMap {
  /** no member of the cluster led and none could: from the loss of the last leader to the next election */
  'cluster.leaderless': {
    cluster: ClusterId | null;
    scope: 'cluster' | 'minority';
    planned: boolean;
    /** nothing but stops in order, and starts again, took the quorum away, however long that was */
    orderly: boolean;
    duration: number;
    low: number;
    high: number;
    raftTerm: number | null;
    nextTerm: number | null;
    members: readonly string[];
    why: Words;
  };
  /** one leadership ended and another began */
  'cluster.leader-change': { raftTerm: number; from: string | null; leader: string; planned: boolean; reason: LeadershipEnd };
  /** the member's process was not there, or hung, or could reach nobody */
  'member.down': {
    member: string;
    id: MemberId | null;
    /** `silent`: all that is known is that it did not answer when it was asked at collection */
    how: 'killed' | 'crashed' | 'stopped' | 'hung' | 'unreachable' | 'silent' | 'start-failing' | 'removed';
    planned: boolean;
    /** it was told to stop and came back at its first start, and the others had a quorum all the while: however long that was */
    orderly: boolean;
    /** null where it is not known since when */
    duration: number | null;
    ongoing: boolean;
    /** why its last start failed, in etcd's words */
    failure: string | null;
  };
  'member.restarts': { member: string; count: number; unplanned: number; within: number };
  /** two groups that both live and cannot hear each other */
  'network.partition': { isolated: readonly string[]; others: readonly string[]; oneWay: boolean; duration: number; ongoing: boolean };
  'network.slow': { from: string; to: string; roundTrip: number; threshold: number; basis: 'metrics' | 'log' };
  'raft.two-leaders-one-term': { raftTerm: number; leaders: readonly string[]; cluster: ClusterId | null; basis: 'log' | 'endpoint-status' | 'wal' };
  'raft.stale-leader': { leaders: readonly string[]; terms: readonly number[] };
  'raft.invariant-broken': { invariant: 'term-fell' | 'voted-twice' | 'commit-fell'; member: string; detail: Words };
  /** same cluster id, separate histories: a forced new cluster beside a living one, or disjoint member lists */
  'cluster.forked': { sides: readonly (readonly string[])[]; how: 'forced-new-cluster' | 'membership' | 'data' };
  'hashkv.diverged': {
    revision: number | null;
    compactRevision: number | null;
    members: readonly string[];
    minority: readonly string[];
    basis: 'endpoint' | 'db' | 'corrupt-check';
  };
  'cluster.id-mismatch': { local: ClusterId | null; remote: ClusterId | null; members: readonly string[] };
  /** two processes with one member id ran at the same time on two machines: a data directory was copied, and started on `copy`; `overlap` = how long, at least */
  'member.id-shared': { member: string; id: MemberId; machines: readonly string[]; copy: string; overlap: number };
  'cluster.size': { cluster: ClusterId | null; voters: number; learners: number; healthy: number; quorum: number };
  /** a learner long after it was added; `behind` the leader, in raft entries */
  'member.learner-stuck': { member: string; age: number; behind: number | null; state: 'never-started' | 'behind' | 'not-promoted' };
  'cluster.versions': { versions: readonly string[] };
  /** offset positive = ahead of the reference */
  'clock.offset': { node: string; offset: number; low: number | null; high: number | null; stale: boolean };
  'clock.step': { node: string; by: number };
  /** `reason`: what the time service itself gave as one */
  'clock.unsynchronised': { node: string; reason: string | null };
  /** at the latest moment known */
  'db.size': {
    member: string;
    dbSize: number;
    inUse: number | null;
    fragmented: number | null;
    reclaimable: number | null;
    quota: number | null;
    quotaUsed: number | null;
    biggest: string | null;
  };
  'alarm.active': { alarm: AlarmKind; members: readonly string[]; ongoing: boolean };
  'disk.slow': { member: string; worst: number; count: number; kind: 'fsync' | 'heartbeat' | 'apply' | 'metrics'; leader: boolean };
  'etcd.slow-apply': { member: string; worst: number; count: number };
  'certificate.validity': {
    subject: string;
    names: readonly string[];
    path: string;
    notBefore: EpochMicros | null;
    notAfter: EpochMicros;
    left: number;
    lifetime: number | null;
    authority: boolean;
    /** it stands only in objects of the workload's namespaces */
    workload: boolean;
    /** it is a client's of whom nothing says that it belongs to the control plane */
    foreign: boolean;
    state: 'valid' | 'expired' | 'not-yet-valid';
    basis: 'certificate' | 'listing' | 'log';
  };
  /**
   * `inside`: the other side is a machine of the case, or not known; `foreign`: it is a client of whom nothing says that it belongs to
   * the control plane; `api`: an API server was one side
   */
  'tls.failing': { reason: TlsFailure; count: number; error: string; remote: string | null; inside: boolean; foreign: boolean; api: boolean };
  'k8s-lease.lost': { lease: string; component: string; holder: string | null; duration: number; ongoing: boolean; controlPlane: boolean; planned: boolean };
  'k8s-lease.two-holders': { lease: string; holders: readonly string[]; overlap: number; proved: boolean; basis: 'objects' | 'logs' };
  'k8s-lease.stale': { lease: string; holder: string | null; age: number; duration: number };
  'apiserver.unavailable': {
    node: string;
    kind: 'etcd' | 'refused' | 'overload' | 'health';
    count: number;
    duration: number;
    ongoing: boolean;
    sample: string;
  };
  'apiserver.etcd-errors': { node: string; kind: EtcdErrorKind; count: number; sample: string };
  'lb.backend-down': { backend: string; server: string; duration: number; ongoing: boolean; reason: string | null; planned: boolean };
  'lb.all-down': { backend: string; duration: number; ongoing: boolean };
  'lb.unchecked': { backend: string; server: string };
  'vip.two-masters': { instance: string; nodes: readonly string[]; overlap: number };
  /** an address went from one node to another; `planned`: the holder's keepalived was stopped in order */
  'vip.moved': { instance: string; from: string; to: string; planned: boolean };
  'vip.flapping': { instance: string; transitions: number };
  'backup.failed': { cause: BackupFailure; error: string; count: number; path: string | null };
  'backup.newest': { path: string | null; age: number | null; good: boolean };
  'backup.damaged': { path: string; reason: Words };
  'restore.failed': { path: string | null; error: Words; kind: 'hash' | 'version' | 'data-dir' | 'other' };
  /** `lost`: it reads well but lacks what the member had stored */
  'wal.damaged': { member: string; kind: 'damaged' | 'lost'; reason: Words };
  'db.damaged': { member: string; reason: string };
  'raft-snapshot.damaged': { member: string; reason: string };
  'process.oom-killed': { node: string; process: string; count: number };
  /** a program of the control plane other than etcd that ended in a panic */
  'process.crashed': { node: string; process: string; reason: string; count: number };
  /** a container of the control plane that starts again and again; `restarts` as counted by the kubelet since the pod was made */
  'container.crash-looping': { node: string; container: string; pod: string; restarts: number | null; ongoing: boolean };
  'etcd.crashed': { member: string; reason: string; count: number };
  /** `silent`: no word from its kubelet; `controlPlane`: it runs a member of etcd or the control plane */
  'node.not-ready': {
    node: string;
    reason: string | null;
    since: EpochMicros | null;
    silent: boolean;
    controlPlane: boolean;
    planned: boolean;
    ongoing: boolean;
  };
  'node.disk-full': { node: string; mount: string; usedPercent: number };
  'etcd.known-bug': { version: string; bug: string; members: readonly string[] };
  'etcd.removed-still-running': { member: string };
  'db.compaction-stalled': { member: string; since: EpochMicros | null; error: string | null };
  /** a snapshot or data directory a restore could start from; rank 1 = the best, null when it must not be used */
  'restore.candidate': {
    path: string;
    rank: number | null;
    usable: boolean;
    reason: Words;
    revision: number | null;
    lostRevisions: number | null;
    lostTime: number | null;
  };
  /** a good practice the evidence shows to be absent (not merely unseen) */
  'practice.missing': { practice: 'pod-disruption-budget' | 'zone-spread' | 'backup-schedule'; subject: string | null };
}

export type LeadershipEnd = 'transfer' | 'stopped' | 'crash' | 'quorum-lost' | 'higher-term' | 'forced' | 'unknown';

export type DerivedType = keyof DerivedMap;

export type Derived<Type extends DerivedType = DerivedType> = {
  readonly [K in Type]: {
    readonly type: K;
    /** corrected time */
    readonly from: EpochMicros | null;
    /** corrected; null = still so at collection, or unknown */
    readonly to: EpochMicros | null;
    readonly nodes: readonly string[];
    readonly data: Readonly<DerivedMap[K]>;
    /** at least one */
    readonly evidence: readonly Citation[];
    readonly counterEvidence?: readonly Citation[];
  };
}[Type];
