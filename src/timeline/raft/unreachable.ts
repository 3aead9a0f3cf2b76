import type { Member } from '../../model/history.ts';
import { phrase } from '../../model/phrases.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros, formatDuration } from '../../model/time.ts';
import { Stretches, type Stretch } from '../stretches.ts';
import { PLANNED_WITHIN, close, mayBePlanned, unseenStop, type Doubt, type DownStretch } from './down-stretch.ts';
import { endingOf } from './endings.ts';
import { groupLosses, type LinkLoss } from './loss.ts';
import type { Voices } from './voices.ts';

/** Members without a log that nobody reached, and those of whom it cannot be told who was cut off. */
export interface Unreachable {
  readonly downs: readonly DownStretch[];
  readonly doubts: readonly { readonly member: Member; readonly observers: readonly Member[] }[];
}

/** Members without any log of their own, or alive but cut off by more than a network: lost by most of those who watched. */
export function unreachableDowns(voices: Voices, members: readonly Member[], known: readonly DownStretch[], endOfCase: EpochMicros, doubt: Doubt): Unreachable {
  const downs: DownStretch[] = [];
  const doubts: Unreachable['doubts'][number][] = [];
  const told = new Stretches<Member>();
  for (const down of known) told.add(down.member, down);
  const lost = new Map(voices.all.map((v) => [v.member, lossesByPeer(v.member, voices)]));
  for (const member of members) {
    // where it has a log of its own, that tells of it from its first start on
    const own = voices.of(member)?.runs[0]?.start?.when ?? null;
    if ((own === null && voices.of(member) !== null) || isNewLearner(member, voices)) continue;
    const until = own ?? member.removedAt;
    const losses = voices.links.allOfPeer(member).filter((l) => l.firm && (until === null || l.from < until));
    for (const group of groupLosses(losses)) {
      const observers = new Set(group.map((l) => l.observer));
      const watching = voices.all.filter((v) => v.member.clusterId === member.clusterId).length;
      if (observers.size * 2 <= watching) continue;
      const again = lostAgain(group, endOfCase);
      const ended = again.length === 0 ? endingOf(member, group) : { ...endingOf(member, again), from: endingOf(member, group).from };
      const found = group.every((l) => l.to !== null) ? epochMicros(Math.min(...group.map((l) => l.to ?? Infinity))) : null;
      const back = own === null ? found : epochMicros(Math.min(found ?? Infinity, own));
      if (back !== null && back - ended.from < 3 * SECOND) continue;
      if (told.touches(member, { from: ended.from, to: ended.from })) continue;
      if (!group.some((l) => l.kinds.has('closed')) && [...observers].every((o) => lostMost(o, lost.get(o), { from: ended.from, to: back }, members))) {
        doubts.push({ member, observers: [...observers] });
        continue;
      }
      if (group.every((l) => awaited(l, voices))) {
        // a cluster that is being made waits for its members
        if (back !== null) continue;
        if (endOfCase - ended.from < PLANNED_WITHIN) {
          doubt(
            member,
            phrase('{member} had not joined the new cluster {duration} after the others began', {
              member: member.name,
              duration: formatDuration(endOfCase - ended.from),
            }),
          );
          continue;
        }
      }
      if (back !== null && mayBePlanned(ended, back)) {
        doubt(member, unseenStop(member, ended.from, back));
        continue;
      }
      downs.push(close(member, { ...ended, failures: again.length === 0 ? 0 : 1 }, back ?? member.removedAt, [], endOfCase));
    }
  }
  return { downs, doubts };
}

/** How those lost it who had found it for a moment: it was started and died at once, however orderly it had stopped before. */
function lostAgain(group: readonly LinkLoss[], endOfCase: EpochMicros): readonly LinkLoss[] {
  const again = group.filter((l) => l.to === null && group.some((e) => e.observer === l.observer && e.to !== null && e.to <= l.from));
  return again.some((l) => l.kinds.has('closed') && endOfCase - l.from >= 3 * SECOND) ? again : [];
}

/** Polled in vain since the observer's first start ever: a member that has not come yet. */
function awaited({ observer, met, from }: LinkLoss, voices: Voices): boolean {
  const voice = voices.of(observer);
  const run = voice?.runs.findLast((r) => r.from <= from);
  return !met && run !== undefined && run.start !== null && !run.again;
}

/** A learner that was added and never started takes nothing away yet. */
function isNewLearner(member: Member, { all, links }: Voices): boolean {
  const { id } = member;
  return id !== null && !links.wasMet(member) && all.some((v) => v.configurations.at(-1)?.learners.includes(id) === true);
}

/** When an observer had lost each of its peers for good or for long. */
function lossesByPeer(observer: Member, { links }: Voices): Stretches<Member> {
  const lost = new Stretches<Member>();
  for (const loss of links.ofObserver(observer)) if (loss.firm) lost.add(loss.peer, loss);
  return lost;
}

/** True when an observer had lost so many members at once that it may as well have been cut off itself. */
function lostMost(observer: Member, lost: Stretches<Member> | undefined, meanwhile: Stretch, members: readonly Member[]): boolean {
  const from = meanwhile.from ?? -Infinity;
  const cluster = members.filter((m) => m.clusterId === observer.clusterId && (m.removedAt === null || m.removedAt > from));
  const left = cluster.length - members.filter((m) => lost?.touches(m, meanwhile) === true).length;
  return left * 2 <= cluster.length;
}
