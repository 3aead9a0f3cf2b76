import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at } from './support/case-of-facts.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';
import { of } from './support/derived-of.ts';
import { three, type Three } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';

const near = (actual: number | null | undefined, seconds: number): void => expect(Math.abs((actual ?? Infinity) - at(seconds))).toBeLessThan(SECOND / 10);

describe('leadership', () => {
  it('is rebuilt in corrected time, whichever clock the leaders have', () => {
    const { sim, a, b, c } = three([0, 90 * SECOND, 0]);
    sim.elect(a, 10);
    sim.loseLeader(a, 60, [a, b, c]);
    sim.elect(b, 61);
    const { history } = buildHistory(sim.case);
    expect(history.leadership.map((l) => [l.raftTerm, l.name])).toEqual([
      [2, 'n1'],
      [3, 'n2'],
    ]);
    near(history.leadership[0]?.from, 10);
    near(history.leadership[0]?.to, 61);
    near(history.leadership[1]?.from, 61);
    expect(history.leadership[1]?.to).toBeNull();
  });

  it('is told from followers where the leader’s log is missing', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    const kept = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(7) });
    for (const m of [b, c]) kept.say(m, 10, 'raft.leader-elected', { member: m.id, leader: a.id, raftTerm: 2 });
    const { history } = buildHistory(kept.case);
    expect(history.leadership).toMatchObject([{ raftTerm: 2, name: 'n1', to: null }]);
  });

  it('handed over is planned and no outage', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(a, 49.999, 'raft.transfer-started', { member: a.id, to: b.id, raftTerm: 2 });
    sim.loseLeader(a, 50, [a, b, c]);
    sim.elect(b, 50);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'cluster.leader-change')).toMatchObject([{ data: { planned: true, from: 'n1', leader: 'n2', reason: 'transfer' } }]);
    expect(of(history, 'cluster.leaderless').every((d) => d.data.planned)).toBe(true);
    expect(of(history, 'member.down')).toEqual([]);
    expect(of(history, 'raft.stale-leader')).toEqual([]);
  });

  it('by two members in one term is never legal, unless the cluster was made anew in between', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(b, 12, 'raft.became', { member: b.id, role: 'leader', raftTerm: 2 });
    expect(of(buildHistory(sim.case).history, 'raft.two-leaders-one-term')).toMatchObject([{ data: { raftTerm: 2, leaders: ['n1', 'n2'] } }]);

    const again = three();
    again.sim.elect(again.a, 10);
    for (const m of [again.a, again.b, again.c]) again.sim.say(m, 500, 'raft.became', { member: m.id, role: 'follower', raftTerm: 1 });
    again.sim.say(again.b, 502, 'raft.became', { member: again.b.id, role: 'leader', raftTerm: 2 });
    expect(of(buildHistory(again.sim.case).history, 'raft.two-leaders-one-term')).toEqual([]);
    expect(c.name).toBe('n3');
  });
});

describe('an election timeout that is told by the configuration alone', () => {
  const silent = (configured: boolean) => {
    const { sim, a, b, c } = three();
    const all = [a, b, c];
    sim.elect(a, 10);
    sim.loseLeader(a, 60, all);
    for (const second of [75, 90]) for (const m of all) sim.say(m, second, 'raft.election-started', { member: m.id, raftTerm: 3 });
    sim.elect(b, 100);
    const settings = { name: null, heartbeat: SECOND, election: 10 * SECOND, snapshotCount: null, autoCompaction: null };
    if (configured) for (const m of all) sim.say(m, 5, 'etcd.configured', settings);
    return of(buildHistory(sim.case).history, 'cluster.leaderless').map((d) => d.data.duration);
  };

  it('says how long a member without a leader may keep silent', () => {
    expect(silent(true)).toHaveLength(1);
    expect(silent(true)[0]).toBeGreaterThan(39 * SECOND);
    expect(silent(false).every((duration) => duration < 39 * SECOND)).toBe(true);
  });
});

