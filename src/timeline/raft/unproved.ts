import type { Derived } from '../../model/derived.ts';
import type { NodeClock } from '../../model/history.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { lastAtOrBefore } from '../search.ts';
import type { DownStretch } from './downs.ts';
import { leaderlessSpells } from './voice.ts';
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
  const loose = new Set(clocks.filter((c) => !c.reference && (c.low === null || c.high === null)).map((c) => c.node));
  if (loose.size === 0) return stretches;
  return stretches.flatMap((stretch): readonly Leaderless[] => {
    const { from, to, data } = stretch;
    if (data.scope !== 'cluster' || from === null || to === null) return [stretch];
    const own = voices.all.filter((v) => v.member.clusterId === data.cluster && data.members.includes(v.member.name));
    if (own.length < 2 || !own.some((v) => v.member.node !== null && loose.has(v.member.node))) return [stretch];
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
