import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, formatRfc3339 } from '../../../src/model/time.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { StampReader, daysFromCivil, inferYear } from '../../../src/parsers/log/stamp.ts';

const from = Date.UTC(1990, 0, 1) * 1000;
const to = Date.UTC(2090, 0, 1) * 1000;
const moment = fc.integer({ min: from, max: to });
const zone = fc.integer({ min: -14 * 4, max: 14 * 4 }).map((quarters) => quarters * 15 * MINUTE);

function zoneText(micros: number, colon: boolean): string {
  const minutes = Math.abs(micros) / MINUTE;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${micros < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${colon ? ':' : ''}${two(minutes % 60)}`;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const shortOf = (at: number, decimals: boolean, space: boolean): string => {
  const text = formatRfc3339(at as EpochMicros);
  const day = text.slice(8, 10);
  return `${MONTHS[Number(text.slice(5, 7)) - 1] ?? ''} ${space ? String(Number(day)).padStart(2, ' ') : day} ${text.slice(11, decimals ? 26 : 19)}`;
};

describe('full stamps', () => {
  test('every layout and zone reads back as the moment it was written for', () => {
    fc.assert(
      fc.property(
        moment,
        zone,
        fc.constantFrom('T', ' '),
        fc.boolean(),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(40),
        (at, offset, mid, colon, decimals, before) => {
          const local = formatRfc3339((at + offset) as EpochMicros);
          const digits = `${local.slice(20, 26)}123`.slice(0, decimals);
          const shown = `${local.slice(0, 10)}${mid}${local.slice(11, 19)}${decimals === 0 ? '' : `.${digits}`}`;
          const kept = at - (at % 1_000_000) + Number(digits.slice(0, 6).padEnd(6, '0'));
          const reader = new StampReader();
          const s = `${'x'.repeat(before)}${shown}${zoneText(offset, colon)} rest`;
          expect(reader.iso(s, before)).toBe(true);
          expect([reader.micros, reader.zoned, reader.decimals]).toEqual([kept, true, decimals]);
          expect(s.slice(reader.end)).toBe(' rest');
          expect(reader.iso(`${shown}Z`, 0)).toBe(true);
          expect([reader.micros, reader.zoned]).toEqual([kept + offset, true]);
          expect(reader.iso(`${shown} x`, 0)).toBe(true);
          expect([reader.micros, reader.zoned]).toEqual([kept + offset, false]);
        },
      ),
    );
  });

  test('what is no stamp is refused', () => {
    const reader = new StampReader();
    for (const text of [
      '',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-01-32T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      '2026/01-01T00:00:00Z',
      '2026-01-01x00:00:00Z',
      'aaaa-bb-cc',
    ]) {
      expect(reader.iso(text, 0), text).toBe(false);
    }
  });

  test('hostile text never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(10), (text, at) => {
        const reader = new StampReader();
        reader.iso(text, at);
        reader.monthDay(text, at, 0);
      }),
    );
  });
});

describe('stamps without a year', () => {
  test('a log of the months before its collection gets the right year', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -HOUR * 14, max: 360 * DAY }), fc.boolean(), (anchor, ago, space) => {
        const at = anchor - ago;
        const reader = new StampReader();
        expect(reader.monthDay(shortOf(at, true, space), 0, anchor)).toBe(true);
        expect(reader.micros).toBe(at);
      }),
    );
  });

  test('near a full time the nearest year counts, whatever the collection says', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -180 * DAY, max: 180 * DAY }), moment, (near, away, anchor) => {
        const at = near + away;
        const reader = new StampReader();
        expect(reader.monthDay(shortOf(at, true, false), 0, anchor, near)).toBe(true);
        // a 29 February may have no other year within reach
        expect(reader.micros).toBe(at);
      }),
    );
  });

  test.each([
    [12, 31, '2027-01-01T00:10:00Z', 2026],
    [1, 1, '2026-12-31T23:50:00Z', 2027],
    [1, 1, '2027-01-01T00:10:00Z', 2027],
    [12, 30, '2026-12-29T23:00:00Z', 2026],
    [2, 29, '2027-03-01T00:00:00Z', 2024],
    [2, 29, '2024-02-28T12:00:00Z', 2024],
  ])('month %i, day %i, collected %s: %i', (month, day, collected, year) => {
    expect(inferYear(month, day, Date.parse(collected) * 1000)).toBe(year);
  });

  test('days are counted as the calendar does', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const d = new Date(at / 1000);
        expect(daysFromCivil(d.getUTCFullYear(), d.getUTCMonth() + 1, d.getUTCDate())).toBe(Math.floor(at / DAY));
      }),
    );
  });
});
