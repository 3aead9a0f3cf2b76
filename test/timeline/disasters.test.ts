import { describe, expect, it } from 'vitest';
import type { Derived, DerivedType } from '../../src/model/derived.ts';
import type { FactMap } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at, cluster, member } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { three, type Three } from './support/scenes.ts';
import { STARTED, STATUS } from './support/sentences.ts';
import type { SimulatedCluster } from './support/simulated-cluster.ts';

const derived = <Type extends DerivedType>(sim: SimulatedCluster, type: Type): readonly Derived<Type>[] => of(buildHistory(sim.case).history, type);

describe('a copy of a data directory that is started beside the original', () => {
  const OUT_OF_RANGE: FactMap['raft.commit-out-of-range'] = { member: null, commitIndex: 49, lastIndex: 48 };

  /** The copy takes the streams for a moment and ends: it is older than what the leader knows. */
  function copied({ sim, a, b }: Three, sourceOf = sim.case.addSource({ node: 'spare' })): void {
    sim.elect(b, 10);
    sim.case.fact(sourceOf, 'raft.restarted', at(60), { member: a.id, raftTerm: 2, commitIndex: 48, appliedIndex: 0, lastIndex: 48 });
    sim.case.fact(sourceOf, 'raft.became', at(60.01), { member: a.id, role: 'follower', raftTerm: 2 });
    for (const when of [60.02, 60.04]) {
      sim.say(a, when, 'peer.stream-lost', { peer: b.id, error: 'EOF' });
      sim.case.fact(sourceOf, 'peer.stream-lost', at(when + 0.01), { peer: b.id, error: 'EOF' });
    }
    sim.case.fact(sourceOf, 'raft.commit-out-of-range', at(60.1), OUT_OF_RANGE);
    sim.case.fact(sourceOf, 'etcd.crashed', at(60.1), { reason: 'tocommit(49) is out of range [lastIndex(48)]', kind: 'panic' });
    sim.say(a, 90, 'raft.configuration', { member: a.id, voters: sim.members.map((m) => m.id), learners: [] });
  }

  it('is told as a copy, and the member it was copied from neither crashed nor lost its log', () => {
    const scene = three();
    copied(scene);
    expect(derived(scene.sim, 'member.id-shared')).toMatchObject([{ from: at(60), data: { member: 'n1', machines: ['n1', 'spare'], copy: 'spare' } }]);
    expect(derived(scene.sim, 'member.down')).toEqual([]);
    expect(derived(scene.sim, 'wal.damaged')).toEqual([]);
    expect(derived(scene.sim, 'etcd.crashed')).toMatchObject([{ data: { member: 'spare' } }]);
  });

  it('ends the member it was copied from, once its own entries are counted as that one’s', () => {
    const scene = three();
    copied(scene);
    scene.sim.say(scene.a, 95, 'raft.commit-out-of-range', { member: null, commitIndex: 199, lastIndex: 48 });
    expect(derived(scene.sim, 'member.id-shared')).toHaveLength(1);
    expect(derived(scene.sim, 'wal.damaged')).toEqual([]);
  });

  it('is told as a log that was lost, not damaged, where no original runs', () => {
    const { sim, a, b } = three();
    sim.elect(b, 10);
    sim.say(a, 60, 'raft.commit-out-of-range', { member: null, commitIndex: 48, lastIndex: 0 });
    expect(derived(sim, 'wal.damaged')).toMatchObject([{ data: { member: 'n1', kind: 'lost' } }]);
  });

  it('is no copy where one log was read under two names', () => {
    const { sim, a, b } = three();
    const twice = sim.case.addSource({ node: 'other' });
    sim.elect(b, 10);
    sim.case.fact(twice, 'raft.restarted', at(60), { member: a.id, raftTerm: 2, commitIndex: 48, appliedIndex: 0, lastIndex: 48 });
    for (const when of [61, 62, 63]) {
      sim.say(a, when, 'peer.stream-lost', { peer: b.id, error: 'EOF' });
      sim.case.fact(twice, 'peer.stream-lost', at(when), { peer: b.id, error: 'EOF' });
    }
    sim.say(a, 90, 'raft.configuration', { member: a.id, voters: sim.members.map((m) => m.id), learners: [] });
    expect(derived(sim, 'member.id-shared')).toEqual([]);
  });
});

