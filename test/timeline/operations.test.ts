import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FactType, PlacedFact } from '../../src/model/fact.ts';
import type { History } from '../../src/model/history.ts';
import type { SourceId } from '../../src/model/ids.ts';
import type { FactSource } from '../../src/model/ports.ts';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';
import { STARTED } from './support/sentences.ts';

interface Told {
  readonly sim: SimulatedCluster;
  /** term → who led it */
  readonly truth: ReadonlyMap<number, string>;
}

/** Hand-overs and graceful restarts, one after the other, as a rolling upgrade does. */
function maintained(offsets: readonly number[], seed: number, steps: number): Told {
  const random = generator(seed);
  const sim = new SimulatedCluster({ offsets, random });
  const truth = new Map<number, string>();
  const pick = (not: SimulatedMember | null): SimulatedMember => {
    const others = sim.members.filter((m) => m !== not);
    const found = others[Math.floor(random() * others.length)];
    if (found === undefined) throw new Error('no member');
    return found;
  };
  let leader = pick(null);
  sim.elect(leader, 5);
  truth.set(sim.raftTerm, leader.name);
  let now = 30;
  const handOver = (to: SimulatedMember): void => {
    const from = leader;
    sim.say(from, now, 'raft.transfer-started', { member: from.id, to: to.id, raftTerm: sim.raftTerm }, true);
    sim.say(to, now + 0.006, 'raft.timeout-now-received', { member: to.id, from: from.id, raftTerm: sim.raftTerm }, true);
    sim.loseLeader(from, now + 0.007, sim.members);
    sim.elect(to, now + 0.013);
    leader = to;
    truth.set(sim.raftTerm, to.name);
  };
  for (let i = 0; i < steps; i += 1) {
    const subject = pick(null);
    if (subject === leader) handOver(pick(leader));
    if (random() < 0.7) {
      now += 0.2;
      const lasts = 1 + random() * 15;
      const peers = sim.members.filter((m) => m !== subject);
      sim.say(subject, now, 'etcd.signal-received', { signal: 'terminated' }, true);
      for (const m of peers) sim.say(m, now + 0.02, 'peer.became-inactive', { peer: subject.id, error: 'EOF' }, true);
      sim.say(subject, now + lasts, 'etcd.started', { ...STARTED, name: subject.name }, true);
      for (const m of peers) sim.say(m, now + lasts + 0.1, 'peer.became-active', { peer: subject.id }, true);
      sim.say(subject, now + lasts + 0.3, 'raft.leader-elected', { member: subject.id, leader: leader.id, raftTerm: sim.raftTerm }, true);
      now += lasts;
    }
    now += 5 + random() * 60;
  }
  for (const m of sim.members) sim.say(m, now + 5, 'db.compaction-finished', { revision: 1, took: null, dbSizeBytes: null, dbSizeInUseBytes: null }, true);
  return { sim, truth };
}

/** The same case without some logs. */
function without(source: FactSource, missing: ReadonlySet<SourceId>): FactSource {
  return {
    facts: <Type extends FactType>(types: readonly Type[]): Iterable<PlacedFact<Type>> => [...source.facts(types)].filter((f) => !missing.has(f.source)),
    sources: () => source.sources().filter((s) => !missing.has(s.id)),
    entries: () => source.entries(),
    bundles: () => source.bundles(),
  };
}

function unplanned(history: History): readonly string[] {
  return history.derived.flatMap((d) => {
    switch (d.type) {
      case 'cluster.leaderless':
        return d.data.planned || (d.data.scope === 'cluster' && d.data.duration < 3 * SECOND) ? [] : [`${d.type} ${d.data.scope}`];
      case 'cluster.leader-change':
      case 'member.down':
        return d.data.planned ? [] : [d.type];
      case 'network.partition':
      case 'raft.stale-leader':
      case 'raft.two-leaders-one-term':
      case 'raft.invariant-broken':
      case 'cluster.forked':
      case 'clock.step':
        return [d.type];
      default:
        return [];
    }
  });
}

const offsets = fc.array(fc.integer({ min: -300 * SECOND, max: 300 * SECOND }), { minLength: 3, maxLength: 5 });

describe('planned operations', () => {
  it('never look like trouble, whatever the clocks', () => {
    fc.assert(
      fc.property(offsets, fc.integer(), fc.integer({ min: 1, max: 8 }), (clocks, seed, steps) => {
        const { sim, truth } = maintained(clocks, seed, steps);
        const { history } = buildHistory(sim.case);
        expect(unplanned(history)).toEqual([]);
        expect(new Map(history.leadership.map((l) => [l.raftTerm, l.name]))).toEqual(truth);
      }),
      { numRuns: 120 },
    );
  });

  it('with any logs missing still invent no leadership and no broken rule of raft', () => {
    fc.assert(
      fc.property(offsets, fc.integer(), fc.integer({ min: 1, max: 8 }), fc.nat(), (clocks, seed, steps, mask) => {
        const { sim, truth } = maintained(clocks, seed, steps);
        const missing = new Set(sim.members.filter((_, i) => (mask >> i) % 2 === 1).map((m) => m.source));
        const { history } = buildHistory(without(sim.case, missing));
        for (const l of history.leadership)
          expect(l.name === truth.get(l.raftTerm) || l.leader === sim.members.find((m) => m.name === truth.get(l.raftTerm))?.id).toBe(true);
        const grave = unplanned(history).filter((k) => k !== 'cluster.leader-change' && k !== 'member.down' && !k.startsWith('cluster.leaderless minority'));
        expect(grave).toEqual([]);
      }),
      { numRuns: 120, examples: [[[0, 0, 22_319_464, 0], -147_636_289, 2, 3]] },
    );
  });
});
