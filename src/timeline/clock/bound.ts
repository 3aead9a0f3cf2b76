import type { Phrase } from '../../model/phrases.ts';
import type { EvidenceRef } from '../../model/evidence.ts';
import type { ClockBasis } from '../../model/history.ts';
import type { EpochMicros, TimeMeaning } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';

/** One end of a bound: a line and when its own clock says it was written. */
export interface Moment {
  readonly node: string;
  readonly at: EpochMicros;
  readonly ref: EvidenceRef;
  readonly meaning?: TimeMeaning;
}

/**
 * `clock(later) − clock(earlier) ≤ limit` (microseconds), because what `earlier` wrote had happened when `later` wrote.
 * `strong` bounds hold by causality; `medium` ones may rest on a wrong pairing and never overrule a strong one.
 */
export interface Bound {
  readonly earlier: Moment;
  readonly later: Moment;
  readonly limit: number;
  readonly basis: ClockBasis;
  readonly strength: 'strong' | 'medium';
  readonly why: Phrase;
}

/** The name of true time among the nodes; no node can be called so. */
export const TRUE_TIME = '\u0000true time';

/**
 * How much earlier than the event a written time may be, since logs truncate: capnslog raft lines to the second, zap of
 * etcd before 3.4.24 and 3.5.8 to the millisecond. A whole second by chance only widens the bound.
 */
export function truncation({ at, meaning }: { readonly at: EpochMicros; readonly meaning?: TimeMeaning }): number {
  if (at % SECOND === 0 || meaning === 'written-in-second') return SECOND - (at % SECOND);
  return at % 1000 === 0 ? 1000 : 1;
}

/** The bound of a message: what was sent before it was received. */
export function messageBound(sent: Moment, received: Moment, strength: Bound['strength'], why: Phrase): Bound {
  return {
    earlier: sent,
    later: received,
    limit: received.at + truncation(received) - sent.at,
    basis: 'raft-causality',
    strength,
    why,
  };
}
