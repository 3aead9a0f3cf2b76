import { describe, expect, it } from 'vitest';
import type { NodeClock } from '../../src/model/history.ts';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { three, type Three } from './support/scenes.ts';
import type { SimulatedMember } from './support/simulated-cluster.ts';

const clockOf = ({ sim }: Three, { name }: SimulatedMember): NodeClock | undefined => buildHistory(sim.case).history.clocks.find((c) => c.node === name);

describe('a transfer of the leadership', () => {
  const AHEAD = 30 * SECOND;

  /** One member tells another to stand for election, ten milliseconds later it hears so. */
  function handOver({ sim }: Three, from: SimulatedMember, to: SimulatedMember, when: number, raftTerm: number): void {
    sim.say(from, when, 'raft.transfer-started', { member: from.id, to: to.id, raftTerm });
    sim.say(from, when + 0.001, 'raft.timeout-now-sent', { member: from.id, to: to.id });
    sim.say(to, when + 0.011, 'raft.timeout-now-received', { member: to.id, from: from.id, raftTerm });
  }

  it('tells how far two clocks are apart, each of several by its own term', () => {
    const scene = three([0, AHEAD, 0]);
    const { a, b } = scene;
    for (const [i, when] of [10, 60, 110, 160].entries()) {
      if (i % 2 === 0) handOver(scene, a, b, when, 2 + i);
      else handOver(scene, b, a, when, 2 + i);
    }
    const clock = clockOf(scene, b);
    expect(clock?.basis).toContain('raft-causality');
    expect(Math.abs((clock?.low ?? -Infinity) - AHEAD)).toBeLessThan(SECOND / 50);
    expect(Math.abs((clock?.high ?? Infinity) - AHEAD)).toBeLessThan(SECOND / 50);
  });
});

describe('a reading of etcd’s prober', () => {
  const DRIFT = 10 * SECOND;
  const ROUND_TRIP = 400_000;

  function read(times: readonly number[]): NodeClock | undefined {
    const scene = three([0, DRIFT, 0]);
    const { sim, b } = scene;
    for (const when of times) {
      for (const peer of sim.members)
        if (peer !== b) sim.say(b, when, 'peer.clock-drift', { peer: peer.id, drift: DRIFT + when, rtt: ROUND_TRIP, error: null });
    }
    return clockOf(scene, b);
  }

  it('that was not seen again may be of one late answer, of which the smoothed round trip is an eighth', () => {
    const clock = read([30]);
    expect(DRIFT - (clock?.low ?? Infinity)).toBeGreaterThan(7 * ROUND_TRIP);
    expect((clock?.high ?? -Infinity) - DRIFT).toBeGreaterThan(ROUND_TRIP / 2);
  });

  it('that is seen again is good to a round trip and a half', () => {
    const clock = read([30, 60, 90]);
    expect(DRIFT - (clock?.low ?? Infinity)).toBeGreaterThan(ROUND_TRIP);
    expect(DRIFT - (clock?.low ?? -Infinity)).toBeLessThan(2 * ROUND_TRIP);
    expect((clock?.high ?? Infinity) - DRIFT).toBeLessThan(2 * ROUND_TRIP);
  });
});
