import { describe, expect, it } from 'vitest';
import type { FactMap } from '../../src/model/fact.ts';
import type { MemberId, SourceId } from '../../src/model/ids.ts';
import { SECOND, type EpochMicros } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { CaseOfFacts, at, cluster, member } from './support/case-of-facts.ts';
import { SimulatedCluster, generator } from './support/simulated-cluster.ts';
import { STATUS } from './support/sentences.ts';

const CLUSTER = cluster('c1c1c1c1c1c1c1c1');
const [a, b, c] = ['111', '222', '333'].map(member) as [MemberId, MemberId, MemberId];
const NAMES = new Map<MemberId, string>([
  [a, 'n1'],
  [b, 'n2'],
  [c, 'n3'],
]);

function statuses(): {
  readonly kase: CaseOfFacts;
  readonly status: (own: MemberId, leader: MemberId | null, raftTerm: number, index: number, when?: EpochMicros | null) => void;
  readonly list: (ids: readonly MemberId[]) => SourceId;
} {
  const kase = new CaseOfFacts();
  const tool = kase.addSource({ component: 'etcdctl', node: 'box' });
  const status = (own: MemberId, leader: MemberId | null, raftTerm: number, index: number, when: EpochMicros | null = null): void => {
    const data: FactMap['endpoint.status'] = {
      ...STATUS,
      endpoint: `http://${NAMES.get(own) ?? ''}:2379`,
      member: own,
      cluster: CLUSTER,
      version: null,
      leader,
      raftTerm,
      raftIndex: index,
      appliedIndex: index,
      revision: index,
      isLeader: leader === own,
    };
    kase.fact(tool, 'endpoint.status', when, data, 'observed');
  };
  const list = (ids: readonly MemberId[]): SourceId => {
    const source = kase.addSource({ component: 'etcdctl', node: 'box' });
    for (const id of ids)
      kase.fact(
        source,
        'member.listed',
        null,
        { member: id, cluster: CLUSTER, name: NAMES.get(id) ?? null, peerUrls: [], clientUrls: [], learner: false, started: true },
        'observed',
      );
    return source;
  };
  return { kase, status, list };
}

const kinds = (kase: CaseOfFacts): readonly string[] =>
  buildHistory(kase)
    .history.derived.map((d) => d.type)
    .filter((t) => t.startsWith('raft.') || t === 'cluster.forked' || t === 'cluster.leaderless');

describe('by status alone', () => {
  it('one leader is told with its term, and nothing else is said', () => {
    const { kase, status, list } = statuses();
    list([a, b, c]);
    for (const id of [a, b, c]) status(id, b, 7, 100);
    expect(buildHistory(kase).history.leadership).toMatchObject([{ raftTerm: 7, name: 'n2', from: null }]);
    expect(kinds(kase)).toEqual([]);
  });

  it('two leaders of one term are proof, two at different terms are not', () => {
    const { kase, status, list } = statuses();
    list([a, b, c]);
    status(a, a, 7, 100);
    status(b, b, 8, 120);
    expect(kinds(kase)).toEqual([]);
    status(c, c, 8, 121);
    expect(kinds(kase)).toEqual(['raft.two-leaders-one-term']);
  });

  it('a leader of an older term that is asked later is a stale one', () => {
    const { kase, status, list } = statuses();
    list([a, b, c]);
    status(b, b, 8, 120, at(10));
    status(a, a, 7, 100, at(11));
    expect(kinds(kase)).toEqual(['raft.stale-leader']);
  });

  it('an older term that is further ahead, beside lists that exclude each other, is a fork; a replaced member is none', () => {
    const fork = statuses();
    fork.list([a]);
    fork.list([b, c]);
    fork.status(a, a, 8, 400);
    fork.status(b, b, 7, 900);
    expect(buildHistory(fork.kase).history.derived.filter((d) => d.type === 'cluster.forked')).toMatchObject([
      { data: { how: 'membership', sides: [['n2', 'n3'], ['n1']] } },
    ]);

    const replaced = statuses();
    replaced.list([a, b]);
    replaced.list([b, c]);
    replaced.status(a, a, 7, 400);
    replaced.status(c, c, 8, 900);
    expect(kinds(replaced.kase)).toEqual([]);
  });

  it('leaders that hold different data at one revision are two histories', () => {
    const { kase, status, list } = statuses();
    const tool = list([a, b, c]);
    status(a, a, 7, 900);
    status(b, b, 8, 300);
    expect(kinds(kase)).toEqual([]);
    for (const [id, hash] of [
      [a, 1],
      [b, 2],
    ] as const)
      kase.fact(tool, 'endpoint.hashkv', null, { endpoint: 'x', member: id, hash, revision: 200, compactRevision: -1, atRevision: null }, 'observed');
    expect(buildHistory(kase).history.derived.filter((d) => d.type === 'cluster.forked')).toMatchObject([{ data: { how: 'data', sides: [['n1'], ['n2']] } }]);
  });

  it('no leader is an outage of at least the time between the answers', () => {
    const { kase, status, list } = statuses();
    list([a, b, c]);
    status(a, null, 9, 10, at(0));
    status(b, null, 9, 10, at(1));
    status(a, null, 9, 10, at(21));
    const { history } = buildHistory(kase);
    expect(history.derived.filter((d) => d.type === 'cluster.leaderless')).toMatchObject([
      { to: null, data: { scope: 'cluster', duration: 21 * SECOND, low: 21 * SECOND, high: Infinity } },
    ]);
    expect(history.undecided.some((u) => u.about === 'no-leader')).toBe(true);
    status(b, c, 10, 11, at(25));
    expect(kinds(kase)).toEqual([]);
  });
});

