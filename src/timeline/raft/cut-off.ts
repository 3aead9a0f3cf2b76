import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { SECOND } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** A member that runs without a leader this long, while the others have one, does not serve. */
const LONG = 10 * SECOND;

/**
 * Requests for votes, over and over, of so many that those who answered were no majority, until it followed a leader whose log is not in
 * the case: those others had a quorum among them and did not hear it.
 */
function askedInVain(voice: Voice, { from, to }: Derived<'cluster.leaderless'>, voices: Voices): readonly Citation[] {
  if (from === null || to === null) return [];
  const leader = voice.leaders.find((l) => l.at >= to)?.leader ?? null;
  if (leader === null || voices.of(leader) !== null) return [];
  const asked = voice.asked.filter((a) => a.at >= from && a.at <= to);
  const [first] = asked;
  const last = asked.at(-1);
  const unheard = new Set(asked.map((a) => a.of).filter((id) => voices.all.every((v) => v.member.id !== id)));
  const voters = voice.configurations.at(-1)?.voters.length ?? 0;
  if (first === undefined || last === undefined || last.at - first.at < LONG || unheard.size * 2 <= voters) return [];
  return [
    cite(first.fact, phrase('{member} asks for votes from here on', { member: voice.member.name })),
    cite(last.fact, phrase('and still has no majority')),
  ];
}

/**
 * Members whose process runs but which nobody can talk to for a reason other than the network: refused certificates, another
 * cluster's data. A partition already says it for those that are cut off.
 */
export function cutOffDowns(
  voices: Voices,
  leaderless: readonly Derived<'cluster.leaderless'>[],
  partitions: readonly Derived<'network.partition'>[],
  known: readonly DownStretch[],
): readonly DownStretch[] {
  return leaderless.flatMap((stretch): DownStretch[] => {
    const { from, to, data } = stretch;
    const name = data.members[0];
    const voice = voices.all.find((v) => v.member.name === name);
    if (data.scope !== 'minority' || voice === undefined || from === null || data.duration < LONG) return [];
    if (partitions.some((p) => p.data.isolated.includes(voice.member.name) && (p.from ?? 0) <= (to ?? Infinity) && (p.to ?? Infinity) >= from)) return [];
    if (known.some((d) => d.member === voice.member && d.from <= from && (d.to ?? Infinity) > from + SECOND)) return [];
    const seen = voices.links.ofPeer(voice.member, from, to ?? Infinity);
    const own = voices.links.losses.filter((l) => l.observer === voice.member && l.from <= (to ?? Infinity) && (l.to ?? Infinity) >= from);
    const losses = [...seen, ...own];
    const run = voice.runs.findLast((r) => r.from <= from);
    // By one log alone, the others may as well have been the ones that were away.
    if (voices.all.length === 1 && !losses.some((l) => l.kinds.has('refused-identity')) && run?.ready != null) return [];
    // Without a word from anybody, only a process that never came to serve counts as cut off, or one that asked for votes all the while.
    const asked = losses.length > 0 || run?.ready == null ? [] : askedInVain(voice, stretch, voices);
    if (losses.length === 0 && run?.ready != null && asked.length === 0) return [];
    // its log breaks off without a leader, and those who reach on never talked to it again
    const still = to !== null && seen.some((l) => l.to === null) && !voice.leaders.some((l) => l.at >= to && l.leader !== null);
    return [
      {
        member: voice.member,
        from,
        to: still ? null : to,
        how: 'unreachable',
        planned: false,
        evidence: [
          ...stretch.evidence,
          ...asked,
          ...losses.slice(0, 4).map((l) => cite(l.first, phrase('{observer} cannot talk to {peer}', { observer: l.observer.name, peer: l.peer.name }))),
        ],
      },
    ];
  });
}
