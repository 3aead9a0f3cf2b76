import type { Derived } from '../../model/derived.ts';
import type { NodeClock } from '../../model/history.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { lastAtOrBefore } from '../search.ts';
import type { DownStretch } from './downs.ts';
import { looseNodes } from './unanswered.ts';
import { leaderlessSpells, type Voice } from './voice.ts';
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
  return stretches.flatMap((stretch): readonly Leaderless[] => {
    const { from, to, data } = stretch;
    if (data.scope !== 'cluster' || from === null || to === null) return [stretch];
    const own = voices.all.filter((v) => v.member.clusterId === data.cluster && data.members.includes(v.member.name));
    const told = tellers(own, downs, from, to);
    if (own.length < 2 || told.length === 1 || !told.some((v) => v.member.node !== null && loose.has(v.member.node))) return [stretch];
    const awake = own.filter((v) => !downs.some((d) => d.member === v.member && d.from <= to && (d.to ?? Infinity) >= from));
    const spells = awake.flatMap((v) => leaderlessSpells(v)).filter((s) => s.from <= to && (s.to ?? Infinity) >= from);
    const longest = Math.max(-Infinity, ...spells.map((s) => (s.to ?? Infinity) - s.from));
    // One that was awake and followed its leader throughout: the others were gone one after the other, not together.
    if (spells.length === 0 && awake.some((v) => lastAtOrBefore(v.leaders, from, (l) => l.at)?.leader != null && (v.signs.at(-1) ?? 0) > to + LOSES_SIGHT))
      return [];
    if (spells.length === 0 || longest >= data.duration) return [stretch];
    return [{ ...stretch, to: epochMicros(from + longest), data: { ...data, duration: longest, low: Math.min(data.low, longest) } }];
  });
}

/** Those whose own clock says when the stretch began or ended; all, where that can not be told, as when a peer saw a member go or come. */
function tellers(own: readonly Voice[], downs: readonly DownStretch[], from: number, to: number): readonly Voice[] {
  const tells = (v: Voice, at: number): boolean =>
    v.leaders.some((l) => l.at === at) || v.roles.some((r) => r.at === at) || downs.some((d) => d.member === v.member && (d.from === at || d.to === at));
  const seen = [from, to].some((at) => !own.some((v) => tells(v, at)) && downs.some((d) => d.from === at || d.to === at));
  const told = own.filter((v) => tells(v, from) || tells(v, to));
  return told.length === 0 || seen ? own : told;
}
