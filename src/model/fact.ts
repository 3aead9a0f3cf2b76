import type { EvidenceRef } from './evidence.ts';
import type { Component } from './bundle.ts';
import type { ClusterId, MemberId, SourceId } from './ids.ts';
import type { EpochMicros, TimeMeaning } from './time.ts';

type Url = string;
/** microseconds */
type Micros = number;

/**
 * The typed sentences parsers extract from a bundle, keyed by `<subject>.<happened>`.
 * `member` is the etcd member that wrote or is described; null where the line does not say which one (its source then does).
 * Rules read these and the derived ones in `derived.ts`, never raw wording.
 */
export interface FactMap {
  // ---- raft, as logged by one member (etcd logs, WAL) -------------------------------------------------------------
  'raft.became': { member: MemberId; role: RaftRole; raftTerm: number };
  'raft.election-started': { member: MemberId; raftTerm: number };
  'raft.leader-elected': { member: MemberId; leader: MemberId; raftTerm: number };
  'raft.leader-changed': { member: MemberId; from: MemberId; leader: MemberId; raftTerm: number };
  'raft.leader-lost': { member: MemberId; leader: MemberId; raftTerm: number };
  'raft.vote-requested': { member: MemberId; to: MemberId; raftTerm: number; preVote: boolean };
  'raft.vote-cast': { member: MemberId; candidate: MemberId; raftTerm: number; preVote: boolean; outcome: 'granted' | 'rejected' | 'ignored-lease' };
  'raft.vote-received': { member: MemberId; from: MemberId; raftTerm: number; preVote: boolean; granted: boolean };
  'raft.higher-term-seen': { member: MemberId; from: MemberId; message: string; ownTerm: number; raftTerm: number };
  'raft.lower-term-ignored': { member: MemberId; from: MemberId; message: string; ownTerm: number; raftTerm: number };
  'raft.quorum-inactive': { member: MemberId };
  'raft.transfer-started': { member: MemberId; to: MemberId; raftTerm: number | null };
  'raft.timeout-now-sent': { member: MemberId; to: MemberId };
  'raft.timeout-now-received': { member: MemberId; from: MemberId; raftTerm: number };
  'raft.proposal-dropped': { member: MemberId; raftTerm: number };
  'raft.tick-missed': { member: MemberId };
  'raft.configuration': { member: MemberId; voters: readonly MemberId[]; learners: readonly MemberId[] };
  'raft.restarted': { member: MemberId; raftTerm: number; commitIndex: number; appliedIndex: number; lastIndex: number };
  'raft.commit-out-of-range': { member: MemberId | null; commitIndex: number; lastIndex: number };
  'raft.state': { member: MemberId; raftTerm: number; vote: MemberId | null; commitIndex: number };
  'raft.term-began': { member: MemberId; raftTerm: number; raftIndex: number };
  'raft.configuration-changed': { member: MemberId; change: 'add' | 'remove' | 'update' | 'add-learner' | 'promote'; subject: MemberId };

  // ---- etcd process -------------------------------------------------------------------------------------------------
  'etcd.started': {
    name: string | null;
    version: string | null;
    dataDir: string | null;
    forceNewCluster: boolean;
    heartbeat: Micros | null;
    election: Micros | null;
    quotaBytes: number | null;
    peerUrls: readonly Url[];
    clientUrls: readonly Url[];
    initialCluster: string | null;
    initialClusterState: string | null;
    preVote: boolean | null;
  };
  /** the files with which it serves clients; null where none is set */
  'etcd.client-tls': { cert: string | null; key: string | null; trustedCa: string | null };
  'etcd.identified': {
    member: MemberId;
    cluster: ClusterId | null;
    name: string | null;
    version: string | null;
    peerUrls: readonly Url[];
    clientUrls: readonly Url[];
  };
  'etcd.restarted-from-wal': { member: MemberId; cluster: ClusterId | null; commitIndex: number; forced: boolean };
  'etcd.serving': { member: MemberId | null; address: string };
  'etcd.ready': { member: MemberId | null; name?: string | null };
  'etcd.signal-received': { signal: string };
  'etcd.stopped': { name: string | null };
  'etcd.crashed': { reason: string; kind: 'panic' | 'fatal' };
  'etcd.start-failed': { reason: string };
  'etcd.publish-failed': { member: MemberId | null; error: string };
  'etcd.version-changed': { from: string; to: string };
  'etcd.quota': { quotaBytes: number };
  'etcd.removed-from-cluster': { member: MemberId | null };

