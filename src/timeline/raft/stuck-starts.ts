import { phrase } from '../../model/phrases.ts';
import { SECOND, type EpochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { Asked } from './asked.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Voices } from './voices.ts';

/** A member reads its data and finds its leader within seconds; a large database takes some more. */
const LONG = 30 * SECOND;

/**
 * Members that were started last and never came so far as to serve or to find a leader, while their log, which breaks off, gives no
 * reason: stuck in reading their data or in waiting for something. Their peers never reached them again, or they answered nobody.
 */
export function stuckStarts(voices: Voices, known: readonly DownStretch[], silent: Asked['silent'], endOfCase: EpochMicros): readonly DownStretch[] {
  return voices.all.flatMap(({ member, runs }): DownStretch[] => {
    const run = runs.at(-1);
    if (run === undefined || run.start === null || run.ready !== null || run.signal !== null || run.crash !== null || run.failed !== null) return [];
    if (run.removed !== null || endOfCase - run.from < LONG || known.some((d) => d.member === member && d.to === null && d.from < run.from)) return [];
    const losses = voices.links.allOfPeer(member).filter((l) => l.firm && (l.to ?? Infinity) >= run.from);
    const missed = losses.filter((l) => l.to === null && (voices.of(l.observer)?.signs.at(-1) ?? 0) - run.from >= LONG / 2);
    // one that goes on talking is told by what it says
    if (endOfCase - run.last < LONG / 2) return [];
    const answeredNobody = silent.get(member)?.some(({ when }) => when === null || when > run.from) === true;
    if (losses.some((l) => l.to !== null) || (missed.length === 0 && !answeredNobody)) return [];
    const before = runs.at(-2);
    const from = before?.signal == null ? run.from : (before.exited?.when ?? before.last);
    return [
      {
        member,
        from,
        to: null,
        how: 'start-failing',
        planned: false,
        evidence: [
          cite(run.start, phrase('{member} is started and never comes to serve', { member: member.name })),
          ...(run.lastFact === run.start ? [] : [cite(run.lastFact, phrase('the last it says'))]),
          ...missed
            .slice(0, 3)
            .map((l) => cite(l.first, phrase('{observer} loses {peer} and does not find it again', { observer: l.observer.name, peer: member.name }))),
        ],
      },
    ];
  });
}
