import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import { cite } from '../cite.ts';
import { nodesOf } from './nodes-of.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/**
 * A member forced into a new cluster while others of the old one live on: same cluster id, two histories. Where nobody of the
 * old cluster followed another leader then or afterwards it was a recovery, and nothing is forked.
 */
export function* forks(voices: Voices): Iterable<Derived<'cluster.forked'>> {
  for (const voice of voices.all) {
    const { forced, member } = voice;
    if (forced === null) continue;
    const others = voices.all.filter((v) => v !== voice && v.member.clusterId === member.clusterId && livesOn(v, voice, forced.when));
    const [first] = others;
    if (first === undefined) continue;
    const proof = others.flatMap((v) => {
      const follows = v.leaders.findLast((l) => l.at <= lastSign(v) && l.leader !== null);
      return follows === undefined
        ? []
        : [
            cite(
              follows.fact,
              follows.leader == null
                ? phrase('{member} follows another leader', { member: v.member.name })
                : phrase('{member} follows {leader}', { member: v.member.name, leader: follows.leader.name }),
            ),
          ];
    });
    const alone = voice.leaders.find((l) => l.at >= forced.when && l.leader === member);
    yield {
      type: 'cluster.forked',
      from: forced.when,
      to: null,
      nodes: nodesOf([member, ...others.map((v) => v.member)]),
      data: { sides: [[member.name], others.map((v) => v.member.name).toSorted()], how: 'forced-new-cluster' },
      evidence: [
        cite(forced, phrase('{member} is restarted as a new cluster of its own', { member: member.name })),
        ...(alone === undefined ? [] : [cite(alone.fact, phrase('{member} leads alone', { member: member.name }))]),
        ...proof.slice(0, 4),
      ],
    };
  }
}

const lastSign = (voice: Voice): number => voice.signs.at(-1) ?? -Infinity;

/** It says something after the split, and the leader it then follows, or last followed, is not the forced member. */
function livesOn(voice: Voice, forced: Voice, at: number): boolean {
  if (lastSign(voice) <= at) return false;
  const later = voice.leaders.findLast((l) => l.leader !== null);
  if (later === undefined || later.leader === forced.member) return false;
  const run = voice.runs.at(-1);
  // whoever the forced member turned away as removed is gone: that was a recovery, unless the others had a leader until then
  if (run !== undefined && run.removed !== null && run.removed.when >= at) {
    const before = voice.leaders.findLast((l) => l.at <= at)?.leader ?? null;
    return run.from < at && before !== null && before !== forced.member;
  }
  return run !== undefined && (run.last > at || later.at > at);
}