  // ---- etcd membership ----------------------------------------------------------------------------------------------
  'member.added': { member: MemberId; local: MemberId | null; cluster: ClusterId | null; peerUrls: readonly Url[]; learner: boolean };
  'member.removed': { member: MemberId; local: MemberId | null };
  'member.promoted': { member: MemberId; local: MemberId | null };
  'member.updated': { member: MemberId; local: MemberId | null; peerUrls: readonly Url[] };
  'member.change-rejected': { local: MemberId | null; reason: string };
  'member.listed': {
    member: MemberId;
    cluster: ClusterId | null;
    name: string | null;
    peerUrls: readonly Url[];
    clientUrls: readonly Url[];
    learner: boolean;
    started: boolean;
  };

  // ---- etcd peers -----------------------------------------------------------------------------------------------------
  'peer.became-active': { peer: MemberId };
  'peer.became-inactive': { peer: MemberId; error: string | null };
  'peer.stream-lost': { peer: MemberId; error: string | null };
  'peer.stream-established': { peer: MemberId };
  'peer.probe-failed': { peer: MemberId; error: string | null; rtt: Micros | null };
  'peer.clock-drift': { peer: MemberId; drift: Micros; rtt: Micros; error: string | null };
  'peer.unreachable': { peer: MemberId | null; address: string | null; error: string };
  'peer.message-dropped': { peer: MemberId | null; message: string | null; direction: 'sending' | 'receiving' };
  'peer.cluster-id-mismatch': { local: ClusterId | null; remote: ClusterId | null; peer: MemberId | null; peerName: string | null };
  'peer.member-id-mismatch': { local: MemberId | null; remote: MemberId | null };
  'peer.removed-member-rejected': { peer: MemberId | null };
  'peer.round-trip': { peer: MemberId; p50: Micros; p99: Micros; count: number };

  // ---- etcd disk and latency ------------------------------------------------------------------------------------------
  'raft.heartbeat-late': { to: MemberId | null; exceeded: Micros };
  'wal.fdatasync-slow': { took: Micros };
  'etcd.apply-slow': { took: Micros; expected: Micros | null; readOnly: boolean; request: string | null; error: string | null };
  'etcd.apply-failed': { error: string; request: string | null };
  'etcd.request-slow': { took: Micros; method: string | null };
  'etcd.read-index-slow': { timedOut: boolean };
  'etcd.trace-slow': { operation: string; took: Micros };
  'etcd.unhealthy': { reason: string };
  'etcd.lease-revoke-failed': { error: string };
  'etcd.backend-opened': { took: Micros };
  'etcd.disk-failed': { operation: string; error: string };
  'etcd.overloaded': { reason: string };
  'disk.latency': { wal: LatencySummary | null; backend: LatencySummary | null };

  // ---- etcd database --------------------------------------------------------------------------------------------------
  'db.quota-exceeded': { quotaBytes: number | null };
  'alarm.raised': { alarm: AlarmKind; member: MemberId | null; raftIndex?: number };
  'alarm.disarmed': { alarm: AlarmKind; member: MemberId | null; raftIndex?: number };
  'alarm.listed': { alarm: AlarmKind; member: MemberId | null };
  'db.compaction-finished': { revision: number; took: Micros | null; dbSizeBytes: number | null; dbSizeInUseBytes: number | null };
  'db.compaction-failed': { error: string };
  'db.defragmentation-started': Record<string, never>;
  'db.defragmentation-finished': { dbSizeBytes: number | null; reclaimedBytes: number | null; took: Micros | null };
  'db.defragmentation-failed': { error: string };
  'db.hash-mismatch': { kind: 'initial' | 'periodic' | 'compaction' | 'self'; peer: MemberId | null; revision: number | null; detail: string };
  'db.opened-damaged': { reason: string };
  'wal.damaged': { reason: string; file: string | null };
  'wal.repaired': { path: string | null };
  'raft-snapshot.damaged': { reason: string; path: string | null };
  'raft-snapshot.sent': { to: MemberId; raftIndex: number };
  'raft-snapshot.received': { from: MemberId; raftIndex: number; phase: 'started' | 'saved' };
  'raft-snapshot.delivered': { to: MemberId; raftIndex: number };