describe('what systemd says of a process', () => {
  const exit = (detail: string): FactMap['systemd.unit'] => ({ unit: 'etcd.service', state: 'exited', detail });

  it('tells the moment it was killed', () => {
    const { sim, a } = three();
    const unit = sim.case.addSource({ node: 'n1', component: 'systemd' });
    sim.elect(a, 10);
    sim.case.fact(unit, 'systemd.unit', at(33), exit('Main process exited, code=killed, status=9/KILL'));
    sim.say(a, 50, 'etcd.started', { ...STARTED, name: a.name });
    sim.elect(a, 52);
    expect(derived(sim, 'member.down')).toMatchObject([{ from: at(33), to: at(50), data: { member: 'n1', how: 'killed' } }]);
  });

  it('tells of starts that failed before etcd could say anything; a stop that ends in them is no planned one', () => {
    const { sim, a, b } = three();
    const unit = sim.case.addSource({ node: 'n1', component: 'systemd' });
    sim.elect(b, 10);
    sim.say(a, 30, 'etcd.signal-received', { signal: 'terminated' });
    sim.case.fact(unit, 'systemd.unit', at(30.1), exit('Main process exited, code=killed, status=15/TERM'));
    for (const when of [32, 35, 38]) sim.case.fact(unit, 'systemd.unit', at(when), exit('Main process exited, code=exited, status=2/FAILURE'));
    sim.case.collected = at(60);
    expect(derived(sim, 'member.down')).toMatchObject([
      {
        from: at(30.1),
        data: { member: 'n1', how: 'start-failing', planned: false, ongoing: true, failure: 'Main process exited, code=exited, status=2/FAILURE' },
      },
    ]);
  });

  it('says nothing of etcd when another unit ends', () => {
    const { sim, a } = three();
    const unit = sim.case.addSource({ node: 'n1', component: 'systemd' });
    sim.elect(a, 10);
    sim.case.fact(unit, 'systemd.unit', at(33), { unit: 'etcd-backup.service', state: 'exited', detail: 'Main process exited, code=exited, status=1/FAILURE' });
    sim.say(a, 50, 'raft.configuration', { member: a.id, voters: sim.members.map((m) => m.id), learners: [] });
    expect(derived(sim, 'member.down')).toEqual([]);
  });
});

it('starts that fail before they say that they start date from the stop, and say why', () => {
  const { sim, a, b } = three();
  const reason = 'failed to list data directory: permission denied';
  sim.elect(b, 10);
  sim.say(a, 30, 'etcd.signal-received', { signal: 'terminated' });
  for (const when of [33, 36, 39]) sim.say(a, when, 'etcd.crashed', { reason, kind: 'fatal' });
  sim.case.collected = at(60);
  expect(derived(sim, 'member.down')).toMatchObject([{ from: at(30), data: { how: 'start-failing', failure: reason } }]);
  expect(derived(sim, 'etcd.crashed')).toMatchObject([{ data: { count: 3 } }]);
});

it('the log line of a panic and the panic are one crash', () => {
  const { sim, a } = three();
  sim.say(a, 30, 'etcd.crashed', { reason: 'failed to open database: invalid database', kind: 'fatal' });
  sim.say(a, 30.002, 'etcd.crashed', { reason: 'failed to open database', kind: 'panic' });
  expect(derived(sim, 'etcd.crashed')).toMatchObject([{ data: { count: 1, reason: 'failed to open database: invalid database' } }]);
});

it('a cluster restored over another ends it: nobody misses the old members', () => {
  const { sim, a } = three();
  sim.elect(a, 10);
  for (const m of sim.members) sim.say(m, 20, 'etcd.signal-received', { signal: 'terminated' });
  const restored = sim.members.map((m, i) => ({ ...m, id: member(`${i + 1}`.repeat(4).padEnd(16, 'e')) }));
  for (const m of restored) {
    sim.say(m, 120, 'etcd.started', { ...STARTED, name: m.name });
    sim.say(m, 120.1, 'etcd.identified', { member: m.id, cluster: cluster('d2d2d2d2d2d2d2d2'), name: m.name, version: '3.5.16', peerUrls: [], clientUrls: [] });
    sim.say(m, 120.2, 'raft.configuration', { member: m.id, voters: restored.map((r) => r.id), learners: [] });
    sim.say(m, 121, 'raft.leader-elected', { member: m.id, leader: restored[0]?.id ?? m.id, raftTerm: 2 });
  }
  sim.case.collected = at(200);
  expect(derived(sim, 'cluster.size')).toMatchObject([{ data: { cluster: 'd2d2d2d2d2d2d2d2', voters: 3, healthy: 3 } }]);
  expect(derived(sim, 'member.down').filter((d) => d.data.ongoing)).toEqual([]);
  expect(derived(sim, 'cluster.leaderless').filter((d) => d.to === null)).toEqual([]);
});

