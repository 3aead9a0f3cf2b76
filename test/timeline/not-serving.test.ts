import { describe, expect, it } from 'vitest';
import type { FactMap, FactType } from '../../src/model/fact.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { at, cluster, member, CaseOfFacts } from './support/case-of-facts.ts';
import { of } from './support/derived-of.ts';
import { alive, led } from './support/scenes.ts';
import { STARTED } from './support/sentences.ts';

const SILENT = 'dial tcp 10.0.0.2:2380: i/o timeout';

describe('what tells that a member does not serve', () => {
  it('a member without a log that came back for a moment only fails to start, however orderly it had stopped', () => {
    for (const error of ['read: connection reset by peer', SILENT]) {
      const kase = new CaseOfFacts();
      const ids = ['11ab', '22ab', '33ab'].map((hex) => member(hex));
      const [a, b, c] = ids;
      for (const [i, own] of [a, b].entries()) {
        const log = kase.addSource({ node: `n${i + 1}` });
        const say = <Type extends FactType>(when: number, type: Type, data: FactMap[Type]): void => kase.fact(log, type, at(when), data);
        say(0, 'etcd.identified', { member: own!, cluster: cluster('c1'), name: `n${i + 1}`, version: '3.5.16', peerUrls: [], clientUrls: [] });
        say(0, 'raft.configuration', { member: own!, voters: ids, learners: [] });
        say(5, 'raft.leader-elected', { member: own!, leader: a!, raftTerm: 2 });
        say(30, 'peer.stream-lost', { peer: c!, error: 'EOF' });
        say(30.1, 'peer.became-inactive', { peer: c!, error: 'peer failed to find local node' });
        say(31.4, 'peer.became-active', { peer: c! });
        say(31.41, 'peer.became-inactive', { peer: c!, error });
        for (let second = 32; second <= 55; second += 1) say(second, 'etcd.request-slow', { took: 200_000, method: null });
      }
      kase.collected = at(56);
      const unplanned = of(buildHistory(kase).history, 'member.down').filter((d) => !d.data.planned);
      expect(unplanned).toMatchObject(error === SILENT ? [] : [{ from: at(30), to: null, data: { id: c, how: 'start-failing' } }]);
    }
  });

  it('members that asked for votes in vain, until they followed a leader they never heard elected, could reach nobody', () => {
    for (const asking of [true, false]) {
      const kase = new CaseOfFacts();
      const ids = ['11ab', '22ab', '33ab', '44ab', '55ab'].map((hex) => member(hex));
      const [a, b, c] = ids;
      for (const [i, own] of [a!, b!].entries()) {
        const log = kase.addSource({ node: `n${i + 1}` });
        const say = <Type extends FactType>(when: number, type: Type, data: FactMap[Type]): void => kase.fact(log, type, at(when), data);
        say(0, 'etcd.identified', { member: own, cluster: cluster('c1'), name: `n${i + 1}`, version: '3.6.0', peerUrls: [], clientUrls: [] });
        say(0, 'raft.configuration', { member: own, voters: ids, learners: [] });
        say(5, 'raft.leader-elected', { member: own, leader: a!, raftTerm: 2 });
        say(5, 'raft.became', { member: own, role: 'follower', raftTerm: 2 });
        say(30, 'raft.leader-lost', { member: own, leader: a!, raftTerm: 2 });
        for (let second = 31; second < 55; second += 1) {
          say(second, 'raft.election-started', { member: own, raftTerm: 2 });
          if (asking) say(second + 0.5, 'raft.vote-cast', { member: own, candidate: i === 0 ? b! : a!, raftTerm: 2, preVote: true, outcome: 'granted' });
          for (const to of ids) if (asking && to !== own) say(second, 'raft.vote-requested', { member: own, to, raftTerm: 2, preVote: true });
        }
        say(55 + i, 'raft.leader-elected', { member: own, leader: c!, raftTerm: 3 });
        say(80, 'etcd.request-slow', { took: 200_000, method: null });
      }
      kase.collected = at(81);
      const found = of(buildHistory(kase).history, 'member.down').map((d) => [d.data.member, d.data.how, d.from]);
      expect(found).toEqual(asking ? ['n1', 'n2'].map((name) => [name, 'unreachable', at(30)]) : []);
    }
  });

  it('a member that was started and says no more has not come up where its peers never found it again', () => {
    for (const found of [false, true]) {
      const { sim, a, b, c } = led();
      for (const m of [a, b]) {
        alive(sim, m, 6, 30);
        sim.say(m, 31, 'peer.became-inactive', { peer: c.id, error: 'EOF' });
        alive(sim, m, 32, 40);
        if (found) sim.say(m, 41, 'peer.became-active', { peer: c.id });
        alive(sim, m, 42, 110);
      }
      sim.say(c, 31, 'etcd.signal-received', { signal: 'terminated' });
      sim.say(c, 33, 'etcd.started', { ...STARTED, name: c.name });
      sim.say(c, 43, 'etcd.backend-opened', { took: 10_000_000 });
      sim.case.collected = at(110);
      const downs = of(buildHistory(sim.case).history, 'member.down').filter((d) => d.data.ongoing);
      expect(downs).toMatchObject(found ? [] : [{ from: at(31), data: { member: 'n3', how: 'start-failing', planned: false } }]);
    }
  });

  it('a member whose log breaks off while its peers refuse it stays away', () => {
    const { sim, a, b, c } = led();
    sim.loseLeader(a, 30, [c]);
    for (const m of [a, b]) {
      sim.say(m, 30, 'peer.became-inactive', { peer: c.id, error: 'remote error: tls: bad certificate' });
      alive(sim, m, 31, 120);
    }
    for (let second = 31; second <= 60; second += 1) sim.say(c, second, 'raft.election-started', { member: c.id, raftTerm: 2 });
    sim.case.collected = at(120);
    expect(of(buildHistory(sim.case).history, 'member.down')).toMatchObject([{ to: null, data: { member: 'n3', how: 'unreachable', ongoing: true } }]);
  });
});
