import { wordsIn } from '../../src/model/phrases.ts';
import { describe, expect, it } from 'vitest';
import type { History } from '../../src/model/history.ts';
import type { FactType } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at, cluster, member, CaseOfFacts } from './support/case-of-facts.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';
import { of } from './support/derived-of.ts';
import { alive, led, three, type Three } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';

const REFUSED = 'transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused';
const SILENT = 'dial tcp 10.0.0.2:2380: i/o timeout';

/** A log of `m` that tells of a peer's absence, in the order of its clock. */
function away(
  sim: SimulatedCluster,
  m: SimulatedMember,
  peer: SimulatedMember,
  error: string,
  gone: readonly [number, number],
  log: readonly [number, number],
): void {
  alive(sim, m, log[0], gone[0] - 1);
  sim.say(m, gone[0], 'peer.became-inactive', { peer: peer.id, error }, true);
  alive(sim, m, gone[0] + 1, gone[1] - 1);
  sim.say(m, gone[1], 'peer.became-active', { peer: peer.id }, true);
  alive(sim, m, gone[1] + 1, log[1]);
}

const undecided = (history: History, about: string): string[] => history.undecided.filter((u) => u.about === about).map((u) => wordsIn('en', u.because));

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
    alive(sim, c, 6, 25);
    for (const m of [a, b]) away(sim, m, c, 'write: broken pipe', [30, 45], [6, 90]);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'member.down')).toEqual([]);
    expect(undecided(history, 'member-down')[0]).toContain('whether it had been told to stop is not seen');
  });

  describe('how peers lost a member whose own words are missing', () => {
    const NOT_FOUND = 'failed to dial 33333333ab on stream Message (peer 33333333ab failed to find local node 11111111ab)';
    const downs = (error: string, logOfC: (all: Three) => void): unknown[] => {
      const all = led();
      const { sim, a, b, c } = all;
      logOfC(all);
      for (const m of [a, b]) away(sim, m, c, error, [30, 45], [6, 90]);
      return of(buildHistory(sim.case).history, 'member.down').map((d) => [d.data.how, d.data.planned, d.data.duration]);
    };
    const cutAtItsEnd = ({ sim, c }: Three): void => alive(sim, c, 6, 25);
    const cutInTheMiddle = ({ sim, a, c }: Three): void => {
      alive(sim, c, 6, 25);
      sim.say(c, 44, 'etcd.started', { ...STARTED, name: 'n3' }, true);
      sim.say(c, 44.5, 'raft.leader-elected', { member: c.id, leader: a.id, raftTerm: sim.raftTerm }, true);
      alive(sim, c, 45, 90);
    };

    it.each([cutAtItsEnd, cutInTheMiddle])('a process told to stop ends its streams in order', (cut) => {
      for (const error of ['EOF', NOT_FOUND]) expect(downs(error, cut)).toMatchObject([['stopped', true, expect.anything()]]);
    });

    it.each([cutAtItsEnd, cutInTheMiddle])('the streams of one that was killed break off', (cut) => {
      expect(downs('failed to read 33333333ab on stream MsgApp v2 (unexpected EOF)', cut)).toMatchObject([['killed', false, expect.anything()]]);
    });

    it('each time it was away is one of its own', () => {
      const { sim, a, b, c } = led();
      alive(sim, c, 6, 25);
      for (const second of [30, 400, 700]) for (const m of [a, b]) away(sim, m, c, 'EOF', [second, second + 10], [second - 20, second + 50]);
      sim.say(c, 709, 'etcd.started', { ...STARTED, name: 'n3' }, true);
      sim.say(c, 710, 'raft.leader-elected', { member: c.id, leader: a.id, raftTerm: sim.raftTerm }, true);
      alive(sim, c, 711, 750);
      const found = of(buildHistory(sim.case).history, 'member.down');
      expect(found.map((d) => [d.data.how, d.data.planned])).toEqual([
        ['stopped', true],
        ['stopped', true],
        ['stopped', true],
      ]);
    });
  });

  it('a member that a new cluster waits for was not down', () => {
    const { sim, a, b, c } = three();
    const poll = (m: SimulatedMember, from: number, to: number): void => {
      for (let second = from; second <= to; second += 5)
        sim.say(m, second, 'peer.probe-failed', { peer: c.id, error: 'dial tcp 10.0.0.3:2380: connect: connection refused', rtt: 0 }, true);
    };
    for (const m of [a, b]) sim.say(m, -1, 'etcd.started', { ...STARTED, name: m.name }, true);
    sim.elect(a, 5, [a, b]);
    for (const m of [a, b]) poll(m, 6, 80);
    for (const m of [a, b]) sim.say(m, 82, 'peer.became-active', { peer: c.id }, true);
    for (const m of [a, b]) alive(sim, m, 83, 120);
    const kase = sim.case;
    const rest = { facts: <T extends FactType>(types: readonly T[]) => [...kase.facts(types)].filter((f) => f.source !== c.source) };
    const others = { sources: () => kase.sources().filter((s) => s.id !== c.source), entries: () => kase.entries(), bundles: () => kase.bundles() };
    expect(of(buildHistory({ ...rest, ...others }).history, 'member.down')).toEqual([]);
  });

  it('without a word of peers, a new life in another file does not tell how the one before ended', () => {
    const kase = new CaseOfFacts();
    const own = member('a1');
    const files = [kase.addSource({ node: 'n1' }), kase.addSource({ node: 'n1' })] as const;
    for (const [i, log] of files.entries()) {
      const begin = i * 600;
      kase.fact(log, 'etcd.started', at(begin), { ...STARTED, name: 'n1' });
      kase.fact(log, 'etcd.identified', at(begin), { member: own, cluster: cluster('c1'), name: 'n1', version: null, peerUrls: [], clientUrls: [] });
      kase.fact(log, 'raft.leader-elected', at(begin + 2), { member: own, leader: own, raftTerm: 2 + i });
    }
    const { history } = buildHistory(kase);
    expect(of(history, 'member.down')).toEqual([]);
    expect(undecided(history, 'member-down')[0]).toContain('whether it had been told to stop is not in the case');
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
