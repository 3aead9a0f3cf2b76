import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { SimulatedCluster, generator } from './support/simulated-cluster.ts';

describe('a clock that steps shortly before the logs end', () => {
  it.each([
    ['ahead, as its probers read of both peers', 30_000_000, ['b>a', 'b>c']],
    ['behind, as both peers read', -30_000_000, ['a>b', 'c>b']],
  ])('finds a clock that stepped half a minute before the logs end: %s', (_, offset, readings) => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(6) });
    const [a, b, c] = sim.members;
    sim.elect(a!, 10);
    sim.elect(b!, 90);
    const of = { a: a!, b: { ...b!, offset }, c: c! } as const;
    for (const [i, reading] of readings.entries()) {
      const [ahead, behind] = reading.split('>') as ['a', 'b'];
      sim.say(of[ahead], 140 + i / 100, 'peer.clock-drift', { peer: of[behind].id, drift: 30_000_000 + i, rtt: 200_000, error: null });
    }
    const clock = buildHistory(sim.case).history.clocks.find((x) => x.node === 'n2');
    expect(Math.abs((clock?.offset ?? 0) - offset)).toBeLessThan(SECOND / 4);
    expect(clock?.low).toBeLessThanOrEqual(offset);
    expect(clock?.high).toBeGreaterThanOrEqual(offset);
  });

  it.each([0, 2])('a clock stepped, though before it did messages bound it to one of its peers from one side alone: member %i', (bound) => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(6) });
    const [a, b, c] = sim.members;
    const [voter, other] = bound === 0 ? [c!, a!] : [a!, c!];
    sim.elect(b!, 2, [b!, voter]);
    sim.say(other, 2.1, 'raft.leader-elected', { member: other.id, leader: b!.id, raftTerm: sim.raftTerm });
    const stepped = { ...b!, offset: 30 * SECOND };
    for (const when of [35, 35.01])
      for (const peer of [a!, c!]) sim.say(stepped, when, 'peer.clock-drift', { peer: peer.id, drift: 30 * SECOND + when, rtt: 400, error: null });
    const { history } = buildHistory(sim.case);
    const clock = history.clocks.find((x) => x.node === 'n2');
    expect(clock?.low).toBeGreaterThan(29 * SECOND);
    expect(clock?.high).toBeLessThan(31 * SECOND);
    expect(history.clocks.filter((x) => x.offset === 0 && (x.low ?? 1) <= 0 && (x.high ?? -1) >= 0).map((x) => x.node)).toEqual(['n1', 'n3']);
  });
});
