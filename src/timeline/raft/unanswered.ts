import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import { SECOND } from '../../model/time.ts';
import { groupBy } from '../group.ts';
import { lastAtOrBefore, lowerBound, within } from '../search.ts';
import type { LeaderlessSpell } from './leaderless-spells.ts';
import type { LinkLoss } from './loss.ts';
import { spoke, type Asked, type Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** A request takes milliseconds; whole-second lines and a busy member take longer. */
const ON_ITS_WAY = 1.5 * SECOND;
/** Fewer requests than this, or all within less, may be an ordinary election. */
const FEWEST = 2;
const SHORTEST = 3 * SECOND;
/** A heartbeat this late is a process that stood still. */
const STOOD_STILL = 2 * SECOND;

interface Indexed extends UnansweredInput {
  /** requests of one member that reached the peer */
  consideredOf(peer: Voice, by: Member): readonly Asked[];
}

export interface UnansweredInput {
  readonly voices: Voices;
  /** nodes whose clock is not confined: their lines cannot be laid beside others' */
  readonly loose: ReadonlySet<string>;
  /** members that answered a status request when the bundle was collected */
  readonly answering: ReadonlySet<Member>;
}

/**
 * Links that were cut, by raft's own messages: a member without a leader asks its peers for votes every second or two, and each peer
 * logs every request it gets, granted, rejected or ignored (etcd-io/raft `Step`). Requests that a living peer never logged did not
 * arrive. Over plain HTTP the streams themselves may say nothing for half a minute.
 */
export function unansweredRequests(from: UnansweredInput): readonly LinkLoss[] {
  const considered = new Map<Voice, ReadonlyMap<MemberId, readonly Asked[]>>();
  const consideredOf = (peer: Voice, by: Member): readonly Asked[] => {
    let own = considered.get(peer);
    if (own === undefined) considered.set(peer, (own = groupBy(peer.considered, (c) => c.of)));
    return (by.id === null ? undefined : own.get(by.id)) ?? [];
  };
  const input: Indexed = { ...from, consideredOf };
  return input.voices.all.flatMap((voice) =>
    input.voices.spellsOf(voice).flatMap((spell) => {
      if (spell.fact.type === 'etcd.started' || (spell.to ?? Infinity) - spell.from < SHORTEST) return [];
      return input.voices.all.flatMap((peer) => (peer === voice ? [] : (lossOf(voice, peer, spell, input) ?? [])));
    }),
  );
}

const atOf = (a: Asked): number => a.at;

function lossOf(voice: Voice, peer: Voice, spell: LeaderlessSpell, input: Indexed): LinkLoss | null {
  const { member } = voice;
  if (peer.member.clusterId !== member.clusterId || peer.roles.length === 0) return null;
  const asked = [...within(voice.asked, spell.from - ON_ITS_WAY, spell.to ?? Infinity, atOf)].filter((a) => a.of === peer.member.id);
  if (asked.length < FEWEST) return null;
  const got = input.consideredOf(peer, member);
  // Between clocks that are not confined, only a request that never arrived at all is known to be lost.
  const unsure = [voice, peer].some((v) => v.member.node !== null && input.loose.has(v.member.node));
  if (unsure && got.length > 0) return null;
  const lost = unanswered(asked, got);
  const [first] = lost;
  const last = lost.at(-1);
  if (first === undefined || last === undefined || lost.length < FEWEST || last.at - first.at < SHORTEST) return null;
  const explained = [...input.voices.links.ofObserver(member), ...input.voices.links.ofObserver(peer.member)].some(
    (l) =>
      (l.peer === peer.member || l.peer === member) &&
      (l.kinds.has('refused-identity') || l.kinds.has('closed')) &&
      l.from <= last.at &&
      (l.to ?? Infinity) >= first.at,
  );
  if (explained || [member, peer.member].some((m) => m.removedAt !== null && m.removedAt <= first.at)) return null;
  const contact = got[lowerBound(got, last.at - ON_ITS_WAY + 1, atOf)];
  const to = spell.to ?? contact?.at ?? null;
  if (!wasAlive(peer, voice, first.at, { lost: last.at, to }, input)) return null;
  return {
    observer: member,
    peer: peer.member,
    from: first.at,
    to,
    kinds: new Set(['silent']),
    first: first.fact,
    last: last.fact,
    ended: contact?.fact ?? null,
    firm: true,
    declared: false,
    met: true,
    parting: null,
  };
}

/** The first stretch of requests of which none arrived. */
function unanswered(asked: readonly Asked[], got: readonly Asked[]): readonly Asked[] {
  const lost: Asked[] = [];
  for (const request of asked) {
    const near = got[lowerBound(got, request.at - ON_ITS_WAY, atOf)];
    if (near !== undefined && near.at <= request.at + ON_ITS_WAY) {
      if (lost.length >= FEWEST) break;
      lost.length = 0;
    } else lost.push(request);
  }
  return lost;
}

/**
 * A peer that was silent may have stood still itself. It did not when it said something meanwhile; nor when it had another leader that
 * sent its heartbeats in time, and was there afterwards.
 */
function wasAlive(
  peer: Voice,
  asking: Voice,
  from: number,
  { lost, to }: { readonly lost: number; readonly to: number | null },
  { voices, answering }: UnansweredInput,
): boolean {
  if (spoke(peer, from, lost)) return true;
  const leader = lastAtOrBefore(peer.leaders, from, (l) => l.at)?.leader ?? null;
  if (leader === null || leader === asking.member || (to === null && !answering.has(peer.member))) return false;
  const late = voices.of(leader)?.notes.some((n) => n.type === 'raft.heartbeat-late' && n.data.exceeded > STOOD_STILL && n.when >= from);
  return late === false;
}

/** Nodes whose clock the evidence does not confine from both sides. */
export function looseNodes(
  clocks: readonly { readonly node: string; readonly reference: boolean; readonly low: number | null; readonly high: number | null }[],
): ReadonlySet<string> {
  return new Set(clocks.filter((c) => !c.reference && (c.low === null || c.high === null)).map((c) => c.node));
}
