import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Overlaps, Stretches, touches, type Stretch } from '../../src/timeline/stretches.ts';

const end = fc.option(fc.integer({ min: 0, max: 40 }), { nil: null });
const stretch = fc.tuple(end, end).map(([a, b]): Stretch => (a !== null && b !== null && a > b ? { from: b, to: a } : { from: a, to: b }));
const ofSomebody = fc.record({ key: fc.constantFrom('a', 'b'), stretch });

describe('stretches of time', () => {
  it('answer as each of them would, however they overlap', () => {
    fc.assert(
      fc.property(fc.array(ofSomebody, { maxLength: 12 }), ofSomebody, (all, asked) => {
        const joined = new Stretches<string>();
        for (const one of all) joined.add(one.key, one.stretch);
        const expected = all.some((one) => one.key === asked.key && touches(one.stretch, asked.stretch));
        expect(joined.touches(asked.key, asked.stretch)).toBe(expected);
      }),
    );
  });

  it('are found in the order they were given, by who was under way', () => {
    fc.assert(
      fc.property(fc.array(ofSomebody, { maxLength: 12 }), stretch, (all, asked) => {
        const items = all.map((one) => ({ ...one.stretch, key: one.key }));
        const found = new Overlaps(items, (item) => item.key).during(asked);
        expect(found).toEqual(items.filter((item) => touches(item, asked)));
      }),
    );
  });
});
