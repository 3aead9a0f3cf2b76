import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryId } from '../../src/model/ids.ts';
import { SECOND, epochMicros } from '../../src/model/time.ts';
import { buildHistory } from '../../src/timeline/build-history.ts';
import { BoundMatrix } from '../../src/timeline/clock/matrix.ts';
import { orderOf } from '../../src/timeline/order.ts';
import { CaseOfFacts, START, at, member } from './support/case-of-facts.ts';
import { SimulatedCluster, generator, type SimulatedMember } from './support/simulated-cluster.ts';

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

describe('weak and odd evidence about clocks', () => {
  const LEASE = {
    namespace: 'kube-node-lease',
    name: 'w1',
    holder: 'w1',
    acquiredAt: null,
    durationSeconds: 40,
    transitions: 0,
    uid: null,
    resourceVersion: null,
    legacy: false,
  };

  it('Leases bound a holder’s clock against the one API server, and say nothing where there are two', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -600 * SECOND, max: 600 * SECOND }),
        fc.array(fc.tuple(fc.nat(10_000), fc.nat(9_900)), { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (wrong, renewals, second) => {
          const kase = new CaseOfFacts();
          kase.fact(kase.addSource({ node: 'cp', component: 'kube-apiserver' }), 'apiserver.started', at(0), {});
          kase.fact(kase.addSource({ node: 'w1', component: 'kubelet' }), 'kubelet.node-status-failed', at(0), { error: 'x' });
          if (second) kase.fact(kase.addSource({ node: 'cp-2', component: 'kube-apiserver' }), 'apiserver.started', at(0), {});
          const objects = kase.addSource({ component: 'other' });
          for (const [second10, late] of renewals) {
            const renewedAt = epochMicros(at(second10 / 10) + wrong);
            const serverTime = epochMicros(Math.floor(at(second10 / 10 + late / 1000) / SECOND) * SECOND);
            kase.fact(objects, 'k8s-lease.object', renewedAt, { ...LEASE, renewedAt, serverTime }, 'renewed');
          }
          const { clocks } = buildHistory(kase).history;
          const of = (node: string): number => (node === 'w1' ? wrong : 0);
          const reference = clocks.find((c) => c.reference)?.node ?? 'cp';
          for (const clock of clocks) {
            expect(clock.low ?? -Infinity).toBeLessThanOrEqual(of(clock.node) - of(reference));
            expect(clock.high ?? Infinity).toBeGreaterThanOrEqual(of(clock.node) - of(reference));
          }
          const w1 = clocks.find((c) => !c.reference && c.node !== 'cp-2');
          if (second) expect(w1?.basis).toEqual(['assumed']);
          else expect(w1?.basis).toEqual(['lease']);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('time servers, asked on some nodes, never move a bound past the truth', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(offset, fc.constantFrom('synchronised', 'wrong', 'unsaid'), fc.integer({ min: -1, max: 1 })), { minLength: 2, maxLength: 5 }),
        fc.integer(),
        fc.nat(3),
        (clocks, seed, elections) => {
          const random = generator(seed);
          // whoever is synchronised is within 30 ms of true time, and its program within 20 ms of that
          const offsets = clocks.map(([wrong, state]) => (state === 'synchronised' ? Math.round((random() - 0.5) * 60_000) : wrong));
          const sim = new SimulatedCluster({ offsets, random });
          for (let i = 0; i < elections; i += 1) sim.elect(sim.members[Math.floor(random() * sim.members.length)] ?? sim.members[0]!, 10 + i * 60);
          for (const [i, [, state, error]] of clocks.entries()) {
            const m = sim.members[i];
            if (m === undefined || state === 'unsaid') continue;
            const synchronised = state === 'synchronised';
            const measured = (offsets[i] ?? 0) + error * 20_000;
            sim.say(m, 300, 'clock.tracking', { synchronised, offset: measured, bound: 20_000, reference: 'ntp' });
            sim.say(m, 301, 'clock.synchronisation', { synchronised, ntpActive: true, zone: null, zoneOffset: null, rtc: null });
          }
          const { history } = buildHistory(sim.case);
          const zero = offsets[sim.members.findIndex((m) => m.name === history.clocks.find((c) => c.reference)?.node)] ?? 0;
          for (const [i, m] of sim.members.entries()) {
            const clock = history.clocks.find((c) => c.node === m.name);
            expect(clock?.low ?? -Infinity).toBeLessThanOrEqual((offsets[i] ?? 0) - zero);
            expect(clock?.high ?? Infinity).toBeGreaterThanOrEqual((offsets[i] ?? 0) - zero);
          }
          expect(history.derived.filter((d) => d.type === 'clock.step')).toEqual([]);
        },
      ),
      { numRuns: 80 },
    );
  });

  it('a clock set back in the middle of a log is a step; pieces in the wrong order are none', () => {
    const lines = (times: readonly number[]): readonly unknown[] => {
      const kase = new CaseOfFacts();
      const source = kase.addSource({ node: 'a' });
      const id = member('a1');
      for (const t of times)
        kase.fact(source, 'raft.vote-cast', at(t), { member: id, candidate: id, raftTerm: Math.round(t * 1000), preVote: true, outcome: 'granted' });
      return buildHistory(kase).history.derived.flatMap((d) => (d.type === 'clock.step' ? [Math.round(d.data.by / SECOND)] : []));
    };
    expect(lines([1.5, 10.5, 20.5, 30.5, 40.5, 25.5, 30.7, 41.5])).toEqual([-15]);
    expect(lines([1.5, 10.5, 20.5, 30.5, 40.5, 39.9, 41.5])).toEqual([]);
    expect(lines([50.5, 60.5, 70.5, 80.5, 1.5, 10.5, 20.5, 30.5])).toEqual([]);
    expect(lines([90.5, 80.5, 70.5, 60.5, 50.5])).toEqual([]);
  });

  it('a clock set back is corrected on both sides of it, though messages bind it on one side alone', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 20 * SECOND], random: generator(8) });
    const [a, , c] = sim.members;
    if (a === undefined || c === undefined) throw new Error('members');
    const own = (seconds: number, from: SimulatedMember): void =>
      sim.say(from, seconds, 'raft.vote-cast', { member: c.id, candidate: c.id, raftTerm: Math.round(seconds * 10), preVote: true, outcome: 'granted' });
    own(1.5, c);
    sim.elect(a, 10);
    for (const t of [20.5, 30.5, 40.5, 50.5, 60.5]) own(t, c);
    for (const t of [61.1, 71.1, 81.1]) own(t, { ...c, offset: 0 });
    const { history, correct } = buildHistory(sim.case);
    expect(history.derived.filter((d) => d.type === 'clock.step')).toMatchObject([{ nodes: ['n3'] }]);
    expect(Math.abs(correct('n3', at(50.5)) - at(30.5))).toBeLessThan(SECOND / 50);
    expect(Math.abs(correct('n3', at(90)) - at(90))).toBeLessThan(SECOND);
    const segments = history.clocks.find((x) => x.node === 'n3')?.segments ?? [];
    const after = segments.at(-1);
    expect(after?.low ?? -Infinity).toBeLessThanOrEqual(0);
    expect(after?.high ?? Infinity).toBeGreaterThanOrEqual(0);
  });

  it('a clock that drifts makes no steps', () => {
    const sim = new SimulatedCluster({ offsets: [0, 0, 0], random: generator(12) });
    for (let hour = 0; hour < 48; hour += 1) {
      const now = sim.members.map((m, i) => ({ ...m, offset: i === 1 ? Math.round(50 * hour * 3600) : 0 }));
      const leader = now[hour % 3];
      if (leader !== undefined) sim.elect(leader, hour * 3600, now);
    }
    const { history } = buildHistory(sim.case);
    expect(history.derived.filter((d) => d.type === 'clock.step')).toEqual([]);
    expect(history.clocks.find((x) => x.node === 'n2')?.segments.length).toBeGreaterThan(20);
  });

  it('clocks that drift, however many and by whichever they are measured, make no steps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -450, max: 450 }), { minLength: 2, maxLength: 5 }),
        fc.array(fc.integer({ min: -5 * SECOND, max: 5 * SECOND }), { minLength: 5, maxLength: 5 }),
        fc.integer(),
        fc.integer({ min: 200, max: 30_000 }),
        (rates, starts, seed, apart) => {
          const random = generator(seed);
          const sim = new SimulatedCluster({ offsets: rates.map(() => 0), random });
          let when = 10;
          for (let k = 0; k < 12; k += 1) {
            const now = sim.members.map((m, i) => ({ ...m, offset: Math.round((starts[i] ?? 0) + (rates[i] ?? 0) * when) }));
            const leader = now[Math.floor(random() * now.length)];
            if (leader !== undefined) sim.elect(leader, when, now);
            when += apart * (0.5 + random());
          }
          expect(buildHistory(sim.case).history.derived.filter((d) => d.type === 'clock.step')).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds the one clock that stepped, however long all were steady before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -SECOND / 10, max: SECOND / 10 }), { minLength: 3, maxLength: 5 }),
        fc.integer({ min: 2 * SECOND, max: 90 * SECOND }),
        fc.boolean(),
        fc.integer(),
        fc.integer({ min: 20, max: 20_000 }),
        (offsets, most, back, seed, apart) => {
          // a clock set back by more than the time between two elections writes their lines in the other order
          const by = Math.min(most, (apart / 2) * SECOND);
          const sim = new SimulatedCluster({ offsets, random: generator(seed) });
          const who = Math.abs(seed) % offsets.length;
          const step = back ? -by : by;
          const after = sim.members.map((m, i) => (i === who ? { ...m, offset: m.offset + step } : m));
          let when = 10;
          for (const members of [sim.members, sim.members, after, after]) for (const leader of members) sim.elect(leader, (when += apart), members);
          const steps = buildHistory(sim.case).history.derived.flatMap((d) => (d.type === 'clock.step' ? [d.data] : []));
          expect(steps.map((s) => s.node)).toEqual([`n${who + 1}`]);
          expect(Math.abs((steps[0]?.by ?? 0) - step)).toBeLessThan(SECOND / 20);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('closes the matrix only when a bound tightens: 100,000 constraints between 9 clocks cost few operations', () => {
    const random = generator(11);
    const nodes = Array.from({ length: 9 }, (_, i) => `n${i}`);
    const offsets = nodes.map(() => Math.round((random() - 0.5) * 60 * SECOND));
    const matrix = new BoundMatrix(nodes);
    let tightened = 0;
    for (let i = 0; i < 100_000; i += 1) {
      const from = Math.floor(random() * 9);
      const to = Math.floor(random() * 9);
      if (from === to) continue;
      const moment = (n: number) => ({ node: nodes[n] ?? '', at: START, ref: { entry: entryId(1), line: null, offset: 0, length: 0 } });
      const limit = (offsets[to] ?? 0) - (offsets[from] ?? 0) + Math.round(200 + random() * 5000);
      const added = matrix.add({ earlier: moment(from), later: moment(to), limit, basis: 'raft-causality', strength: 'strong', why: '' });
      expect(added).not.toBe('contradiction');
      if (added === 'tightened') tightened += 1;
    }
    expect(tightened).toBeLessThan(2000);
    for (const [i, node] of nodes.entries()) {
      const truth = (offsets[i] ?? 0) - (offsets[0] ?? 0);
      expect(matrix.lower('n0', node)).toBeLessThanOrEqual(truth);
      expect(matrix.upper('n0', node)).toBeGreaterThanOrEqual(truth);
      expect(matrix.upper('n0', node) - matrix.lower('n0', node)).toBeLessThan(1000);
    }
  });
});
