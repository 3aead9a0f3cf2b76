import type { FactMap } from '../../../src/model/fact.ts';

/** What a member says when it starts. */
export const STARTED: FactMap['etcd.started'] = {
  name: null,
  version: '3.5.16',
  dataDir: null,
  forceNewCluster: false,
  heartbeat: null,
  election: null,
  quotaBytes: null,
  peerUrls: [],
  clientUrls: [],
  initialCluster: null,
  initialClusterState: null,
  preVote: true,
};

/** What `endpoint status` prints, but for whom it is of. */
export const STATUS: Omit<FactMap['endpoint.status'], 'endpoint' | 'member'> = {
  cluster: null,
  version: '3.5.16',
  dbSizeBytes: null,
  dbSizeInUseBytes: null,
  quotaBytes: null,
  leader: null,
  learner: false,
  raftTerm: 2,
  raftIndex: 1,
  appliedIndex: 1,
  revision: 1,
  errors: [],
  isLeader: null,
};

/** A Lease object without its times. */
export const LEASE: FactMap['k8s-lease.object'] = {
  namespace: 'kube-system',
  name: 'kube-scheduler',
  holder: null,
  acquiredAt: null,
  renewedAt: null,
  durationSeconds: 15,
  transitions: 1,
  uid: null,
  resourceVersion: null,
  serverTime: null,
  legacy: false,
};
