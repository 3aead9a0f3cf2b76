import { describe, expect, it } from 'vitest';
import type { History } from '../../src/model/history.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at, cluster, member, CaseOfFacts } from './support/case-of-facts.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';
import { of } from './support/derived-of.ts';
import { STARTED, three, type Three } from './support/scenes.ts';

const REFUSED = 'transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused';
const SILENT = 'dial tcp 10.0.0.2:2380: i/o timeout';

/** Three members, led by the first from the fifth second on. */
function led(): Three {
  const all = three();
  all.sim.elect(all.a, 5);
  return all;
}

/** A log that says something every second up to its end. */
function alive(sim: SimulatedCluster, m: SimulatedMember, from: number, to: number): void {
  for (let second = from; second <= to; second += 1) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null }, true);
}

const undecided = (history: History, about: string): string[] => history.undecided.filter((u) => u.about === about).map((u) => u.because);

describe('where evidence was cut', () => {
  it('an observer whose log ends before does not prove a death', () => {
    const { sim, a, b, c } = led();
    alive(sim, a, 6, 30);
    alive(sim, b, 6, 60);
    sim.say(c, 20, 'peer.became-inactive', { peer: a.id, error: 'EOF' });
    expect(of(buildHistory(sim.case).history, 'member.down')).toEqual([]);
  });

  it('a member that was away after its log ends may have been told to stop', () => {
    const { sim, a, b, c } = led();
    for (const m of [a, b]) alive(sim, m, 6, 90);
    alive(sim, c, 6, 25);
    for (const m of [a, b]) sim.say(m, 30, 'peer.became-inactive', { peer: c.id, error: 'EOF' }, true);
    for (const m of [a, b]) sim.say(m, 45, 'peer.became-active', { peer: c.id }, true);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'member.down')).toEqual([]);
    expect(undecided(history, 'member-down')[0]).toContain('whether it had been told to stop is not seen');
  });

  it('a side that says nothing meanwhile may have stood still', () => {
    const { sim, a, b, c } = led();
    for (const m of [a, c]) alive(sim, m, 6, 90);
    alive(sim, b, 6, 29);
    alive(sim, b, 61, 90);
    for (const m of [a, c]) sim.say(m, 35, 'peer.became-inactive', { peer: b.id, error: SILENT }, true);
    for (const peer of [a, c]) sim.say(b, 60, 'peer.became-inactive', { peer: peer.id, error: SILENT }, true);
    for (const m of [a, c]) sim.say(m, 60.1, 'peer.became-active', { peer: b.id }, true);
    for (const peer of [a, c]) sim.say(b, 60.2, 'peer.became-active', { peer: peer.id }, true);
    expect(of(buildHistory(sim.case).history, 'network.partition')).toEqual([]);
  });

  it('what only a minority of those who watched lost was not down', () => {
    const { sim, a, b, c } = led();
    alive(sim, a, 6, 29);
    alive(sim, b, 6, 90);
    alive(sim, c, 6, 31);
    sim.say(a, 30, 'peer.became-inactive', { peer: c.id, error: SILENT });
    alive(sim, a, 31, 90);
    expect(of(buildHistory(sim.case).history, 'member.down')).toEqual([]);
  });

  it('one that lost all others in silence may be the one cut off', () => {
    const kase = new CaseOfFacts();
    const log = kase.addSource({ node: 'n1' });
    const [own, ...others] = ['a1', 'a2', 'a3'].map((hex) => member(hex));
    if (own === undefined) throw new Error('no member');
    for (const [i, id] of [own, ...others].entries()) {
      const listed = { cluster: cluster('c1'), name: `n${i + 1}`, peerUrls: [`http://10.0.0.${i + 1}:2380`], clientUrls: [], learner: false, started: true };
      kase.fact(log, 'member.listed', at(0), { member: id, ...listed });
    }
    kase.fact(log, 'etcd.identified', at(0), { member: own, cluster: cluster('c1'), name: 'n1', version: null, peerUrls: [], clientUrls: [] });
    kase.fact(log, 'raft.leader-elected', at(5), { member: own, leader: own, raftTerm: 2 });
    for (const peer of others) kase.fact(log, 'peer.became-inactive', at(30), { peer, error: SILENT });
    kase.fact(log, 'raft.leader-lost', at(31), { member: own, leader: own, raftTerm: 2 });
    for (const peer of others) kase.fact(log, 'peer.became-active', at(60), { peer });
    kase.fact(log, 'raft.leader-elected', at(61), { member: own, leader: others[0] ?? own, raftTerm: 3 });
    const { history } = buildHistory(kase);
    expect(of(history, 'member.down')).toEqual([]);
    expect(of(history, 'cluster.leaderless').filter((d) => d.data.scope === 'cluster')).toEqual([]);
    expect(undecided(history, 'member-down')).toHaveLength(2);
  });

  it('members whose logs begin later say nothing of who had a leader', () => {
    const { a, b, c } = led();
    const late = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(7) });
    const [x, y, z] = late.members;
    if (x === undefined || y === undefined || z === undefined) throw new Error('three members');
    expect([a.id, b.id, c.id]).toEqual([x.id, y.id, z.id]);
    const kase = new CaseOfFacts();
    const logs = [x, y, z].map((m) => ({ m, log: kase.addSource({ node: m.name }) }));
    for (const { m, log } of logs) {
      const from = m === z ? 0 : 100;
      const identified = { member: m.id, cluster: cluster('c1'), name: m.name, version: null, peerUrls: [`http://10.0.0.${m.name}:2380`], clientUrls: [] };
      if (m !== z) kase.fact(log, 'etcd.started', at(from), { ...STARTED, name: m.name });
      kase.fact(log, 'etcd.identified', at(from), identified);
      if (m === z) {
        kase.fact(log, 'raft.leader-elected', at(1), { member: z.id, leader: x.id, raftTerm: 2 });
        for (const peer of [x, y]) kase.fact(log, 'peer.became-inactive', at(20), { peer: peer.id, error: 'EOF' });
        kase.fact(log, 'raft.leader-lost', at(21), { member: z.id, leader: x.id, raftTerm: 2 });
        for (const second of [25, 40, 60, 80]) kase.fact(log, 'raft.election-started', at(second), { member: z.id, raftTerm: 2 });
      }
      kase.fact(log, 'raft.leader-elected', at(101), { member: m.id, leader: z.id, raftTerm: 3 });
    }
    const { history } = buildHistory(kase);
    expect(of(history, 'member.down').filter((d) => d.data.member === z.name)).toEqual([]);
  });

  it('a member told to stop a moment before the end is not missed', () => {
    const { sim, a, b, c } = led();
    for (const m of [a, c]) alive(sim, m, 6, 42);
    alive(sim, b, 6, 39);
    sim.say(b, 40, 'etcd.signal-received', { signal: 'terminated' }, true);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'cluster.size')).toMatchObject([{ data: { voters: 3, healthy: 3 } }]);
    expect(undecided(history, 'quorum-at-risk')[0]).toContain('n2 was told to stop');
  });
});