  // ---- etcdctl / etcdutl output, metrics, native readers ----------------------------------------------------------------
  'endpoint.status': {
    endpoint: string;
    member: MemberId;
    cluster: ClusterId | null;
    version: string | null;
    dbSizeBytes: number | null;
    dbSizeInUseBytes: number | null;
    quotaBytes: number | null;
    leader: MemberId | null;
    learner: boolean;
    raftTerm: number;
    raftIndex: number | null;
    appliedIndex: number | null;
    revision: number | null;
    errors: readonly string[];
    isLeader: boolean | null;
  };
  'endpoint.status-failed': { endpoint: string; error: string };
  'endpoint.health': { endpoint: string; healthy: boolean; took: Micros | null; error: string | null };
  'endpoint.hashkv': {
    endpoint: string;
    member: MemberId | null;
    hash: number;
    revision: number | null;
    compactRevision: number | null;
    atRevision: number | null;
  };
  'etcdctl.failed': { command: string | null; error: string };
  'etcd.metrics': {
    member: MemberId | null;
    version: string | null;
    hasLeader: boolean | null;
    isLeader: boolean | null;
    leaderChanges: number | null;
    dbSizeBytes: number | null;
    dbSizeInUseBytes: number | null;
    quotaBytes: number | null;
    startedAt: EpochMicros | null;
    heartbeatSendFailures: number | null;
    proposalsFailed: number | null;
    currentRevision: number | null;
    compactRevision: number | null;
  };
  'db.content': {
    member: MemberId | null;
    origin: 'data-dir' | 'snapshot';
    path: string;
    revision: number;
    compactRevision: number | null;
    totalKeys: number;
    dbSizeBytes: number;
    dbSizeInUseBytes: number;
    hash: number;
    sha256: 'ok' | 'mismatch' | 'absent';
    raftTerm: number | null;
    consistentIndex: number | null;
    version: string | null;
  };
  /** of a file whose tree is lost: what its leaf pages still tell, older states among it */
  'db.salvaged': {
    path: string;
    origin: 'data-dir' | 'snapshot';
    leaves: number;
    revision: number | null;
    consistentIndex: number | null;
    raftTerm: number | null;
    members: number;
  };
  'db.usage': { path: string; by: 'bucket' | 'prefix' | 'resource'; name: string; keys: number; revisions: number; bytes: number; deadBytes: number };
  'db.hashkv': { path: string; revision: number; compactRevision: number; hash: number };

  // ---- backup and restore ------------------------------------------------------------------------------------------------
  'backup.saved': { path: string | null; sizeBytes: number | null };
  'backup.failed': { error: string; cause: BackupFailure; path: string | null };
  'backup.served': { phase: 'started' | 'finished'; sizeBytes: number | null };
  'backup.status': { path: string | null; hash: number | null; revision: number | null; totalKeys: number | null; sizeBytes: number | null };
  'backup.damaged': { path: string | null; reason: string };
  'backup.file-listed': { path: string; sizeBytes: number; modifiedAt: EpochMicros | null };
  'restore.started': { path: string | null };
  'restore.finished': { path: string | null };
  'restore.failed': { error: string; path: string | null };

