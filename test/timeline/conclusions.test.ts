import { describe, expect, it } from 'vitest';
import type { Component } from '../../src/model/bundle.ts';
import type { DerivedType } from '../../src/model/derived.ts';
import type { FactMap, FactType } from '../../src/model/fact.ts';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at, cluster } from './support/case-of-facts.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';
import { LEASE, STARTED, STATUS } from './support/sentences.ts';

interface Scene {
  readonly sim: SimulatedCluster;
  readonly a: SimulatedMember;
  readonly b: SimulatedMember;
  /** one sentence of another program on the node, in true seconds; null: without a time */
  put<Type extends FactType>(node: string | null, component: Component, type: Type, seconds: number | null, data: FactMap[Type]): void;
}

function scene(): Scene {
  const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(9) });
  const [a, b] = sim.members;
  if (a === undefined || b === undefined) throw new Error('members');
  sim.elect(a, 5);
  sim.case.collected = at(1000);
  return {
    sim,
    a,
    b,
    put: (node, component, type, seconds, data) =>
      sim.case.fact(sim.case.addSource({ node, component }), type, seconds === null ? null : at(seconds), data, seconds === null ? 'observed' : 'written'),
  };
}

const HELD = { ...LEASE, holder: 'n1_x', acquiredAt: at(0), renewedAt: at(10) };
const CRASH: FactMap['kubelet.container-failed'] = { pod: 'kube-apiserver-n1', container: 'kube-apiserver', reason: 'CrashLoopBackOff' };
const ASKED = { ...STATUS, endpoint: 'n1:2379', version: '3.5.1', dbSizeBytes: 100, dbSizeInUseBytes: 50 };
/** A copy of a member's data is started on another machine; each of the two loses so many streams. */
function sharedId({ sim, a, b }: Scene, losses: number): void {
  const copy = sim.case.addSource({ node: 'n9' });
  const restarted = { member: a.id, raftTerm: 2, commitIndex: 9, appliedIndex: 0, lastIndex: 9 };
  sim.case.fact(copy, 'raft.restarted', at(60), restarted);
  sim.case.fact(copy, 'raft.leader-elected', at(60.5), { member: a.id, leader: a.id, raftTerm: 2 });
  for (let i = 0; i < losses; i += 1) {
    sim.say(a, 61 + i, 'peer.stream-lost', { peer: b.id, error: 'EOF' });
    sim.case.fact(copy, 'peer.stream-lost', at(61.5 + i), { peer: b.id, error: 'EOF' });
  }
}