describe('an API server without its etcd', () => {
  function apiServer(sim: SimulatedCluster, from: number, to: number): void {
    const log = sim.case.addSource({ node: 'n2', component: 'kube-apiserver' });
    sim.case.fact(log, 'apiserver.started', at(1), {});
    for (let second = from; second <= to; second += 1) sim.case.fact(log, 'apiserver.etcd-error', at(second), { error: REFUSED, kind: 'unreachable' });
  }
  const restart = (sim: SimulatedCluster, b: SimulatedMember, leader: SimulatedMember, when: number): void => {
    sim.say(b, when, 'etcd.started', { ...STARTED, name: 'n2' }, true);
    sim.say(b, when + 1, 'raft.leader-elected', { member: b.id, leader: leader.id, raftTerm: sim.raftTerm }, true);
  };

  it('was not unavailable while its etcd was restarted on purpose', () => {
    const { sim, a, b, c } = led();
    for (const m of [a, c]) alive(sim, m, 6, 120);
    sim.say(b, 40, 'etcd.signal-received', { signal: 'terminated' }, true);
    restart(sim, b, a, 55);
    alive(sim, b, 57, 120);
    apiServer(sim, 41, 54);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'apiserver.unavailable')).toEqual([]);
    expect(of(history, 'apiserver.etcd-errors')).toHaveLength(1);
  });

  it('was unavailable when its etcd was killed', () => {
    const { sim, a, b, c } = led();
    for (const m of [a, c]) alive(sim, m, 6, 120);
    alive(sim, b, 6, 40);
    for (const m of [a, c]) sim.say(m, 40.1, 'peer.became-inactive', { peer: b.id, error: 'EOF' }, true);
    restart(sim, b, a, 55);
    alive(sim, b, 57, 120);
    apiServer(sim, 41, 54);
    expect(of(buildHistory(sim.case).history, 'apiserver.unavailable')).toMatchObject([{ nodes: ['n2'], data: { kind: 'etcd' } }]);
  });

  it('cannot be told from a restart in the last seconds of the evidence', () => {
    const { sim } = led();
    apiServer(sim, 41, 44);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'apiserver.unavailable')).toMatchObject([{ data: { ongoing: true, duration: 3_000_000 } }]);
    expect(undecided(history, 'apiserver-unavailable')).toHaveLength(1);
  });

  it('cannot be told where the log of its etcd begins only then', () => {
    const kase = new CaseOfFacts();
    const etcd = kase.addSource({ node: 'n2' });
    kase.fact(etcd, 'etcd.started', at(55), { ...STARTED, name: 'n2' });
    kase.fact(etcd, 'etcd.identified', at(55), { member: member('a2'), cluster: cluster('c1'), name: 'n2', version: null, peerUrls: [], clientUrls: [] });
    kase.fact(etcd, 'raft.leader-elected', at(120), { member: member('a2'), leader: member('a1'), raftTerm: 2 });
    const log = kase.addSource({ node: 'n2', component: 'kube-apiserver' });
    kase.fact(log, 'apiserver.started', at(1), {});
    for (let second = 41; second <= 54; second += 1) kase.fact(log, 'apiserver.etcd-error', at(second), { error: REFUSED, kind: 'unreachable' });
    const { history } = buildHistory(kase);
    expect(of(history, 'apiserver.unavailable')).toEqual([]);
    expect(undecided(history, 'apiserver-unavailable')[0]).toContain('its log begins only then');
  });
});