  // ---- certificates and TLS ------------------------------------------------------------------------------------------------
  certificate: {
    subject: string;
    issuer: string;
    commonName: string | null;
    notBefore: EpochMicros;
    notAfter: EpochMicros;
    names: readonly string[];
    serial: string;
    authority: boolean;
    usages: readonly string[];
    path: string;
  };
  'certificate.listed': { name: string; notAfter: EpochMicros | null; missing: boolean; authority: boolean };
  'tls.rejected': {
    reason: TlsFailure;
    error: string;
    remote: string | null;
    /** who the other side is: another member, a client of the one that speaks, or a server that it dialled */
    other: 'peer' | 'client' | 'server';
    notAfter: EpochMicros | null;
    verifierClock: EpochMicros | null;
  };

  // ---- Kubernetes leases and control plane ---------------------------------------------------------------------------------
  'k8s-lease.object': {
    namespace: string;
    name: string;
    holder: string | null;
    acquiredAt: EpochMicros | null;
    renewedAt: EpochMicros | null;
    durationSeconds: number | null;
    transitions: number | null;
    uid: string | null;
    resourceVersion: string | null;
    serverTime: EpochMicros | null;
    legacy: boolean;
  };
  'k8s-lease.acquired': { lease: string };
  'k8s-lease.acquiring': { lease: string };
  'k8s-lease.lost': { lease: string | null; stage: 'renew-failed' | 'gave-up' };
  'k8s-lease.update-failed': { lease: string | null; error: string };
  'k8s-lease.held': { lease: string; holder: string };
  'k8s-lease.worked': { lease: string | null };
  'apiserver.etcd-error': { error: string; kind: EtcdErrorKind };
  'apiserver.started': Record<string, never>;
  'apiserver.stopping': Record<string, never>;
  'apiserver.unreachable': { address: string | null; error: string; kind: ReachFailure };
  'apiserver.slow-request': { took: Micros; what: string };
  'apiserver.overloaded': { error: string };
  'apiserver.health-check': { endpoint: string; check: string; ok: boolean };
  'process.exited': { reason: string };
  'kubelet.node-status-failed': { error: string };
  'kubelet.container-failed': { pod: string | null; container: string | null; reason: string };
  'kubelet.probe-failed': { pod: string | null; container: string | null; probe: string; output: string };
  'node.condition': { node: string; ready: boolean; reason: string | null; since: EpochMicros | null; message: string | null };
  'node.listed': { node: string; status: string; roles: string; version: string | null };
  /** an address of a node; `node` null: of the one the log is from */
  'node.address': { node: string | null; address: string };
  /** by its topology labels; null where it has none */
  'node.zone': { node: string; zone: string | null; controlPlane: boolean };
  /** how many objects of a kind that matters by its absence were listed: 0 for an empty list, 1 for each object */
  'k8s.listed': { kind: 'PodDisruptionBudget'; count: number };
  /**
   * Something that runs at set times. `name` null: a list of them that is empty; `listed`: it stands in a whole list, so that what is not in
   * it is not there; `backup`: what it is called or runs speaks of etcd or of backups
   */
  'schedule.seen': { kind: 'CronJob' | 'systemd-timer' | 'crontab'; name: string | null; backup: boolean; suspended: boolean; listed: boolean };
  'pod.status': {
    namespace: string;
    pod: string;
    node: string | null;
    phase: string;
    ready: boolean | null;
    restarts: number | null;
    container: string | null;
    /** why it waits, where it does: `CrashLoopBackOff` … */
    waiting: string | null;
    lastReason: string | null;
    lastFinishedAt: EpochMicros | null;
  };
  'k8s.event': { reason: string; kind: string; name: string; namespace: string | null; message: string; type: string; count: number };