describe('what a log alone cannot tell', () => {
  it('whether the others had a leader', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(3) });
    const [first] = sim.members;
    const kase = new CaseOfFacts();
    const log = kase.addSource({ node: 'n1' });
    const ids = sim.members.map((m) => m.id);
    const own = first!.id;
    kase.fact(log, 'etcd.identified', at(0), { member: own, cluster: CLUSTER, name: 'n1', version: null, peerUrls: [], clientUrls: [] });
    for (const id of ids) kase.fact(log, 'member.added', at(0), { member: id, local: own, cluster: CLUSTER, peerUrls: [], learner: false });
    kase.fact(log, 'raft.configuration', at(0), { member: own, voters: ids, learners: [] });
    kase.fact(log, 'raft.became', at(1), { member: own, role: 'follower', raftTerm: 2 });
    kase.fact(log, 'raft.leader-elected', at(1), { member: own, leader: ids[1]!, raftTerm: 2 });
    kase.fact(log, 'raft.leader-lost', at(50), { member: own, leader: ids[1]!, raftTerm: 2 });
    for (let second = 52; second < 90; second += 2) kase.fact(log, 'raft.election-started', at(second), { member: own, raftTerm: 2 });
    kase.fact(log, 'raft.leader-elected', at(90), { member: own, leader: ids[2]!, raftTerm: 3 });
    const { history } = buildHistory(kase);
    expect(history.derived.filter((d) => d.type === 'cluster.leaderless')).toEqual([]);
    expect(history.undecided.filter((u) => u.about === 'no-leader')).toMatchObject([{ nodes: ['n1'] }]);
  });

  it('a leader that was told to stand was handed the leadership, though the old one’s log is missing', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(3) });
    const [x, y, z] = sim.members;
    for (const m of [y!, z!]) sim.say(m, 10, 'raft.leader-elected', { member: m.id, leader: x!.id, raftTerm: 2 });
    sim.say(y!, 49.999, 'raft.timeout-now-received', { member: y!.id, from: x!.id, raftTerm: 2 });
    for (const m of [y!, z!]) sim.say(m, 50, 'raft.leader-lost', { member: m.id, leader: x!.id, raftTerm: 2 });
    sim.say(y!, 50.01, 'raft.became', { member: y!.id, role: 'leader', raftTerm: 3 });
    sim.say(z!, 50.02, 'raft.leader-elected', { member: z!.id, leader: y!.id, raftTerm: 3 });
    expect(buildHistory(sim.case).history.derived.filter((d) => d.type === 'cluster.leader-change')).toMatchObject([
      { data: { planned: true, reason: 'transfer', leader: 'n2' } },
    ]);
  });
});
