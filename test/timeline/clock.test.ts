import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { orderOf } from '../../src/timeline/order.ts';
import { START, at } from './support/case-of-facts.ts';
import { SimulatedCluster, generator } from './support/simulated-cluster.ts';

const offset = fc.integer({ min: -3600 * SECOND, max: 3600 * SECOND });

describe('clock model', () => {
  it('bounds contain the truth for every node, whatever the clocks and however many lines are missing', () => {
    fc.assert(
      fc.property(
        fc.array(offset, { minLength: 2, maxLength: 7 }),
        fc.integer(),
        fc.double({ min: 0, max: 0.6, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (offsets, seed, lost, elections) => {
          const random = generator(seed);
          const sim = new SimulatedCluster({ offsets, random, lost });
          for (let i = 0; i < elections; i += 1) {
            const leader = sim.members[Math.floor(random() * sim.members.length)];
            if (leader !== undefined) sim.elect(leader, 10 + i * 60);
          }
          const { history } = buildHistory(sim.case);
          const reference = history.clocks.find((c) => c.reference);
          const zero = sim.members.find((m) => m.name === reference?.node)?.offset ?? 0;
          for (const clock of history.clocks) {
            const truth = (sim.members.find((m) => m.name === clock.node)?.offset ?? 0) - zero;
            expect(clock.low ?? -Infinity).toBeLessThanOrEqual(truth);
            expect(clock.high ?? Infinity).toBeGreaterThanOrEqual(truth);
            expect(clock.offset ?? 0).toBeGreaterThanOrEqual(clock.low ?? -Infinity);
            expect(clock.offset ?? 0).toBeLessThanOrEqual(clock.high ?? Infinity);
            expect(clock.segments).toHaveLength(1);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('one wrong clock never moves the others', () => {
    fc.assert(
      fc.property(
        offset.filter((o) => Math.abs(o) > 2 * SECOND),
        fc.integer(),
        fc.integer({ min: 0, max: 4 }),
        (wrong, seed, culprit) => {
          const offsets = [0, 0, 0, 0, 0].map((_, i) => (i === culprit ? wrong : 0));
          const sim = new SimulatedCluster({ offsets, random: generator(seed) });
          sim.elect(sim.members[1] ?? sim.members[0]!, 10);
          sim.elect(sim.members[2] ?? sim.members[0]!, 50);
          const { history, correct } = buildHistory(sim.case);
          for (const m of sim.members) {
            const estimate = history.clocks.find((c) => c.node === m.name)?.offset ?? 0;
            if (m.offset === 0) expect(estimate).toBe(0);
            else expect(Math.abs(estimate - m.offset)).toBeLessThan(SECOND / 50);
          }
          expect(correct('nobody', at(5))).toBe(at(5));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes the member ahead of both its peers for the wrong one, by the prober alone', () => {
    const sim = new SimulatedCluster({ offsets: [0, 37_500_000, 0], random: generator(1) });
    const [a, b, c] = sim.members;
    for (const when of [30, 60, 90]) {
      for (const peer of [a, c]) sim.say(b!, when, 'peer.clock-drift', { peer: peer!.id, drift: 37_500_000 + when, rtt: 400, error: null });
    }
    const { history } = buildHistory(sim.case);
    const wrong = history.clocks.find((x) => x.node === 'n2');
    expect(history.clocks.find((x) => x.reference)?.node).toBe('n1');
    expect(wrong?.basis).toContain('prober');
    expect(Math.abs((wrong?.offset ?? 0) - 37_500_000)).toBeLessThan(1000);
    expect(wrong?.low).toBeLessThanOrEqual(37_500_000);
    expect(wrong?.high).toBeGreaterThanOrEqual(37_500_000);
    const derived = history.derived.filter((d) => d.type === 'clock.offset' && Math.abs(d.data.offset) > SECOND);
    expect(derived).toHaveLength(1);
  });

  it('takes the member that all others call behind for the wrong one', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, -20_000_000], random: generator(2) });
    const [a, b, c] = sim.members;
    for (const when of [30, 60])
      for (const m of [a, b]) sim.say(m!, when, 'peer.clock-drift', { peer: c!.id, drift: 20_000_000 + when, rtt: 400, error: null });
    const { history } = buildHistory(sim.case);
    expect(history.clocks.map((x) => Math.round((x.offset ?? 0) / SECOND))).toEqual([0, 0, -20]);
  });

  it('is not fooled by one reading of a stalled process', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(3) });
    const [a, b] = sim.members;
    sim.elect(a!, 10);
    sim.say(b!, 40, 'peer.clock-drift', { peer: a!.id, drift: 9_000_000, rtt: 500, error: null });
    sim.elect(b!, 90);
    const { history } = buildHistory(sim.case);
    expect(history.clocks.every((x) => x.offset === 0 && x.segments.length === 1)).toBe(true);
  });

  it('splits a clock that steps, and corrects both sides', () => {
    const before = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(4) });
    const [a, b, c] = before.members;
    before.elect(a!, 10);
    before.elect(b!, 70);
    const stepped = { ...b!, offset: 30 * SECOND };
    const members = [a!, stepped, c!];
    before.elect(a!, 200, members);
    before.elect(stepped, 260, members);
    before.elect(c!, 320, members);
    const { history, correct } = buildHistory(before.case);
    const clock = history.clocks.find((x) => x.node === 'n2');
    expect(clock?.segments).toHaveLength(3);
    expect(Math.abs((clock?.segments[2]?.offset ?? 0) - 30 * SECOND)).toBeLessThan(SECOND / 50);
    expect(history.derived.some((d) => d.type === 'clock.step' && d.nodes[0] === 'n2')).toBe(true);
    expect(Math.abs(correct('n2', at(330)) - at(300))).toBeLessThan(SECOND / 50);
    expect(correct('n2', at(60))).toBe(at(60));
  });

  /** Each of two clocks may be off by the 10 ms that are taken for jitter. */
  const SLEWING = SECOND / 40;

  it('bounds hold the truth at each instant for clocks that drift', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -200, max: 200 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: -5 * SECOND, max: 5 * SECOND }), { minLength: 5, maxLength: 5 }),
        fc.integer(),
        fc.integer({ min: 1000, max: 40_000 }),
        (rates, starts, seed, apart) => {
          const random = generator(seed);
          const sim = new SimulatedCluster({ offsets: rates.map(() => 0), random });
          /** microseconds ahead of true time after so many true seconds */
          const ahead = (i: number, seconds: number): number => Math.round((starts[i] ?? 0) + (rates[i] ?? 0) * seconds);
          let when = 10;
          for (let k = 0; k < 12; k += 1) {
            const now = sim.members.map((m, i) => ({ ...m, offset: ahead(i, when) }));
            const leader = now[Math.floor(random() * now.length)];
            if (leader !== undefined) sim.elect(leader, when, now);
            for (const [i, a] of now.entries())
              for (const [j, b] of now.entries()) {
                const drift = ahead(i, when + 30) - ahead(j, when + 30);
                if (drift > SECOND) sim.say(a, when + 30, 'peer.clock-drift', { peer: b.id, drift, rtt: 400, error: null });
              }
            when += apart * (0.5 + random());
          }
          const { history } = buildHistory(sim.case);
          // Which clock the others are measured by may change with time, so that pairs are what can be compared.
          const last = when - apart * 1.5;
          for (let t = 10; t < last; t += apart / 7) {
            const segments = sim.members.map((m, i) => {
              const written = at(t) + ahead(i, t);
              return history.clocks.find((c) => c.node === m.name)?.segments.findLast((s) => s.from === null || s.from <= written);
            });
            for (const [i, a] of segments.entries())
              for (const [j, b] of segments.entries()) {
                const high = (a?.high ?? Infinity) - (b?.low ?? -Infinity);
                if (i !== j) expect(ahead(i, t) - ahead(j, t)).toBeLessThanOrEqual(high + SLEWING);
              }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('widens bounds of logs that print whole seconds', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0], random: generator(5) });
    const [a, b] = sim.members;
    const whole = (s: number): number => Math.floor(s);
    sim.say(a!, whole(10.9), 'raft.vote-requested', { member: a!.id, to: b!.id, raftTerm: 5, preVote: false });
    sim.case.fact(b!.source, 'raft.vote-cast', at(10), { member: b!.id, candidate: a!.id, raftTerm: 5, preVote: false, outcome: 'granted' });
    const { history } = buildHistory(sim.case);
    const clock = history.clocks.find((x) => x.node === 'n2');
    expect(clock?.high).toBe(SECOND);
    expect(clock?.offset).toBe(0);
  });

  it('orders events only as far as the bounds allow', () => {
    const clocks = [
      { node: 'a', reference: true, offset: 0, low: 0, high: 0, basis: [], segments: [{ from: null, offset: 0, low: 0, high: 0 }], evidence: [] },
      { node: 'b', reference: false, offset: 0, low: -50, high: 50, basis: [], segments: [{ from: null, offset: 0, low: -50, high: 50 }], evidence: [] },
    ];
    const b = { node: 'b', at: START };
    expect(orderOf({ node: 'a', at: at(0.001) }, b, clocks)).toBe('after');
    expect(orderOf({ node: 'a', at: START }, b, clocks)).toBe('uncertain');
    expect(orderOf({ node: 'c', at: at(9) }, b, clocks)).toBe('uncertain');
    expect(orderOf({ node: 'b', at: at(-0.00001) }, b, clocks)).toBe('before');
  });
});
