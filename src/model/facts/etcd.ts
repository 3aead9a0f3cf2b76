import type { ClusterId, MemberId } from '../ids.ts';
import type { Micros } from '../time.ts';

type Url = string;

/** What an etcd server says of its process, its cluster, its peers, and of how long things take. */
export interface EtcdFacts {
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
  /** as its files, environment or command line set it; null where they do not */
  'etcd.configured': { name: string | null; heartbeat: Micros | null; election: Micros | null; snapshotCount: number | null; autoCompaction: string | null };
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
}

/** From a Prometheus histogram since process start; micros; null quantile = above the last finite bucket. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number | null;
  readonly p99: number | null;
}