describe('folders that mislead', () => {
  const speak = (kase: CaseOfFacts, name: string, hex: string, options: Parameters<CaseOfFacts['addSource']>[0]): void => {
    const log = kase.addSource(options);
    kase.fact(log, 'etcd.identified', at(0), { member: member(hex), cluster: null, name, version: null, peerUrls: [], clientUrls: [] });
    kase.fact(log, 'raft.leader-elected', at(50), { member: member(hex), leader: member('a1'), raftTerm: 2 });
  };
  const placed = (kase: CaseOfFacts): (string | null)[][] => buildHistory(kase).history.members.map((m) => [m.name, m.node]);

  it('a folder with the logs of several members is no machine', () => {
    const kase = new CaseOfFacts();
    speak(kase, 'x1', 'a1', { node: 'node-1', path: 'case/node-1/x1-etcd.log' });
    speak(kase, 'x2', 'a2', { node: 'node-1', path: 'case/node-1/x2-etcd.log' });
    const api = kase.addSource({ node: 'node-1', path: 'case/node-1/x2-kube-apiserver.log', component: 'kube-apiserver' });
    expect(placed(kase)).toEqual([
      ['x1', 'x1'],
      ['x2', 'x2'],
    ]);
    expect(buildHistory(kase).nodeChanges.find((c) => c.id === api)?.node).toBe('x2');
  });

  it('members that follow each other in a machine’s folder leave it its name', () => {
    const kase = new CaseOfFacts();
    speak(kase, 'x1', 'a1', { node: 'node-1' });
    const later = kase.addSource({ node: 'node-1' });
    kase.fact(later, 'etcd.identified', at(60), { member: member('a9'), cluster: null, name: 'x9', version: null, peerUrls: [], clientUrls: [] });
    kase.fact(later, 'raft.leader-elected', at(70), { member: member('a9'), leader: member('a9'), raftTerm: 2 });
    expect(placed(kase).map(([, node]) => node)).toEqual(['node-1', 'node-1']);
  });

  it('a folder named after another member yields to what the log says', () => {
    for (const hinted of [true, false]) {
      const kase = new CaseOfFacts();
      for (const [i, name] of ['m1', 'm2', 'm3'].entries()) {
        const folder = `m${((i + 1) % 3) + 1}`;
        speak(kase, name, `a${i + 1}`, { node: hinted ? folder : null, path: `case/${folder}/etcd.log` });
      }
      expect(placed(kase)).toEqual([
        ['m1', 'm1'],
        ['m2', 'm2'],
        ['m3', 'm3'],
      ]);
    }
  });

  it('machines that bear the names of members elsewhere keep them', () => {
    const kase = new CaseOfFacts();
    for (const i of [0, 1, 2]) speak(kase, `etcd-${i}`, `a${i + 1}`, { node: `etcd-${i + 1}`, path: `case/etcd-${i + 1}/logs/x.log` });
    expect(placed(kase)).toEqual([
      ['etcd-0', 'etcd-1'],
      ['etcd-1', 'etcd-2'],
      ['etcd-2', 'etcd-3'],
    ]);
  });
});
