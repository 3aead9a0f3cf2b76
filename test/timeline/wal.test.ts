import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberId, SourceId } from '../../src/model/ids.ts';
import { epochMicros } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { CaseOfFacts, START, at, cluster, member } from './support/case-of-facts.ts';
import { generator } from './support/simulated-cluster.ts';
import { LEASE } from './support/sentences.ts';

const CLUSTER = cluster('c1c1c1c1c1c1c1c1');
const RENEWED = { ...LEASE, holder: 'cp-1_x' };

function log(kase: CaseOfFacts, own: MemberId, all: readonly MemberId[], name: string): SourceId {
  const source = kase.addSource({ host: name, path: `x/${name}/member/wal/0000000000000000-0000000000000000.wal` });
  kase.fact(source, 'etcd.identified', null, { member: own, cluster: CLUSTER, name, version: null, peerUrls: [], clientUrls: [] }, 'observed');
  for (const [i, id] of all.entries())
    kase.fact(
      source,
      'member.listed',
      null,
      { member: id, cluster: CLUSTER, name: `n${i + 1}`, peerUrls: [], clientUrls: [], learner: false, started: true },
      'observed',
    );
  return source;
}

const ids = [1, 2, 3, 4, 5].map((n) => member(`${n}${n}${n}`));

describe('write-ahead log alone', () => {
  it('proves who led where a vote for another makes a quorum, and says when as far as Leases tell', () => {
    const kase = new CaseOfFacts();
    const [a, b, c] = ids as [MemberId, MemberId, MemberId];
    const wal = log(kase, a, [a, b, c], 'n1');
    kase.fact(wal, 'raft.state', null, { member: a, raftTerm: 2, vote: b, commitIndex: 3 }, 'observed');
    kase.fact(wal, 'raft.term-began', null, { member: a, raftTerm: 2, raftIndex: 4 }, 'observed');
    kase.fact(wal, 'k8s-lease.object', at(100), { ...RENEWED, renewedAt: at(100) }, 'renewed');
    kase.fact(wal, 'raft.state', null, { member: a, raftTerm: 3, vote: a, commitIndex: 90 }, 'observed');
    kase.fact(wal, 'raft.term-began', null, { member: a, raftTerm: 3, raftIndex: 91 }, 'observed');
    kase.fact(wal, 'raft.state', null, { member: a, raftTerm: 4, vote: c, commitIndex: 95 }, 'observed');
    kase.fact(wal, 'raft.term-began', null, { member: a, raftTerm: 4, raftIndex: 96 }, 'observed');
    kase.fact(wal, 'k8s-lease.object', at(130), { ...RENEWED, renewedAt: at(130) }, 'renewed');
    const { history } = buildHistory(kase);
    expect(history.leadership.map((l) => [l.raftTerm, l.name, l.from, l.endReason])).toEqual([
      [2, 'n2', null, 'unknown'],
      [4, 'n3', null, null],
    ]);
    expect(history.leadership[0]?.bounds).toEqual({ low: null, high: at(120) });
    expect(history.leadership[1]?.bounds).toEqual({ low: at(100), high: at(150) });
    expect(history.undecided).toMatchObject([{ about: 'who led raft term 3', nodes: ['n1'] }]);
    expect(history.derived.filter((d) => d.type === 'cluster.leader-change' || d.type === 'cluster.leaderless')).toEqual([]);
  });

  it('never invents a leadership, and its bounds hold the truth, for any number of members, logs and renewals', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(1, 2, 3, 5), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 }), (seed, size, kept, elections) => {
        const random = generator(seed);
        const all = ids.slice(0, size);
        const kase = new CaseOfFacts();
        const sources = all.slice(0, kept).map((id, i) => log(kase, id, all, `n${i + 1}`));
        const truth = new Map<number, { readonly leader: MemberId; readonly when: number }>();
        let now = 0;
        let term = 1;
        let index = 1;
        for (let i = 0; i < elections; i += 1) {
          term += 1;
          now += 1 + random() * 60;
          // Every vote goes to one of two candidates; the one with a quorum leads, or nobody.
          const rivals = [all[Math.floor(random() * size)], all[Math.floor(random() * size)]] as const;
          const votes = new Map(
            all.map((id) => [id, id === rivals[0] || id === rivals[1] ? id : random() < 0.15 ? null : random() < 0.8 ? rivals[0] : rivals[1]]),
          );
          const winner = all.find((c) => [...votes.values()].filter((v) => v === c).length * 2 > size);
          for (const [k, source] of sources.entries()) {
            const own = all[k] as MemberId;
            kase.fact(source, 'raft.state', null, { member: own, raftTerm: term, vote: votes.get(own) ?? null, commitIndex: index }, 'observed');
            if (winner !== undefined) kase.fact(source, 'raft.term-began', null, { member: own, raftTerm: term, raftIndex: index + 1 }, 'observed');
          }
          if (winner === undefined) continue;
          truth.set(term, { leader: winner, when: epochMicros(START + now * 1e6) });
          for (let r = 0; r < 3; r += 1) {
            // A renewal is written down up to 12 s after its holder made it.
            now += random() * 20;
            const made = epochMicros(START + (now - random() * 12) * 1e6);
            for (const source of sources) if (random() < 0.6) kase.fact(source, 'k8s-lease.object', made, { ...RENEWED, renewedAt: made }, 'renewed');
            index += 1;
          }
        }
        const { history } = buildHistory(kase);
        for (const l of history.leadership) {
          const t = truth.get(l.raftTerm);
          expect(l.leader).toBe(t?.leader);
          expect(l.bounds?.low ?? -Infinity).toBeLessThanOrEqual(t?.when ?? NaN);
          expect(l.bounds?.high ?? Infinity).toBeGreaterThanOrEqual(t?.when ?? NaN);
        }
        expect(history.derived.filter((d) => d.type === 'raft.invariant-broken')).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('breaks raft’s rules only where its records do', () => {
    const kase = new CaseOfFacts();
    const [a, b, c] = ids as [MemberId, MemberId, MemberId];
    const wal = log(kase, a, [a, b, c], 'n1');
    for (const [raftTerm, vote, commitIndex] of [
      [5, b, 100],
      [5, c, 100],
      [6, null, 90],
      [4, null, 91],
    ] as const)
      kase.fact(wal, 'raft.state', null, { member: a, raftTerm, vote, commitIndex }, 'observed');
    const broken = buildHistory(kase).history.derived.filter((d) => d.type === 'raft.invariant-broken');
    expect(broken.map((d) => d.data.invariant).toSorted()).toEqual(['commit-fell', 'term-fell', 'voted-twice']);
    kase.fact(wal, 'wal.damaged', null, { reason: 'crc mismatch', file: null }, 'observed');
    expect(buildHistory(kase).history.derived.filter((d) => d.type === 'raft.invariant-broken')).toEqual([]);
  });
});

