import type { SourceId } from './ids.ts';
import type { EpochMicros } from './time.ts';

/** What a log line claimed about itself. */
export type Level = 'debug' | 'info' | 'notice' | 'warn' | 'error' | 'fatal' | 'unknown';

/** Stored as small integers: the index here. */
export const LEVELS: readonly Level[] = ['unknown', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'];

export const LEVEL_CODE = {
  unknown: 0,
  debug: 1,
  info: 2,
  notice: 3,
  warn: 4,
  error: 5,
  fatal: 6,
} as const satisfies Record<Level, number>;

/**
 * One batch of events of one block of raw text, as columns, so that a million lines cost no million objects.
 * All arrays have `count` used elements. `offset` is a byte offset in the entry; the raw line runs to the next newline.
 */
export interface EventColumns {
  count: number;
  readonly source: Uint32Array;
  readonly line: Float64Array;
  readonly offset: Float64Array;
  /** written time in microseconds; NaN when the line has none */
  readonly time: Float64Array;
  readonly level: Uint8Array;
  /** id of the message template in `messages`; 0 = none */
  readonly message: Uint32Array;
}

/** One event as readers see it. */
export interface EventRow {
  readonly id: number;
  readonly source: SourceId;
  readonly line: number;
  readonly offset: number;
  /** as written */
  readonly time: EpochMicros | null;
  readonly level: Level;
  readonly message: string | null;
}
