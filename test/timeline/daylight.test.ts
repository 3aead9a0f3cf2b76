import { describe, expect, it } from 'vitest';
import { HOUR, parseRfc3339 } from '../../src/model/time.ts';
import { daylightShifts } from '../../src/timeline/daylight.ts';

const at = (text: string): number => parseRfc3339(text) ?? 0;

/** These wall-clock times in UTC, the shifts done one after the other as the store does. */
function utc(zone: string, hours: number, collected: string, times: readonly string[]): readonly string[] | null {
  const wall = times.map((time) => at(`${time}:00Z`));
  const shifts = daylightShifts(zone, hours * HOUR, at(collected), Math.min(...wall), Math.max(...wall));
  if (shifts === null) return null;
  return wall.map((time) => {
    let moved = time;
    for (const { by, from = -Infinity, before = Infinity } of shifts) if (moved >= from && moved < before) moved -= by;
    return new Date(moved / 1000).toISOString().slice(0, 16);
  });
}

describe('a log over the day on which the clocks are set', () => {
  it('in autumn, east of Greenwich', () => {
    expect(utc('Europe/Berlin', 1, '2026-10-25T09:00:00Z', ['2026-10-24T12:00', '2026-10-25T01:30', '2026-10-25T03:30', '2026-10-25T09:30'])).toEqual([
      '2026-10-24T10:00',
      '2026-10-24T23:30',
      '2026-10-25T02:30',
      '2026-10-25T08:30',
    ]);
  });

  it('in spring, west of it', () => {
    expect(utc('America/New_York', -4, '2026-03-08T15:00:00Z', ['2026-03-08T01:30', '2026-03-08T03:30', '2026-03-08T10:00'])).toEqual([
      '2026-03-08T06:30',
      '2026-03-08T07:30',
      '2026-03-08T14:00',
    ]);
  });

  it('is like any other where the zone has no summer, is none, or was not that at collection', () => {
    const times = ['2026-10-24T12:00', '2026-10-25T09:30'];
    expect(utc('Asia/Shanghai', 8, '2026-10-25T09:00:00Z', times)).toBeNull();
    expect(utc('Europe/Nowhere', 1, '2026-10-25T09:00:00Z', times)).toBeNull();
    expect(utc('Europe/Berlin', 2, '2026-10-25T09:00:00Z', times)).toBeNull();
    expect(utc('Etc/UTC', 0, '2026-10-25T09:00:00Z', times)).toBeNull();
  });
});