describe('members down', () => {
  it('tells a killed member from one that was stopped for a moment', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(b, 30, 'etcd.signal-received', { signal: 'terminated' });
    for (const m of [a, c]) sim.say(m, 30.01, 'peer.stream-lost', { peer: b.id, error: 'EOF' });
    sim.say(b, 32, 'etcd.started', { ...STARTED, name: 'n2' });
    sim.say(b, 32.5, 'raft.leader-elected', { member: b.id, leader: a.id, raftTerm: 2 });
    for (const m of [a, b]) sim.say(m, 100, 'peer.became-inactive', { peer: c.id, error: 'unexpected EOF' });
    sim.say(c, 160, 'etcd.started', { ...STARTED, name: 'n3' });
    for (const m of [a, b]) sim.say(m, 160.1, 'peer.became-active', { peer: c.id });
    sim.say(c, 161, 'raft.leader-elected', { member: c.id, leader: a.id, raftTerm: 2 });
    const downs = of(buildHistory(sim.case).history, 'member.down');
    expect(downs.map((d) => [d.data.member, d.data.how, d.data.planned, d.data.ongoing])).toEqual([
      ['n2', 'stopped', true, false],
      ['n3', 'killed', false, false],
    ]);
    near(downs[1]?.from, 100);
    near(downs[1]?.to, 160);
  });

  it('tells of one stall once, though a leader’s late heartbeats and its peers all tell of it', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(a, 41, 'etcd.request-slow', { took: 200_000, method: null });
    sim.loseLeader(a, 43, [b, c]);
    sim.elect(b, 44, [b, c]);
    for (const m of [b, c]) sim.say(m, 47, 'peer.became-inactive', { peer: a.id, error: 'i/o timeout' });
    for (const [i, m] of [b, c].entries()) sim.say(a, 52 + i / 1000, 'raft.heartbeat-late', { to: m.id, exceeded: 10 * SECOND });
    for (const m of [b, c]) sim.say(m, 52.1, 'peer.became-active', { peer: a.id });
    expect(of(buildHistory(sim.case).history, 'member.down')).toMatchObject([{ data: { member: 'n1', how: 'hung' } }]);
  });

  it('does not take a missing log for a missing member', () => {
    const { sim, a, b } = three();
    sim.elect(a, 10, [a, b]);
    const { history } = buildHistory(sim.case);
    expect(of(history, 'member.down')).toEqual([]);
    expect(of(history, 'cluster.leaderless')).toEqual([]);
  });

  it('has no leader from the loss of the quorum to the next election', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(a, 40, 'raft.heartbeat-late', { to: b.id, exceeded: 200_000 });
    sim.say(b, 40, 'etcd.request-slow', { took: 400_000, method: null });
    for (const m of [b, c]) sim.say(m, 50, 'peer.became-inactive', { peer: a.id, error: 'EOF' });
    sim.say(c, 50.2, 'peer.became-inactive', { peer: b.id, error: 'EOF' });
    sim.loseLeader(a, 51, [c]);
    for (const when of [55, 60, 70, 90]) sim.say(c, when, 'raft.election-started', { member: c.id, raftTerm: 2 });
    sim.say(a, 100, 'etcd.started', { ...STARTED, name: 'n1' });
    sim.say(c, 100.1, 'peer.became-active', { peer: a.id });
    sim.elect(c, 101, [a, c]);
    sim.say(b, 130, 'etcd.started', { ...STARTED, name: 'n2' });
    sim.say(b, 131, 'raft.leader-elected', { member: b.id, leader: c.id, raftTerm: sim.raftTerm });
    const { history } = buildHistory(sim.case);
    const stretches = of(history, 'cluster.leaderless').filter((d) => d.data.scope === 'cluster');
    expect(stretches).toHaveLength(1);
    near(stretches[0]?.from, 50);
    near(stretches[0]?.to, 101);
    expect(stretches[0]?.data.planned).toBe(false);
    expect(
      of(history, 'member.down')
        .map((d) => d.data.member)
        .toSorted(),
    ).toEqual(['n1', 'n2']);
    expect(of(history, 'network.partition')).toEqual([]);
  });
});