it('a cluster of one that was forced ends the old one, and grows by who joins it', () => {
  const { sim, a, b, c } = three();
  sim.elect(a, 10);
  for (const m of [b, c]) {
    sim.say(a, 30, 'peer.became-inactive', { peer: m.id, error: 'EOF' });
    sim.say(a, 50, 'member.removed', { member: m.id, local: a.id });
  }
  sim.say(a, 31, 'raft.quorum-inactive', { member: a.id });
  sim.loseLeader(a, 31, [a]);
  sim.say(a, 49, 'etcd.signal-received', { signal: 'terminated' });
  sim.say(a, 50, 'etcd.started', { ...STARTED, name: a.name, forceNewCluster: true });
  const joined = member('77bb77bb77bb77bb');
  sim.say(a, 50.1, 'raft.configuration', { member: a.id, voters: [a.id], learners: [] });
  sim.elect(a, 51, [a]);
  sim.say(a, 70, 'member.added', { member: joined, local: a.id, cluster: cluster('c1c1c1c1c1c1c1c1'), peerUrls: [], learner: false });
  sim.say(a, 70, 'raft.configuration', { member: a.id, voters: [a.id, joined], learners: [] });
  sim.case.collected = at(100);
  expect(derived(sim, 'cluster.leaderless').filter((d) => d.data.scope === 'cluster' && d.to === null)).toEqual([]);
  expect(derived(sim, 'cluster.leaderless').filter((d) => d.data.scope === 'cluster')).not.toEqual([]);
});

it('a learner that was added and never started was not killed', () => {
  const { sim, a, b } = three();
  const learner = member('99aa99aa99aa99aa');
  sim.elect(a, 10);
  for (const m of [a, b]) {
    sim.say(m, 20, 'member.added', { member: learner, local: m.id, cluster: null, peerUrls: [], learner: true });
    sim.say(m, 20, 'raft.configuration', { member: m.id, voters: sim.members.map((x) => x.id), learners: [learner] });
    for (const when of [21, 25, 29, 33]) sim.say(m, when, 'peer.unreachable', { peer: learner, address: null, error: 'connect: connection refused' });
  }
  sim.case.collected = at(34);
  expect(derived(sim, 'member.down').filter((d) => d.data.id === learner)).toEqual([]);
});

describe('a refusal that TLS words as an expiry', () => {
  const ALERT: FactMap['tls.rejected'] = {
    reason: 'expired',
    error: 'remote error: tls: expired certificate',
    remote: null,
    other: 'peer',
    notAfter: null,
    verifierClock: null,
  };

  it('is not yet valid where the side that refused says so', () => {
    const { sim, a, b } = three();
    sim.say(a, 20, 'tls.rejected', ALERT);
    sim.say(b, 20, 'tls.rejected', { ...ALERT, reason: 'not-yet-valid', error: 'x509: … is before …', remote: '10.0.0.1' });
    expect(derived(sim, 'tls.failing').map((d) => d.data.reason)).toEqual(['not-yet-valid', 'not-yet-valid']);
  });

  it('is an expiry where nobody says otherwise', () => {
    const { sim, a } = three();
    sim.say(a, 20, 'tls.rejected', ALERT);
    expect(derived(sim, 'tls.failing').map((d) => d.data.reason)).toEqual(['expired']);
  });
});

it('a rounded table read last does not hide how much of a database is free', () => {
  const { sim, a } = three();
  const status = { ...STATUS, endpoint: 'n1:2379', member: a.id, dbSizeBytes: 25_169_920, dbSizeInUseBytes: 2_490_368 };
  const outputs = sim.case.addSource({ node: 'n1' });
  sim.case.fact(outputs, 'endpoint.status', null, status);
  sim.case.fact(outputs, 'endpoint.status', null, { ...status, dbSizeBytes: 25_000_000, dbSizeInUseBytes: null });
  expect(derived(sim, 'db.size')).toMatchObject([{ data: { dbSize: 25_169_920, inUse: 2_490_368 } }]);
});

it('the copy etcd keeps of a torn segment is no history', () => {
  const { sim, a } = three();
  const state = (raftTerm: number, commitIndex: number): FactMap['raft.state'] => ({ member: a.id, raftTerm, vote: null, commitIndex });
  for (const path of ['n1/wal/0.wal', 'n1/wal/0.wal.broken']) {
    const wal = sim.case.addSource({ node: 'n1', path });
    sim.case.fact(wal, 'raft.state', null, state(1, 3));
    sim.case.fact(wal, 'raft.state', null, state(2, 9));
  }
  expect(derived(sim, 'raft.invariant-broken')).toEqual([]);
});