/** The least evidence each conclusion rests on, and what is not yet enough where a threshold decides. */
const CASES: Readonly<Partial<Record<DerivedType, { readonly enough: (s: Scene) => void; readonly tooLittle?: (s: Scene) => void }>>> = {
  'apiserver.etcd-errors': { enough: ({ put }) => put('n1', 'kube-apiserver', 'apiserver.etcd-error', 20, { error: 'too large', kind: 'too-large' }) },
  'apiserver.unavailable': {
    enough: ({ put }) => [20, 21, 22].forEach((t) => put('n1', 'kube-apiserver', 'apiserver.etcd-error', t, { error: 'x', kind: 'timeout' })),
    tooLittle: ({ put }) => [20, 21].forEach((t) => put('n1', 'kube-apiserver', 'apiserver.etcd-error', t, { error: 'x', kind: 'timeout' })),
  },
  'backup.failed': { enough: ({ put }) => put('n1', 'backup', 'backup.failed', 20, { error: 'disk full', cause: 'no-space', path: null }) },
  'restore.failed': { enough: ({ put }) => put('n1', 'backup', 'restore.failed', 20, { error: 'hash mismatch', path: null }) },
  'clock.unsynchronised': { enough: ({ put }) => put('n1', 'chrony', 'clock.unsynchronised', 20, { reason: 'no source' }) },
  'cluster.id-mismatch': {
    enough: ({ sim, a, b }) =>
      sim.say(a, 20, 'peer.cluster-id-mismatch', { local: cluster('c1c1c1c1c1c1c1c1'), remote: cluster('d2d2d2d2d2d2d2d2'), peer: b.id, peerName: null }),
  },
  'cluster.versions': { enough: ({ a, put }) => put('n1', 'etcd', 'endpoint.status', null, { ...ASKED, member: a.id }) },
  'db.size': { enough: ({ a, put }) => put('n1', 'etcd', 'endpoint.status', null, { ...ASKED, member: a.id }) },
  'etcd.known-bug': { enough: ({ sim }) => sim.members.forEach((m) => sim.say(m, 60, 'etcd.started', { ...STARTED, version: '3.5.1' })) },
  'db.compaction-stalled': {
    enough: ({ put }) => [20, 400, 800].forEach((t) => put('n1', 'kube-apiserver', 'db.compaction-failed', t, { error: 'deadline exceeded' })),
  },
  'db.damaged': { enough: ({ sim, a }) => sim.say(a, 20, 'db.opened-damaged', { reason: 'invalid database' }) },
  'raft-snapshot.damaged': { enough: ({ sim, a }) => sim.say(a, 20, 'raft-snapshot.damaged', { reason: 'crc', path: null }) },
  'etcd.crashed': { enough: ({ sim, a }) => sim.say(a, 20, 'etcd.crashed', { reason: 'bug', kind: 'panic' }) },
  'process.oom-killed': {
    enough: ({ put }) => put('n1', 'kernel', 'kernel.oom-kill', 20, { process: 'etcd', pid: 1 }),
    tooLittle: ({ put }) => put('n1', 'kernel', 'kernel.oom-kill', 20, { process: 'java', pid: 1 }),
  },
  'process.crashed': {
    enough: ({ put }) => put('n1', 'kube-controller-manager', 'process.exited', 20, { reason: 'panic: nil map' }),
    tooLittle: ({ put }) => put('n1', 'kube-controller-manager', 'process.exited', 20, { reason: 'leader election lost' }),
  },
  'container.crash-looping': {
    enough: ({ put }) => [20, 50, 90].forEach((t) => put('n1', 'kubelet', 'kubelet.container-failed', t, CRASH)),
    tooLittle: ({ put }) => [20, 30, 40].forEach((t) => put('n1', 'kubelet', 'kubelet.container-failed', t, CRASH)),
  },
  'disk.slow': {
    enough: ({ sim, a }) => sim.say(a, 20, 'wal.fdatasync-slow', { took: 2 * SECOND }),
    // etcd warns of every fsync this long: a leader that is late without one waited for something else
    tooLittle: ({ sim, a, b }) => [20, 25, 30].forEach((t) => sim.say(a, t, 'raft.heartbeat-late', { to: b.id, exceeded: 2 * SECOND })),
  },
  'etcd.slow-apply': {
    enough: ({ sim, a }) => sim.say(a, 20, 'etcd.apply-slow', { took: SECOND, expected: null, readOnly: false, request: null, error: null }),
    tooLittle: ({ sim, a }) => sim.say(a, 20, 'etcd.apply-slow', { took: SECOND, expected: null, readOnly: true, request: null, error: null }),
  },
  'hashkv.diverged': {
    enough: ({ sim, put }) =>
      sim.members.forEach((m, i) =>
        put(m.name, 'etcd', 'endpoint.hashkv', null, { endpoint: m.name, member: m.id, hash: i, revision: 9, compactRevision: 3, atRevision: null }),
      ),
    tooLittle: ({ sim, put }) =>
      sim.members.forEach((m, i) =>
        put(m.name, 'etcd', 'endpoint.hashkv', null, { endpoint: m.name, member: m.id, hash: i, revision: 9 + i, compactRevision: 3, atRevision: null }),
      ),
  },
  'k8s-lease.lost': {
    enough: ({ put }) => put('n1', 'kube-scheduler', 'k8s-lease.lost', 20, { lease: 'kube-system/kube-scheduler', stage: 'renew-failed' }),
    tooLittle: ({ put }) => put('n1', 'kube-scheduler', 'k8s-lease.lost', 20, { lease: null, stage: 'gave-up' }),
  },
  'k8s-lease.stale': {
    enough: ({ put }) => put(null, 'other', 'k8s-lease.object', null, HELD),
    tooLittle: ({ put }) => put(null, 'other', 'k8s-lease.object', null, { ...HELD, renewedAt: at(980) }),
  },
  'k8s-lease.two-holders': {
    enough: ({ put }) => {
      put(null, 'other', 'k8s-lease.object', null, { ...HELD, renewedAt: at(60) });
      put(null, 'other', 'k8s-lease.object', null, { ...HELD, holder: 'n2_y', acquiredAt: at(50), renewedAt: at(70) });
    },
    tooLittle: ({ put }) => {
      put(null, 'other', 'k8s-lease.object', null, { ...HELD, renewedAt: at(49) });
      put(null, 'other', 'k8s-lease.object', null, { ...HELD, holder: 'n2_y', acquiredAt: at(50), renewedAt: at(70) });
    },
  },
  'lb.all-down': { enough: ({ put }) => put('lb', 'haproxy', 'lb.backend-empty', 20, { backend: 'api' }) },
  'lb.backend-down': {
    enough: ({ put }) => put('lb', 'haproxy', 'lb.server-state', 20, { backend: 'api', server: 'n1', up: false, reason: null, asked: false }),
  },
  'lb.unchecked': {
    enough: ({ put }) =>
      put('lb', 'haproxy', 'lb.server-stat', null, { backend: 'b', server: 'n1', status: 'no check', checkStatus: null, lastChangeSeconds: 9, address: null }),
    tooLittle: ({ put }) =>
      put('lb', 'haproxy', 'lb.server-stat', null, { backend: 'b', server: 'n1', status: 'UP', checkStatus: 'L4OK', lastChangeSeconds: 9, address: null }),
  },
  'member.restarts': { enough: ({ sim, a }) => sim.say(a, 60, 'etcd.started', STARTED) },
  'member.id-shared': {
    enough: (s) => sharedId(s, 12),
    tooLittle: (s) => sharedId(s, 4),
  },
  'network.slow': {
    enough: ({ sim, a, b }) => sim.say(a, 20, 'peer.round-trip', { peer: b.id, p50: 200_000, p99: 400_000, count: 900 }),
    tooLittle: ({ sim, a, b }) => sim.say(a, 20, 'peer.round-trip', { peer: b.id, p50: 900, p99: 400_000, count: 200 }),
  },
  'node.disk-full': {
    enough: ({ put }) => put('n1', 'other', 'disk.usage', null, { filesystem: '/dev/sda', mount: '/var', sizeBytes: 100, usedBytes: 90, usedPercent: 90 }),
    tooLittle: ({ put }) => put('n1', 'other', 'disk.usage', null, { filesystem: '/dev/sda', mount: '/var', sizeBytes: 100, usedBytes: 89, usedPercent: 89 }),
  },
  'node.not-ready': {
    enough: ({ put }) => put(null, 'other', 'node.listed', null, { node: 'n1', status: 'NotReady', roles: '', version: null }),
    tooLittle: ({ put }) => put(null, 'other', 'node.listed', null, { node: 'n1', status: 'Ready', roles: '', version: null }),
  },
  'vip.flapping': {
    enough: ({ put }) => [20, 40, 60, 80].forEach((t, i) => put(`n${(i % 2) + 1}`, 'keepalived', 'vip.state', t, { instance: 'VI', state: 'MASTER' })),
    tooLittle: ({ put }) => [20, 40, 60].forEach((t, i) => put(`n${(i % 2) + 1}`, 'keepalived', 'vip.state', t, { instance: 'VI', state: 'MASTER' })),
  },
  'vip.moved': {
    enough: ({ put }) => [20, 40].forEach((t, i) => put(`n${i + 1}`, 'keepalived', 'vip.state', t, { instance: 'VI', state: 'MASTER' })),
    tooLittle: ({ put }) => [20, 40].forEach((t) => put('n1', 'keepalived', 'vip.state', t, { instance: 'VI', state: 'MASTER' })),
  },
  'vip.two-masters': {
    enough: ({ put }) => {
      ['n1', 'n2'].forEach((node) => put(node, 'keepalived', 'vip.state', 20, { instance: 'VI', state: 'MASTER' }));
      ['n1', 'n2'].forEach((node) => put(node, 'keepalived', 'vip.state', 60, { instance: 'VI', state: 'BACKUP' }));
    },
    // n1's log ends: it may be gone
    tooLittle: ({ put }) => {
      ['n1', 'n2'].forEach((node) => put(node, 'keepalived', 'vip.state', 20, { instance: 'VI', state: 'MASTER' }));
      put('n2', 'keepalived', 'vip.state', 60, { instance: 'VI', state: 'BACKUP' });
    },
  },
};

const told = (fill: (s: Scene) => void): readonly string[] => {
  const s = scene();
  fill(s);
  return buildHistory(s.sim.case).history.derived.map((d) => d.type);
};

describe('conclusions', () => {
  it.each(Object.entries(CASES))('%s rests on evidence, and on enough of it', (type, { enough, tooLittle }) => {
    expect(told(() => undefined)).not.toContain(type);
    expect(told(enough)).toContain(type);
    if (tooLittle !== undefined) expect(told(tooLittle)).not.toContain(type);
  });
});
