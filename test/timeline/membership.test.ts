import { describe, expect, it } from 'vitest';
import type { Derived, DerivedType } from '../../src/model/derived.ts';
import type { FactMap } from '../../src/model/fact.ts';
import { MINUTE, SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { truncation } from '../../src/timeline/clock/bound.ts';
import { at, member } from './support/case-of-facts.ts';
import type { SimulatedCluster } from './support/simulated-cluster.ts';
import { of } from './support/derived-of.ts';
import { three } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';

const derived = <Type extends DerivedType>(sim: SimulatedCluster, type: Type): readonly Derived<Type>[] => of(buildHistory(sim.case).history, type);

describe('removed members', () => {
  it('no longer count, and are told when they are started again', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(c, 19, 'etcd.signal-received', { signal: 'terminated' });
    for (const m of [a, b]) {
      sim.say(m, 20, 'member.removed', { member: c.id, local: m.id });
      sim.say(m, 20, 'raft.configuration', { member: m.id, voters: [a.id, b.id], learners: [] });
    }
    expect(derived(sim, 'etcd.removed-still-running')).toEqual([]);
    sim.say(c, 40, 'etcd.started', { ...STARTED, name: c.name });
    sim.say(c, 40.1, 'etcd.restarted-from-wal', { member: c.id, cluster: null, commitIndex: 9, forced: false });
    // what its own log replays is of the past
    sim.say(c, 40.2, 'raft.configuration', { member: c.id, voters: [a.id, b.id, c.id], learners: [] });
    sim.say(c, 40.3, 'etcd.removed-from-cluster', { member: null });
    expect(derived(sim, 'cluster.size')).toMatchObject([{ data: { voters: 2, healthy: 2, quorum: 2 } }]);
    expect(derived(sim, 'etcd.removed-still-running')).toMatchObject([{ from: at(40), data: { member: 'n3' } }]);
  });
});

describe('the member list at collection', () => {
  const scene = (lists: readonly (readonly number[])[], when: number): SimulatedCluster => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    for (const m of [a, b, c]) sim.say(m, 20, 'raft.configuration', { member: m.id, voters: [a.id, b.id, c.id], learners: [] });
    for (const [n, list] of lists.entries()) {
      const source = sim.case.addSource({ node: `n${n + 1}`, component: 'etcdctl' });
      for (const m of list.map((i) => [a, b, c][i] ?? a)) {
        const listed = { member: m.id, cluster: null, name: m.name, peerUrls: [], clientUrls: [], learner: false, started: true };
        sim.case.fact(source, 'member.listed', at(when), listed, 'observed');
      }
    }
    return sim;
  };

  it('is younger than what logs that end early say of the configuration', () => {
    expect(derived(scene([[0, 1]], 60), 'cluster.size')).toMatchObject([{ data: { voters: 2, quorum: 2 } }]);
  });

  it('does not count when a configuration is younger, or when lists differ', () => {
    expect(derived(scene([[0, 1]], 15), 'cluster.size')).toMatchObject([{ data: { voters: 3 } }]);
    expect(derived(scene([[0, 1], [0]], 60), 'cluster.size')).toMatchObject([{ data: { voters: 3 } }]);
  });
});

describe('stops on purpose', () => {
  it('of the whole cluster are no unplanned outage', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    for (const [m, when] of [
      [a, 30],
      [b, 31],
      [c, 32],
    ] as const)
      sim.say(m, when, 'etcd.signal-received', { signal: 'terminated' });
    for (const m of [a, b, c]) sim.say(m, 40, 'etcd.started', { ...STARTED, name: m.name });
    sim.elect(b, 42);
    const cluster = derived(sim, 'cluster.leaderless').filter((d) => d.data.scope === 'cluster');
    expect(cluster).toMatchObject([{ data: { planned: true } }]);
  });
});

describe('learners', () => {
  it('are told of only long after they were added', () => {
    const { sim, a } = three();
    const d = sim.members[2];
    if (d === undefined) throw new Error('a third');
    sim.elect(a, 10);
    sim.say(a, 20, 'member.added', { member: d.id, local: a.id, cluster: null, peerUrls: [], learner: true });
    sim.case.collected = at(5 * 60);
    expect(derived(sim, 'member.learner-stuck')).toEqual([]);
    sim.case.collected = at(20 * 60);
    expect(derived(sim, 'member.learner-stuck')).toMatchObject([
      { from: at(20), data: { member: 'n3', age: 20 * MINUTE - 20 * SECOND, state: 'not-promoted' } },
    ]);
    sim.say(a, 60, 'member.promoted', { member: d.id, local: a.id });
    expect(derived(sim, 'member.learner-stuck')).toEqual([]);
  });
});

