import type { ClusterId, MemberId } from '../ids.ts';
import type { EpochMicros, Micros } from '../time.ts';

/** What etcdctl, etcdutl and the metrics of a server tell. */
export interface EtcdToolFacts {
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
}