  // ---- load balancer and VIP -------------------------------------------------------------------------------------------------
  /** `reason` null with `asked`: somebody took it out or put it back */
  'lb.server-state': { backend: string; server: string; up: boolean; reason: string | null; asked: boolean };
  /** a new process of the load balancer: it takes every server for up until its checks say otherwise */
  'lb.started': Record<string, never>;
  'lb.backend-empty': { backend: string };
  'lb.server-stat': { backend: string; server: string; status: string; checkStatus: string | null; lastChangeSeconds: number | null; address: string | null };
  /** as its configuration names it; `checked`: with a health check */
  'lb.server-configured': { backend: string; server: string; address: string | null; checked: boolean };
  /** `lasted`: how long ago it was accepted, where the log says */
  'lb.connection-failed': { frontend: string | null; backend: string | null; server: string | null; termination: string; lasted: Micros | null };
  'vip.state': { instance: string; state: 'MASTER' | 'BACKUP' | 'FAULT' | 'STOPPED' };
  'vip.advert': { instance: string; kind: 'lower-priority' | 'higher-priority' | 'equal-priority'; from: string | null };
  'vip.script': { script: string; ok: boolean };

  // ---- machine and clock -----------------------------------------------------------------------------------------------------
  'node.date': { zone: string | null; zoneOffset: Micros | null };
  'node.hostname': { hostname: string };
  'node.booted': { bootId: string };
  'clock.tracking': { synchronised: boolean; offset: Micros | null; bound: Micros | null; reference: string | null };
  'clock.synchronisation': { synchronised: boolean | null; ntpActive: boolean | null; zone: string | null; zoneOffset: Micros | null; rtc: EpochMicros | null };
  'clock.stepped': { by: Micros | null; by_whom: string };
  'clock.unsynchronised': { reason: string };
  'kernel.oom-kill': { process: string; pid: number | null };
  'kernel.io-error': { device: string | null; text: string };
  'kernel.task-hung': { task: string; seconds: number | null };
  'disk.usage': { filesystem: string; mount: string; sizeBytes: number; usedBytes: number; usedPercent: number };
  'systemd.unit': { unit: string; state: 'starting' | 'started' | 'stopping' | 'stopped' | 'failed' | 'exited'; detail: string | null };
  'network.ping': { target: string; lossPercent: number | null; avg: Micros | null };
  /** a file's zoneless times: `assumed` of them were read as UTC, up to this place; `zoneOffset` is what later lines of the file taught; `host`: a machine's log, not one program's */
  'log.zone': { zoneOffset: Micros | null; assumed: number; settled: boolean; host: boolean };
  'bundle.collected': { by: string };
}

export type RaftRole = 'follower' | 'pre-candidate' | 'candidate' | 'leader';
export type AlarmKind = 'NOSPACE' | 'CORRUPT';
export type BackupFailure = 'no-space' | 'read-only' | 'permission' | 'unreachable' | 'timeout' | 'tls' | 'auth' | 'interrupted' | 'other';
export type TlsFailure =
  | 'expired'
  | 'not-yet-valid'
  | 'expired-or-not-yet-valid'
  | 'unknown-authority'
  | 'wrong-name'
  | 'no-client-certificate'
  | 'rejected-by-peer'
  | 'plain-text'
  | 'usage'
  | 'other'
  | 'benign';
export type EtcdErrorKind =
  | 'no-leader'
  | 'leader-changed'
  | 'timeout'
  | 'nospace'
  | 'unreachable'
  | 'overloaded'
  | 'too-large'
  | 'corrupt'
  | 'tls'
  | 'auth'
  | 'compacted'
  | 'other';
export type ReachFailure = 'refused' | 'timeout' | 'reset' | 'tls' | 'unavailable' | 'other';
/** From a Prometheus histogram since process start; micros; null quantile = above the last finite bucket. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
}

export type FactType = keyof FactMap;

/** A typed sentence with its place and its written time; never without evidence. */
export type Fact<Type extends FactType = FactType> = {
  readonly [K in Type]: {
    readonly type: K;
    /** as written by the clock of the source's node; null where the evidence carries no time */
    readonly at: EpochMicros | null;
    readonly meaning: TimeMeaning;
    readonly source: SourceId;
    readonly ref: EvidenceRef;
    readonly data: Readonly<FactMap[K]>;
  };
}[Type];

/** A fact as analysis reads it: its source resolved to the node and component it came from. */
export type PlacedFact<Type extends FactType = FactType> = Fact<Type> & {
  readonly node: string | null;
  readonly component: Component;
};