describe('members asked at collection', () => {
  const endpoint = (n: number): string => `http://10.0.0.${n}:2379`;
  const health = (sim: SimulatedCluster, of: SimulatedMember, n: number, error: string | null, when: number | null = null): void => {
    sim.say(of, 1, 'etcd.identified', { member: of.id, cluster: null, name: of.name, version: null, peerUrls: [], clientUrls: [endpoint(n)] });
    const source = sim.case.addSource({ path: `health-${n}.json`, component: 'etcdctl' });
    sim.case.fact(
      source,
      'endpoint.health',
      when === null ? null : at(when),
      { endpoint: endpoint(n), healthy: error === null, took: null, error },
      'observed',
    );
  };

  it('are down when they did not answer and others did', () => {
    const { sim, a, b, c } = three();
    health(sim, a, 1, null);
    health(sim, b, 2, null);
    health(sim, c, 3, 'context deadline exceeded');
    sim.elect(a, 10);
    expect(of(buildHistory(sim.case).history, 'member.down')).toMatchObject([
      { from: null, data: { member: 'n3', how: 'silent', ongoing: true, duration: null } },
    ]);
  });

  it('are so too where a warning of the client gives the output a time, but not by what it said long before', () => {
    for (const collected of [80, 2000]) {
      const { sim, a, b, c } = three();
      sim.elect(a, 10);
      for (const [i, m] of [a, b].entries()) health(sim, m, i + 1, null, 60);
      health(sim, c, 3, 'context deadline exceeded', 65);
      sim.case.collected = at(collected);
      expect(of(buildHistory(sim.case).history, 'member.down').map((d) => [d.data.member, d.data.how])).toEqual(collected === 80 ? [['n3', 'silent']] : []);
    }
  });

  it('are not where nobody answered, or the answer was a refusal', () => {
    const all = three();
    [all.a, all.b, all.c].forEach((m, i) => health(all.sim, m, i + 1, 'context deadline exceeded'));
    all.sim.elect(all.a, 10);
    expect(of(buildHistory(all.sim.case).history, 'member.down')).toEqual([]);
    const refused = three();
    health(refused.sim, refused.a, 1, null);
    health(refused.sim, refused.b, 2, 'remote error: tls: bad certificate');
    health(refused.sim, refused.b, 2, 'context deadline exceeded');
    refused.sim.elect(refused.a, 10);
    expect(of(buildHistory(refused.sim.case).history, 'member.down')).toEqual([]);
  });
});

