import type { TimeShift } from '../model/ports.ts';
import { DAY, HOUR, MINUTE } from '../model/time.ts';

type Stretch = Pick<TimeShift, 'by' | 'from' | 'before'>;

/** How far east of UTC a zone of the IANA database is at a moment, microseconds; null for a name it does not hold. */
function offsetOf(zone: string): ((at: number) => number) | null {
  if (!zone.includes('/')) return null;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return null;
  }
  return (at) => {
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(at / 1000)) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
  };
}

/**
 * What a machine's zoneless times from one wall-clock moment to another lie ahead of UTC, where the machine is `by` ahead at its
 * collection: in a zone with daylight saving it differs. The hour that comes twice is taken for the first. Null where `by` is not
 * what the zone has then, or it is the same all the time.
 */
export function daylightShifts(zone: string, by: number, collected: number, from: number, to: number): readonly Stretch[] | null {
  const offset = offsetOf(zone);
  if (offset === null || offset(collected) !== by) return null;
  const stretches: { by: number; from: number; before: number }[] = [];
  for (let day = from - DAY; day <= to + DAY; day += DAY) {
    const last = stretches.at(-1);
    const now = offset(day - (last?.by ?? by));
    if (last?.by === now) continue;
    if (last === undefined) stretches.push({ by: now, from: -Infinity, before: Infinity });
    else {
      const change = firstWith(offset, day - DAY - last.by, day - last.by, now);
      // the clocks show this when they are set
      last.before = change + last.by;
      stretches.push({ by: now, from: change + last.by, before: Infinity });
    }
  }
  if (stretches.length < 2) return null;
  // what is moved must not come to lie where another stretch is still to be moved from
  return by >= 0 ? stretches : stretches.toReversed();
}

/** The first minute between two moments at which the zone has this offset. */
function firstWith(offset: (at: number) => number, without: number, within: number, wanted: number): number {
  let low = Math.floor(without / MINUTE);
  let high = Math.ceil(within / MINUTE);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offset(middle * MINUTE) === wanted) high = middle;
    else low = middle;
  }
  return high * MINUTE;
}
