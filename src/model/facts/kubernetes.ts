import type { EpochMicros, Micros } from '../time.ts';

/** Leases, API servers, nodes, pods and what else Kubernetes lists. */
export interface KubernetesFacts {
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
  /** a container as its runtime lists it; `age`: how long before the listing it was made */
  'container.listed': {
    namespace: string | null;
    pod: string | null;
    container: string;
    state: 'running' | 'exited' | 'created' | 'unknown';
    attempt: number | null;
    age: Micros | null;
    createdAt: EpochMicros | null;
    finishedAt: EpochMicros | null;
    exitCode: number | null;
    reason: string | null;
  };
  /** a request that an API server refused for load (429) or failed (5xx), by its audit log */
  'api.failed': { verb: string; resource: string; user: string; code: number; error: string | null };
  /** a change that an API server's audit log shows: `resource` with its subresource, `code` of the answer */
  'api.changed': { verb: string; resource: string; namespace: string | null; name: string | null; user: string; code: number };
  'k8s.event': { reason: string; kind: string; name: string; namespace: string | null; message: string; type: string; count: number };
}

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