describe('alarms', () => {
  it('raised again after they were disarmed are two, and a list says exactly whose', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    for (const m of [a, b, c]) sim.say(m, 30, 'alarm.raised', { alarm: 'NOSPACE', member: a.id });
    for (const m of [a, b, c]) sim.say(m, 50, 'alarm.disarmed', { alarm: 'NOSPACE', member: a.id });
    for (const m of [a, b, c]) sim.say(m, 70, 'alarm.raised', { alarm: 'NOSPACE', member: b.id });
    sim.say(c, 71, 'db.quota-exceeded', { quotaBytes: null });
    const list = sim.case.addSource({ path: 'alarms.txt', component: 'etcdctl' });
    sim.case.fact(list, 'alarm.listed', null, { alarm: 'NOSPACE', member: b.id });
    expect(derived(sim, 'alarm.active')).toMatchObject([
      { from: at(30), data: { members: ['n1'], ongoing: false } },
      { from: at(70), to: null, data: { members: ['n2'], ongoing: true } },
    ]);
  });
});

describe('alarms that only write-ahead logs tell of', () => {
  const told = (raised: number, disarmed: number) => {
    const { sim, a } = three();
    sim.elect(a, 10);
    const wal = sim.case.addSource({ path: 'member/wal/0.wal', component: 'etcd', node: a.name });
    sim.case.fact(wal, 'alarm.raised', null, { alarm: 'NOSPACE', member: a.id, raftIndex: raised });
    sim.case.fact(wal, 'alarm.disarmed', null, { alarm: 'NOSPACE', member: a.id, raftIndex: disarmed });
    return derived(sim, 'alarm.active');
  };
  it('are over once disarmed at a later index', () => {
    expect(told(40, 90)).toEqual([]);
  });
  it('hold when raised again behind the disarming', () => {
    expect(told(120, 90)).toMatchObject([{ from: null, data: { alarm: 'NOSPACE', members: ['n1'], ongoing: true } }]);
  });
});

describe('certificates in handshakes', () => {
  it('are those of the side that was refused, whoever logged it', () => {
    const { sim, a, b } = three();
    sim.elect(a, 10);
    sim.case.collected = at(100);
    const expired = { reason: 'expired', error: 'x509: certificate has expired', remote: b.id, other: 'peer', notAfter: at(20), verifierClock: null } as const;
    sim.say(a, 30, 'tls.rejected', expired);
    sim.say(b, 31, 'tls.rejected', { ...expired, error: 'remote error: tls: expired certificate', remote: a.id, notAfter: null });
    const failing = derived(sim, 'tls.failing');
    expect(failing.map((d) => d.nodes)).toEqual([['n2'], ['n2']]);
    expect(derived(sim, 'certificate.validity')).toMatchObject([{ nodes: ['n2'], data: { subject: 'n2', state: 'expired' } }]);
  });

  it('are those of the member that was refused, though none of its own files is there', () => {
    const { sim, a, b } = three();
    sim.elect(a, 10);
    sim.case.collected = at(100);
    const gone = member('99aa99aa99aa99aa');
    sim.say(a, 20, 'member.added', { member: gone, local: a.id, cluster: null, peerUrls: ['https://10.0.0.9:2380'], learner: false });
    const refused = {
      reason: 'expired',
      error: 'x509: certificate has expired',
      remote: '10.0.0.9:5123',
      other: 'peer',
      notAfter: at(20),
      verifierClock: null,
    } as const;
    for (const m of [a, b]) sim.say(m, 30, 'tls.rejected', refused);
    const found = derived(sim, 'certificate.validity');
    expect(found).toHaveLength(1);
    expect(found[0]?.nodes).toEqual([found[0]?.data.subject]);
  });
});

