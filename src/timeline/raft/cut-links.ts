import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { firstAtOrAfter, within } from '../search.ts';
import type { DownStretch } from './down-stretch.ts';
import type { LinkLoss } from './loss.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** Shorter losses are reconnects. */
export const SHORTEST = 2 * SECOND;
/** The sentence that tells of a start may not be the first of the new process. */
const STARTING = 2 * SECOND;

export interface PartitionInput {
  readonly voices: Voices;
  readonly members: readonly Member[];
  readonly downs: readonly DownStretch[];
  /** links whose vote requests did not arrive */
  readonly unanswered: readonly LinkLoss[];
  readonly endOfCase: EpochMicros;
}

/** A loss that a cut network explains: silent, long enough, and with the peer neither known dead nor refused by TLS. */
export function isCut(loss: LinkLoss, { downs, voices, endOfCase }: PartitionInput): boolean {
  if (!loss.kinds.has('silent') || loss.kinds.has('refused-identity')) return false;
  const to = loss.to ?? endOfCase;
  if (to - loss.from < SHORTEST) return false;
  if (loss.peer.removedAt !== null && loss.peer.removedAt <= loss.from) return false;
  // A short restart within a long loss explains nothing.
  const gone = downs
    .filter((d) => d.member === loss.peer && d.how !== 'unreachable')
    .reduce((sum, d) => sum + Math.max(0, Math.min(d.to ?? endOfCase, to) - Math.max(d.from, loss.from)), 0);
  // Nor is one cut off that said nothing and then started: how its process ended may be in no log.
  return Math.max(gone, silentBeforeStarts(voices.of(loss.peer), loss.from, to)) <= (to - loss.from) / 2;
}

/** How much of a stretch lay between a member's last words and a start of its process. */
function silentBeforeStarts(voice: Voice | null, from: number, to: number): number {
  let silent = 0;
  for (const run of voice === null ? [] : within(voice.runs, from, Infinity, (r) => r.from)) {
    const since = voice?.signs[firstAtOrAfter(voice.signs, run.from - STARTING) - 1] ?? run.from;
    if (run.start !== null) silent += Math.max(0, Math.min(run.from, to) - Math.max(since, from));
    // those behind it fell silent after that
    if (run.from > to) break;
  }
  return silent;
}

/** The peer's own log, where there is one, goes on after the loss. */
export function wasThere(loss: LinkLoss, { voices }: PartitionInput): boolean {
  const peer = voices.of(loss.peer);
  return peer === null || (peer.runs.at(-1)?.last ?? -Infinity) > loss.from;
}
