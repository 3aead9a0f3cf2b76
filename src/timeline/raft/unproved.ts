import type { Derived } from '../../model/derived.ts';
import type { Member, NodeClock } from '../../model/history.ts';
import { SECOND, epochMicros, type EpochMicros } from '../../model/time.ts';
import { lastAtOrBefore, lowerBound } from '../search.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Voice } from './voice.ts';
import { looseNodes } from './unanswered.ts';
import type { Voices } from './voices.ts';

/** A follower gives up a leader without a quorum within two election timeouts. */
const LOSES_SIGHT = 2 * SECOND;

type Leaderless = Derived<'cluster.leaderless'>;

/**
 * A loss told by one member and an election told by another are apart by the clocks as well as by time. Where a clock is not
 * confined, a stretch is no longer than the longest that one member, by its own clock, knew no leader.
 */
export function heldToOwnClocks(
  stretches: readonly Leaderless[],
  voices: Voices,
  downs: readonly DownStretch[],
  clocks: readonly NodeClock[],
): readonly Leaderless[] {
  const loose = looseNodes(clocks);
  if (loose.size === 0) return stretches;
  const edges = edgesOf(downs);
  return stretches.flatMap((stretch): readonly Leaderless[] => {
    const { from, to, data } = stretch;
    if (data.scope !== 'cluster' || from === null || to === null) return [stretch];
    const own = voices.all.filter((v) => v.member.clusterId === data.cluster && data.members.includes(v.member.name));
    const told = tellers(own, edges, from, to);
    if (own.length < 2 || told.length === 1 || !told.some((v) => v.member.node !== null && loose.has(v.member.node))) return [stretch];
    const awake = own.filter((v) => !downs.some((d) => d.member === v.member && d.from <= to && (d.to ?? Infinity) >= from));
    const spells = awake.flatMap((v) => voices.spellsOf(v)).filter((s) => s.from <= to && (s.to ?? Infinity) >= from);
    const longest = Math.max(-Infinity, ...spells.map((s) => (s.to ?? Infinity) - s.from));
    // One that was awake and followed its leader throughout: the others were gone one after the other, not together.
    if (spells.length === 0 && awake.some((v) => lastAtOrBefore(v.leaders, from, (l) => l.at)?.leader != null && (v.signs.at(-1) ?? 0) > to + LOSES_SIGHT))
      return [];
    if (spells.length === 0 || longest >= data.duration) return [stretch];
    return [{ ...stretch, to: epochMicros(from + longest), data: { ...data, duration: longest, low: Math.min(data.low, longest) } }];
  });
}

/** The moments at which somebody went or came back, of each member and of all. */
interface Edges {
  readonly of: ReadonlyMap<Member, ReadonlySet<number>>;
  readonly all: ReadonlySet<number>;
}

function edgesOf(downs: readonly DownStretch[]): Edges {
  const of = new Map<Member, Set<number>>();
  const all = new Set<number>();
  for (const { member, from, to } of downs) {
    const own = of.get(member) ?? new Set();
    of.set(member, own);
    for (const at of to === null ? [from] : [from, to]) {
      own.add(at);
      all.add(at);
    }
  }
  return { of, all };
}

function saidAt(changes: readonly { readonly at: EpochMicros }[], at: number): boolean {
  return changes[lowerBound(changes, at, (c) => c.at)]?.at === at;
}

/** Those whose own clock says when the stretch began or ended; all, where that cannot be told, as when a peer saw a member go or come. */
function tellers(own: readonly Voice[], edges: Edges, from: number, to: number): readonly Voice[] {
  const tells = (v: Voice, at: number): boolean => saidAt(v.leaders, at) || saidAt(v.roles, at) || edges.of.get(v.member)?.has(at) === true;
  const seen = [from, to].some((at) => edges.all.has(at) && !own.some((v) => tells(v, at)));
  const told = own.filter((v) => tells(v, from) || tells(v, to));
  return told.length === 0 || seen ? own : told;
}
