import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Correct } from '../../src/model/history.ts';
import { epochMicros, SECOND } from '../../src/model/time.ts';
import { correction } from '../../src/timeline/clock/correct.ts';
import { cacheFacts } from '../../src/timeline/facts/cache.ts';
import { collapseCopies } from '../../src/timeline/facts/collapse.ts';
import { factReader, inCorrectedOrder, keptReader, timedFacts } from '../../src/timeline/facts/reader.ts';
import { CaseOfFacts, START, at, member } from './support/case-of-facts.ts';

describe('facts', () => {
  it('collapses copies in other files but keeps what one log repeats', () => {
    const kase = new CaseOfFacts();
    for (const source of [kase.addSource({ node: 'a' }), kase.addSource({ node: 'a' })]) {
      for (let i = 0; i < 3; i += 1) kase.fact(source, 'raft.heartbeat-late', at(1), { to: member('b'), exceeded: 5 });
    }
    kase.fact(kase.addSource({ node: 'b' }), 'raft.heartbeat-late', at(1), { to: member('b'), exceeded: 5 });
    expect([...collapseCopies(kase.facts(['raft.heartbeat-late']))]).toHaveLength(4);
  });

  it('come in order of corrected time with none lost, whatever the clocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(1000)), { maxLength: 200 }),
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 3, maxLength: 3 }),
        (events, offsets) => {
          const kase = new CaseOfFacts();
          const sources = offsets.map((_, i) => kase.addSource({ node: `n${i}` }));
          for (const [node, second] of events)
            kase.fact(sources[node]!, 'raft.tick-missed', epochMicros(START + second * SECOND + (offsets[node] ?? 0) * SECOND), { member: member('a') });
          kase.fact(sources[0]!, 'raft.tick-missed', null, { member: member('a') });
          const clocks = offsets.map((o, i) => ({
            node: `n${i}`,
            reference: false,
            offset: o * SECOND,
            low: null,
            high: null,
            basis: [],
            segments: [{ from: null, offset: o * SECOND, low: null, high: null }],
            evidence: [],
          }));
          const spread = { min: Math.min(0, ...offsets) * SECOND, max: Math.max(0, ...offsets) * SECOND };
          const facts = [...inCorrectedOrder(factReader(kase, new Map()).facts(['raft.tick-missed']), correction(clocks), spread)];
          expect(facts).toHaveLength(events.length + 1);
          expect(facts.at(-1)?.when).toBeNull();
          const times = facts.slice(0, -1).map((f) => f.when ?? 0);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
        },
      ),
    );
  });
});

describe('cached facts', () => {
  it('come as the source gives them, however often and in whichever company they are asked for', () => {
    const TYPES = ['raft.tick-missed', 'raft.quorum-inactive', 'etcd.lease-revoke-failed'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2), fc.nat(5), fc.nat(1)), { maxLength: 60 }),
        fc.array(fc.subarray([...TYPES], { minLength: 1 }), { minLength: 1, maxLength: 6 }),
        (facts, asks) => {
          const kase = new CaseOfFacts();
          const sources = [kase.addSource({ node: 'a' }), kase.addSource({ node: 'b' })];
          for (const [type, second, source] of facts) {
            const when = second === 5 ? null : at(second);
            if (type === 2) kase.fact(sources[source]!, 'etcd.lease-revoke-failed', when, { error: 'x' });
            else kase.fact(sources[source]!, type === 0 ? 'raft.tick-missed' : 'raft.quorum-inactive', when, { member: member('a') });
          }
          const cached = cacheFacts(kase);
          for (const types of asks) expect([...cached.facts(types)]).toEqual([...kase.facts(types)]);
        },
      ),
    );
  });

  it('keep their corrected order, whatever the clocks and the company', () => {
    const TYPES = ['raft.tick-missed', 'raft.quorum-inactive'] as const;
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1), fc.nat(6), fc.nat(1)), { maxLength: 60 }), fc.integer({ min: -3, max: 3 }), (facts, ahead) => {
        const kase = new CaseOfFacts();
        const sources = [kase.addSource({ node: 'a' }), kase.addSource({ node: 'b' })];
        for (const [type, second, source] of facts) kase.fact(sources[source]!, TYPES[type]!, second === 6 ? null : at(second), { member: member('a') });
        const correct: Correct = (node, moment) => epochMicros(node === 'b' ? moment - ahead * SECOND : moment);
        const spread = { min: Math.min(0, ahead) * SECOND, max: Math.max(0, ahead) * SECOND };
        const reader = keptReader(kase, new Map());
        const timed = timedFacts(reader, correct, spread);
        for (const types of [['raft.quorum-inactive'], TYPES, ['raft.tick-missed'], TYPES] as const)
          expect([...timed(types)]).toEqual([...inCorrectedOrder(factReader(kase, new Map()).facts(types), correct, spread)]);
      }),
    );
  });

  it('of a storm too large to keep come in order among the others', () => {
    const kase = new CaseOfFacts();
    const source = kase.addSource({ node: 'a' });
    for (let i = 0; i <= 40_000; i += 1) kase.fact(source, 'raft.tick-missed', epochMicros(START + i * 1000), { member: member('a') });
    for (let i = 0; i <= 10; i += 1) kase.fact(source, 'raft.quorum-inactive', epochMicros(START + i * 3_000_500), { member: member('a') });
    const cached = cacheFacts(kase);
    const types = ['raft.quorum-inactive', 'raft.tick-missed'] as const;
    for (let i = 0; i < 2; i += 1) {
      const times = [...cached.facts(types)].map((f) => f.at ?? 0);
      expect(times).toHaveLength(40_012);
      expect(times.every((time, n) => n === 0 || (times[n - 1] ?? 0) <= time)).toBe(true);
    }
  });
});
