import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { EpochMicros } from '../../model/time.ts';
import { MINUTE, SECOND, formatDuration, formatTime } from '../../model/time.ts';
import type { Ending, How } from './endings.ts';
import { nodesOf } from './nodes-of.ts';

export type Down = Derived<'member.down'>;
/** Told of a member of which it cannot be said whether it was down, or why. */
export type Doubt = (member: Member, because: Phrase) => void;

/** A member down, with the member itself for those that reckon on. */
export interface DownStretch {
  readonly member: Member;
  readonly from: EpochMicros;
  /** null = still down when the case ends */
  readonly to: EpochMicros | null;
  readonly how: How;
  readonly planned: boolean;
  /** told to stop, and back at its first start */
  readonly orderly?: boolean;
  readonly evidence: readonly Citation[];
  /** what its last start failed with */
  readonly failure?: string | null;
}

/** A graceful stop followed by a start within this is maintenance. */
export const PLANNED_WITHIN = MINUTE;
/** What lasts less is no outage; a member removed sooner is told as down to the end. */
const LASTING = 5 * SECOND;

export function mayBePlanned({ from, proved }: Pick<Ending, 'from' | 'proved'>, to: EpochMicros): boolean {
  return !proved && to - from < PLANNED_WITHIN;
}

export function unseenStop({ name }: Member, from: EpochMicros, to: EpochMicros): Phrase {
  return phrase('{name} was away for {duration} from {from}: whether it had been told to stop is not seen', {
    name,
    duration: formatDuration(to - from),
    from: formatTime(from),
  });
}

export function close(
  member: Member,
  open: Pick<Ending, 'from' | 'how' | 'evidence'> & { readonly failures: number; readonly failure?: string | null },
  to: EpochMicros | null,
  more: readonly Citation[],
  endOfCase: EpochMicros | null = null,
): DownStretch {
  const how = open.failures > 1 || (to === null && open.failures > 0) ? 'start-failing' : open.how;
  const length = (to ?? endOfCase ?? open.from) - open.from;
  // whoever stops a member and takes it out replaces it
  const replaced = member.removedAt !== null && member.removedAt >= open.from - LASTING && member.removedAt - open.from < PLANNED_WITHIN;
  const planned = how === 'removed' || (how === 'stopped' && (length < PLANNED_WITHIN || replaced));
  const failure = how === 'start-failing' ? (open.failure ?? null) : null;
  const orderly = how === 'stopped' && to !== null && open.failures === 0;
  return { member, from: open.from, to, how, planned, orderly, failure, evidence: [...open.evidence, ...more] };
}

/** The member's cluster had no leader for longer than a change of leader takes. */
function isOutage({ data }: Derived<'cluster.leaderless'>, { clusterId }: Member): boolean {
  return data.scope === 'cluster' && !data.planned && data.duration >= LASTING && data.cluster === clusterId;
}

export function toDerived(down: DownStretch, leaderless: readonly Derived<'cluster.leaderless'>[], endOfCase: EpochMicros): Down {
  const { member, from, how, planned, orderly = false, evidence } = down;
  // whoever was removed is no longer missed
  const left = member.removedAt !== null && member.removedAt > from + LASTING ? member.removedAt : null;
  const to = left !== null && (down.to === null || down.to > left) ? left : down.to;
  const missed = orderly && leaderless.some((l) => isOutage(l, member) && (l.from ?? -Infinity) < (to ?? Infinity) && (l.to ?? Infinity) > from);
  return {
    type: 'member.down',
    from: how === 'silent' ? null : from,
    to,
    nodes: nodesOf([member]),
    data: {
      member: member.name,
      id: member.id,
      how,
      planned,
      orderly: orderly && !missed,
      duration: how === 'silent' ? null : (to ?? endOfCase) - from,
      ongoing: to === null,
      failure: down.failure ?? null,
    },
    evidence,
  };
}