describe('partitions', () => {
  it('needs both sides alive and silent towards each other', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(a, 21, 'raft.quorum-inactive', { member: a.id });
    sim.say(a, 21.001, 'raft.became', { member: a.id, role: 'follower', raftTerm: 2 });
    sim.loseLeader(a, 21, [a, b, c]);
    sim.elect(b, 21.5, [b, c]);
    for (const m of [b, c]) sim.say(m, 26, 'peer.became-inactive', { peer: a.id, error: 'read tcp 1->2: i/o timeout' });
    for (let s = 22; s < 80; s += 2) {
      sim.say(a, s, 'raft.election-started', { member: a.id, raftTerm: 2 });
      if (s === 26) for (const m of [b, c]) sim.say(a, s, 'peer.became-inactive', { peer: m.id, error: 'dial tcp: i/o timeout' });
    }
    for (const m of [b, c]) sim.say(m, 80, 'peer.became-active', { peer: a.id });
    sim.say(a, 80.1, 'raft.leader-elected', { member: a.id, leader: b.id, raftTerm: 3 });
    const { history } = buildHistory(sim.case);
    const found = of(history, 'network.partition');
    expect(found).toMatchObject([{ data: { isolated: ['n1'], others: ['n2', 'n3'], ongoing: false, oneWay: false } }]);
    near(found[0]?.from, 21);
    near(found[0]?.to, 80.1);
    expect(of(history, 'member.down')).toEqual([]);
    expect(of(history, 'raft.stale-leader')).toEqual([]);
    expect(of(history, 'cluster.leaderless').filter((d) => d.data.scope === 'minority')).toMatchObject([{ data: { members: ['n1'] } }]);
  });

  /** Asks for votes every other second; by `to` or `from` in whole seconds. */
  const asks = (sim: SimulatedCluster, who: SimulatedMember, whom: readonly SimulatedMember[], from: number, to: number): void => {
    for (let s = from; s < to; s += 2) {
      sim.say(who, s, 'raft.election-started', { member: who.id, raftTerm: sim.raftTerm });
      for (const peer of whom) sim.say(who, s, 'raft.vote-requested', { member: who.id, to: peer.id, raftTerm: sim.raftTerm, preVote: true });
    }
  };
  const ignores = (sim: SimulatedCluster, who: SimulatedMember, of: SimulatedMember, when: number): void =>
    sim.say(who, when, 'raft.vote-cast', { member: who.id, candidate: of.id, raftTerm: sim.raftTerm, preVote: true, outcome: 'ignored-lease' });

  /** Each of three has led; the second then loses its leader, and asks the others for votes in vain. */
  const askingAlone = (): Three => {
    const scene = three();
    const { sim, a, b, c } = scene;
    sim.elect(b, 5);
    sim.elect(c, 7);
    sim.elect(a, 10);
    sim.loseLeader(a, 30, [b]);
    asks(sim, b, [a, c], 30, 48);
    return scene;
  };

  it('shows in requests for votes that never arrived, where no stream was lost', () => {
    const { sim, a, b, c } = askingAlone();
    // held back by the network, they come all at once
    for (const m of [a, c]) for (let i = 0; i < 9; i += 1) ignores(sim, m, b, 48.5);
    sim.say(b, 48.6, 'raft.leader-elected', { member: b.id, leader: a.id, raftTerm: sim.raftTerm });
    const { history } = buildHistory(sim.case);
    const found = of(history, 'network.partition');
    expect(found).toMatchObject([{ data: { isolated: ['n2'], others: ['n1', 'n3'], ongoing: false } }]);
    near(found[0]?.from, 30);
    near(found[0]?.to, 48.6);
    expect(of(history, 'member.down')).toEqual([]);
  });

  it('between two of three still joined by the third is theirs alone', () => {
    const { sim, a, b, c } = askingAlone();
    for (let s = 30; s < 48; s += 2) ignores(sim, c, b, s + 0.001);
    sim.say(b, 48.6, 'raft.leader-elected', { member: b.id, leader: a.id, raftTerm: sim.raftTerm });
    ignores(sim, a, b, 48.5);
    expect(of(buildHistory(sim.case).history, 'network.partition')).toMatchObject([{ data: { isolated: ['n2'], others: ['n1'] } }]);
  });

  it('is none where requests arrived, nor where those who were asked stood still', () => {
    const arrived = three();
    for (const [leader, when] of [
      [arrived.b, 5],
      [arrived.c, 7],
      [arrived.a, 10],
    ] as const)
      arrived.sim.elect(leader, when);
    arrived.sim.loseLeader(arrived.a, 30, [arrived.b]);
    asks(arrived.sim, arrived.b, [arrived.a, arrived.c], 30, 48);
    for (const m of [arrived.a, arrived.c]) for (let s = 30; s < 48; s += 2) ignores(arrived.sim, m, arrived.b, s + 0.001);
    arrived.sim.say(arrived.b, 48.6, 'raft.leader-elected', { member: arrived.b.id, leader: arrived.a.id, raftTerm: arrived.sim.raftTerm });
    expect(of(buildHistory(arrived.sim.case).history, 'network.partition')).toEqual([]);

    const stopped = three();
    for (const [leader, when] of [
      [stopped.b, 5],
      [stopped.c, 7],
      [stopped.a, 10],
    ] as const)
      stopped.sim.elect(leader, when);
    stopped.sim.loseLeader(stopped.a, 30, [stopped.a]);
    asks(stopped.sim, stopped.a, [stopped.b, stopped.c], 30, 40);
    for (const m of [stopped.b, stopped.c]) for (let i = 0; i < 5; i += 1) ignores(stopped.sim, m, stopped.a, 40.5);
    stopped.sim.elect(stopped.a, 42);
    expect(of(buildHistory(stopped.sim.case).history, 'network.partition')).toEqual([]);
  });

  it('two followers cut off from each other are told by their probers alone; where one of them complains, nobody can say', () => {
    for (const both of [true, false]) {
      const { sim, a, b, c } = three();
      sim.elect(a, 5);
      for (let second = 6; second < 100; second += 2) {
        for (const m of sim.members) sim.say(m, second, 'etcd.request-slow', { took: 200_000, method: null });
        if (second < 48 || second > 70 || second % 6 !== 0) continue;
        const probe = (m: typeof b, peer: typeof b): void =>
          sim.say(m, second + 1, 'peer.probe-failed', { peer: peer.id, rtt: 400, error: 'dial tcp 10.0.0.3:2380: i/o timeout' });
        probe(b, c);
        if (both) probe(c, b);
      }
      const found = of(buildHistory(sim.case).history, 'network.partition');
      expect(found.map((d) => [d.from, d.data.isolated, d.data.others])).toEqual(both ? [[at(49), ['n2'], ['n3']]] : []);
    }
  });

  it('sees a fork only while others of the old cluster live on', () => {
    const { sim, a, b, c } = three();
    sim.elect(a, 10);
    sim.say(c, 50, 'etcd.started', { ...STARTED, name: 'n3', forceNewCluster: true });
    sim.say(c, 50.1, 'raft.configuration', { member: c.id, voters: [c.id], learners: [] });
    sim.say(c, 51, 'raft.became', { member: c.id, role: 'leader', raftTerm: 3 });
    sim.say(c, 51, 'raft.leader-elected', { member: c.id, leader: c.id, raftTerm: 3 });
    expect(of(buildHistory(sim.case).history, 'cluster.forked')).toEqual([]);
    for (const m of [a, b]) sim.say(m, 60, 'etcd.request-slow', { took: 300_000, method: null });
    const { history } = buildHistory(sim.case);
    expect(of(history, 'cluster.forked')).toMatchObject([{ data: { sides: [['n3'], ['n1', 'n2']], how: 'forced-new-cluster' } }]);
    expect(of(history, 'raft.two-leaders-one-term')).toEqual([]);
    expect(history.leadership).toHaveLength(2);
  });

  it('sees a fork where the others had a leader until they were turned away, none where they had lost theirs', () => {
    for (const alive of [true, false]) {
      const { sim, a, b, c } = three();
      sim.elect(a, 10);
      if (!alive) for (const m of [a, b]) sim.say(m, 40, 'raft.leader-lost', { member: m.id, leader: a.id, raftTerm: sim.raftTerm });
      sim.say(c, 45, 'etcd.signal-received', { signal: 'terminated' });
      sim.say(c, 50, 'etcd.started', { ...STARTED, name: 'n3', forceNewCluster: true });
      sim.say(c, 50.1, 'raft.configuration', { member: c.id, voters: [c.id], learners: [] });
      for (const m of [a, b]) sim.say(m, 50.2, 'etcd.removed-from-cluster', { member: m.id });
      sim.elect(c, 51, [c]);
      expect(of(buildHistory(sim.case).history, 'cluster.forked').map((d) => d.data.sides)).toEqual(alive ? [[['n3'], ['n1', 'n2']]] : []);
    }
  });
});
