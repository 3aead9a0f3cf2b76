import { MINUTE, SECOND } from '../../model/time.ts';
import type { LogLine } from './line.ts';

const QUARTER = 15 * MINUTE;

/**
 * Settles the written time of a line out of the envelope's and the payload's, and learns from lines that carry both a zoned and a
 * zoneless one which zone the zoneless ones are in. A payload's time is nearer to the event and is preferred.
 */
export class ZoneKeeper {
  /** micros east of UTC of zoneless outer stamps, once learned */
  private outerZone: number | null = null;
  private innerZone: number | null = null;
  /** lines whose zone was neither written nor learned */
  assumed = 0;
  /** lines whose year was not written */
  yearless = 0;

  /** takes the outer stamps' zone from a header of the file */
  outerIsUtc(): void {
    this.outerZone = 0;
  }

  /** the zone of this file's zoneless times, micros east of UTC; null when no line told */
  learned(): number | null {
    return this.outerZone ?? this.innerZone;
  }

  /** written time in micros, NaN when the line has none */
  settle(line: LogLine): number {
    const { time, outer } = line;
    if (Number.isNaN(outer)) return Number.isNaN(time) || line.zoned ? time : this.shift(line, time, this.innerZone);
    if (Number.isNaN(time)) return line.outerZoned ? outer : this.shift(line, outer, this.outerZone);
    if (line.zoned) {
      if (!line.outerZoned) this.outerZone = zoneBetween(outer, time) ?? this.outerZone;
      return time;
    }
    if (!line.outerZoned) return this.shift(line, time, this.outerZone ?? this.innerZone);
    // A zoneless payload inside a zoned envelope: the envelope says which day and zone, the payload the exact moment.
    const zone = zoneBetween(time, outer);
    if (zone === null) return outer;
    this.innerZone = zone;
    return time % SECOND === 0 && line.outerFine ? outer : time - zone;
  }

  private shift(line: LogLine, micros: number, zone: number | null): number {
    if (line.yearless) this.yearless += 1;
    if (zone === null) {
      this.assumed += 1;
      return micros;
    }
    return micros - zone;
  }
}

/** The quarter-hour offset that brings `local` within 30 s of `exact`; null when none does (a day or more apart counts as none). */
function zoneBetween(local: number, exact: number): number | null {
  // + 0: no negative zero
  const zone = Math.round((local - exact) / QUARTER) * QUARTER + 0;
  return Math.abs(local - zone - exact) <= 30 * SECOND && Math.abs(zone) <= 15 * 60 * MINUTE ? zone : null;
}