describe('raft invariants in logs', () => {
  const RESTARTED = { appliedIndex: 0, lastIndex: 1000 };
  it('tell a second vote in a term and a lower commit index from a member that began anew', () => {
    const kase = new CaseOfFacts();
    const [a, b, c] = ids as [MemberId, MemberId, MemberId];
    const source = kase.addSource({ node: 'n1' });
    const vote = (when: number, candidate: MemberId, raftTerm: number): void =>
      kase.fact(source, 'raft.vote-cast', at(when), { member: a, candidate, raftTerm, preVote: false, outcome: 'granted' });
    kase.fact(source, 'raft.restarted', at(1), { member: a, raftTerm: 3, commitIndex: 500, ...RESTARTED });
    vote(2, b, 4);
    vote(3, b, 4);
    vote(4, c, 5);
    kase.fact(source, 'raft.became', at(50), { member: a, role: 'follower', raftTerm: 1 });
    kase.fact(source, 'raft.restarted', at(50), { member: a, raftTerm: 1, commitIndex: 3, ...RESTARTED });
    vote(60, c, 4);
    kase.fact(source, 'raft.restarted', at(100), { member: a, raftTerm: 4, commitIndex: 40, ...RESTARTED });
    const broken = (): readonly string[] => buildHistory(kase).history.derived.flatMap((d) => (d.type === 'raft.invariant-broken' ? [d.data.invariant] : []));
    expect(broken()).toEqual([]);
    vote(110, b, 4);
    kase.fact(source, 'raft.restarted', at(120), { member: a, raftTerm: 4, commitIndex: 39, ...RESTARTED });
    expect(broken().toSorted()).toEqual(['commit-fell', 'voted-twice']);
  });

  it('tell a term that fell, but not the old term a process prints while it starts', () => {
    const kase = new CaseOfFacts();
    const [a] = ids as [MemberId, MemberId, MemberId];
    const source = kase.addSource({ node: 'n1' });
    const became = (when: number, raftTerm: number): void => kase.fact(source, 'raft.became', at(when), { member: a, role: 'follower', raftTerm });
    const broken = (): readonly string[] => buildHistory(kase).history.derived.flatMap((d) => (d.type === 'raft.invariant-broken' ? [d.data.invariant] : []));
    became(1, 4);
    became(2, 6);
    became(50, 0);
    became(51, 6);
    expect(broken()).toEqual([]);
    became(90, 5);
    expect(broken()).toEqual(['term-fell']);
  });
});