describe('certificates of clients', () => {
  const seen = (remote: string | null, component: 'etcd' | 'kube-apiserver' = 'etcd') => {
    const { sim, a } = three();
    sim.elect(a, 10);
    sim.case.collected = at(100);
    const source = sim.case.addSource({ node: 'n1', component });
    const error = 'x509: certificate has expired or is not yet valid: current time … is after …';
    sim.case.fact(source, 'tls.rejected', at(30), { reason: 'expired', error, remote, other: 'client', notAfter: at(20), verifierClock: at(30) });
    return derived(sim, 'certificate.validity').map(({ data, nodes }) => [data.foreign, data.subject, nodes]);
  };

  it('are foreign where nothing says that the client belongs to the control plane', () => {
    expect(seen('192.0.2.7')).toEqual([[true, 'certificate of client 192.0.2.7', ['n1']]]);
    expect(seen(null, 'kube-apiserver')).toEqual([[true, 'certificate of client → n1', ['n1']]]);
  });

  it('are the control plane’s own where the client is on one of its machines', () => {
    expect(seen('10.0.0.2')).toEqual([[false, 'n2', ['n2']]]);
    expect(seen('127.0.0.1').map(([foreign]) => foreign)).toEqual([false]);
  });
});

describe('practices', () => {
  it('are missing only where a list proves it', () => {
    const { sim, a } = three();
    sim.elect(a, 10);
    const objects = sim.case.addSource({ path: 'nodes.yaml', component: 'kube-apiserver' });
    for (const node of ['n1', 'n2']) sim.case.fact(objects, 'node.zone', null, { node, zone: 'z-a', controlPlane: true });
    expect(derived(sim, 'practice.missing')).toMatchObject([{ data: { practice: 'zone-spread', subject: 'z-a' } }]);
    sim.case.fact(objects, 'node.zone', null, { node: 'n3', zone: 'z-b', controlPlane: true });
    expect(derived(sim, 'practice.missing')).toEqual([]);
    sim.case.fact(objects, 'k8s.listed', null, { kind: 'PodDisruptionBudget', count: 0 });
    expect(derived(sim, 'practice.missing')).toMatchObject([{ data: { practice: 'pod-disruption-budget' } }]);
    sim.case.fact(objects, 'k8s.listed', null, { kind: 'PodDisruptionBudget', count: 1 });
    expect(derived(sim, 'practice.missing')).toEqual([]);
  });

  it('a backup schedule is missing only where CronJobs and timers were both listed and nothing takes snapshots', () => {
    const about = (...seen: readonly Partial<FactMap['schedule.seen']>[]) => {
      const { sim, a } = three();
      sim.elect(a, 10);
      const source = sim.case.addSource({ path: 'lists', component: 'systemd' });
      for (const data of seen)
        sim.case.fact(source, 'schedule.seen', null, { kind: 'CronJob', name: 'x', backup: false, suspended: false, listed: true, ...data });
      return { sim, source };
    };
    const told = ({ sim }: ReturnType<typeof about>) => {
      const { history } = buildHistory(sim.case);
      return [history.derived.filter((d) => d.type === 'practice.missing').length, history.undecided.filter((u) => u.about === 'no-backup-schedule').length];
    };
    const timer = { kind: 'systemd-timer' } as const;
    expect(told(about())).toEqual([0, 0]);
    expect(told(about({ name: null }))).toEqual([0, 1]);
    expect(told(about({ name: null }, timer))).toEqual([1, 0]);
    expect(told(about({ name: null }, { ...timer, listed: false }))).toEqual([0, 1]);
    expect(told(about({}, timer, { ...timer, backup: true, listed: false }))).toEqual([0, 0]);
    expect(told(about({ backup: true, suspended: true }, timer))).toEqual([1, 0]);
    const saved = about({}, timer);
    saved.sim.case.fact(saved.source, 'backup.saved', null, { path: '/b/etcd.db', sizeBytes: null });
    expect(told(saved)).toEqual([0, 0]);
  });
});

describe('lines of whole seconds', () => {
  it('keep the rest of their second as doubt, wherever in it their file put them', () => {
    expect(truncation({ at: at(3), meaning: 'written' })).toBe(SECOND);
    const raised = { at: at(3.25), meaning: 'written-in-second' } as const;
    expect(truncation(raised)).toBe(0.75 * SECOND);
    expect(truncation({ ...raised, meaning: 'written' })).toBeLessThanOrEqual(1000);
  });
});
