import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros, formatTime } from '../../model/time.ts';
import { cite } from '../cite.ts';
import { within } from '../search.ts';
import { close, mayBePlanned, unseenStop, type Doubt, type DownStretch } from './down-stretch.ts';
import { deathOf, endingOf, failureOf, lastWords, type Ending } from './endings.ts';
import { groupLosses, type LinkLoss } from './loss.ts';
import type { Run, Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** Restarts faster than this need not be seen by peers to be believed. */
const NOTICED = 2 * SECOND;

/** A time without the process, while the log is walked. */
interface Open extends Ending {
  failures: number;
  failure: string | null;
  readonly evidence: Citation[];
}

const startOf = (l: LinkLoss): number => l.from;

/** Members whose process was gone, by their own logs and by what their peers saw; `answering`: asked at collection, they spoke. */
export function processDowns(voices: Voices, endOfCase: EpochMicros, answering: ReadonlySet<Member>, doubt: Doubt): readonly DownStretch[] {
  return voices.all.flatMap((voice) => downsOf(voice, voices, endOfCase, answering.has(voice.member), doubt));
}

function downsOf(voice: Voice, voices: Voices, endOfCase: EpochMicros, answers: boolean, doubt: Doubt): readonly DownStretch[] {
  const { member } = voice;
  const downs: DownStretch[] = [];
  let open: Open | null = null;
  for (const [i, run] of voice.runs.entries()) {
    if (open !== null) {
      if (isUp(run)) {
        const back = run.start ?? run.ready ?? run.lastFact;
        if (mayBePlanned(open, run.from)) doubt(member, unseenStop(member, open.from, run.from));
        else downs.push(close(member, open, run.from, [cite(back, phrase('{member} starts again', { member: member.name }))]));
        open = null;
      } else {
        open.failures += 1;
        open.failure = failureOf(run) ?? open.failure;
        const failure = run.failed ?? run.crash ?? run.lastFact;
        if (open.evidence.length < 8) open.evidence.push(cite(failure, phrase('this start failed')));
        continue;
      }
    }
    const next = voice.runs[i + 1];
    let ended = lastWords(voice, run);
    if (ended === null && next !== undefined) {
      const gap = unseenEnd(voice, run, next, voices, doubt);
      downs.push(...gap.downs);
      ended = gap.ended;
    } else ended ??= silentEnd(voice, run, voices, answers ? run.last : endOfCase);
    if (ended !== null) open = { ...ended, failures: isUp(run) ? 0 : 1, failure: isUp(run) ? null : failureOf(run), evidence: [...ended.evidence] };
  }
  if (open !== null) {
    const { from } = open;
    // Its log ends, yet peers found it again: the rest of the log is missing.
    const seenAgain = foundAgain(member, from, voices);
    const back = seenAgain?.ended ?? null;
    // so is what it said when it stopped, if it was told to
    if (back !== null && mayBePlanned(open, back.when)) {
      doubt(member, unseenStop(member, from, back.when));
      return downs;
    }
    if (back === null && answers) {
      doubt(
        member,
        phrase('{member} went away at {from} and answered when the bundle was collected: when it came back is not seen', {
          member: member.name,
          from: formatTime(from),
        }),
      );
      return downs;
    }
    // a member that is taken out goes for good: whether it had been told to is as open
    if (back === null && member.removedAt !== null && mayBePlanned(open, member.removedAt)) {
      doubt(member, unseenStop(member, from, member.removedAt));
      return downs;
    }
    const again =
      back === null
        ? []
        : [
            cite(
              back,
              seenAgain == null
                ? phrase('a peer reaches {peer} again', { peer: member.name })
                : phrase('{observer} reaches {peer} again', { observer: seenAgain.observer.name, peer: member.name }),
            ),
          ];
    downs.push(close(member, open, back?.when ?? null, again, endOfCase));
  }
  return downs;
}

/** How a peer found a member again that it had lost by then, if nobody lost it since. */
function foundAgain(member: Member, from: EpochMicros, voices: Voices): LinkLoss | undefined {
  const losses = voices.links.ofPeer(member, from - 5 * SECOND, Infinity);
  const back = losses.find((l) => l.ended?.type === 'peer.became-active' && (l.to ?? 0) >= from);
  return losses.some((l) => l.to === null && l.from > (back?.to ?? Infinity)) ? undefined : back;
}

/** A life counts as one when the member served or found a leader, or when it neither crashed nor failed. */
function isUp(run: Run): boolean {
  return run.ready !== null || (run.crash === null && run.failed === null);
}

/**
 * A life of whose end nothing was logged, before another: killed, or what it said is missing. Each time that its peers lost it in
 * between is one of its own; without them only a log that goes on in the same file tells.
 */
function unseenEnd(voice: Voice, run: Run, next: Run, voices: Voices, doubt: Doubt): { readonly downs: readonly DownStretch[]; readonly ended: Ending | null } {
  const { member } = voice;
  const silence = cite(run.lastFact, phrase('{member} still runs here; no shutdown was logged after it', { member: member.name }));
  // A process that is back within two seconds costs its peers no more than their streams.
  const groups = groupLosses(
    lossesAfter(voice, run, next.from, voices).filter((l) => (l.firm || l.kinds.has('closed') || l.parting !== null) && (l.met || l.to === null)),
  );
  const last = groups.findLast((g) => g.some((l) => (l.to ?? Infinity) >= next.from - NOTICED));
  const downs = groups.flatMap((group) => {
    const ended = endingOf(member, group);
    const to = epochMicros(Math.min(...group.map((l) => l.to ?? next.from)));
    if (group === last || to - ended.from < SECOND) return [];
    if (!mayBePlanned(ended, to)) return [close(member, { ...ended, failures: 0 }, to, [])];
    doubt(member, unseenStop(member, ended.from, to));
    return [];
  });
  if (last !== undefined) {
    const ended = endingOf(member, last);
    return { downs, ended: { ...ended, from: deathOf(run, last), evidence: [silence, ...ended.evidence.slice(0, 1)] } };
  }
  const watchers = voices.all.filter((v) => v !== voice && v.runs.some((r) => r.from <= run.last && r.last >= next.from));
  // Peers that were there and saw nothing outweigh a hole in a log whose rotated part is missing.
  if (watchers.length > 0 && next.from - run.last > NOTICED) return { downs, ended: null };
  if (run.lastFact.source === next.start?.source) return { downs, ended: { from: run.last, how: 'killed', proved: true, evidence: [silence] } };
  doubt(
    member,
    phrase('{member} began again at {from}: whether it had been told to stop is not in the case', { member: member.name, from: formatTime(next.from) }),
  );
  return { downs, ended: null };
}

/** What peers lost of a member from the end of a life on. */
function lossesAfter(voice: Voice, run: Run, until: EpochMicros, voices: Voices): readonly LinkLoss[] {
  const near = within(voices.links.allOfPeer(voice.member), run.last - 15 * SECOND, until, startOf);
  return [...near].filter((l) => (l.to ?? Infinity) >= run.last - 2 * SECOND);
}

/** The log ends without a word: dead only if peers say so and never found it again. */
function silentEnd(voice: Voice, run: Run, voices: Voices, endOfCase: EpochMicros): Ending | null {
  const losses = lossesAfter(voice, run, endOfCase, voices).filter((l) => l.firm);
  // who was not listening any more says nothing about what came after
  const listened = (l: LinkLoss): boolean => (voices.of(l.observer)?.signs.at(-1) ?? -Infinity) >= run.last - 2 * SECOND;
  const lasting = losses.filter((l) => (l.to === null ? listened(l) && endOfCase - l.from >= 3 * SECOND : l.to - run.last > 5 * SECOND));
  const [first] = lasting;
  if (first === undefined || endOfCase - run.last < 3 * SECOND) return null;
  // one that was lost by a minority of those who watched was only cut off from it
  const observers = new Set(lasting.map((l) => l.observer));
  const content = voices.all.filter((v) => v !== voice && !observers.has(v.member) && v.member.clusterId === voice.member.clusterId && watched(v, first.from));
  if (content.length >= observers.size) return null;
  const ended = endingOf(voice.member, lasting);
  return {
    ...ended,
    from: deathOf(run, lasting),
    evidence: [
      cite(run.lastFact, phrase('{member} still runs here; no shutdown was logged after it', { member: voice.member.name })),
      ...ended.evidence.slice(0, 1),
    ],
  };
}

/** Whether a log goes on long enough after a moment for a dead peer to be missed in it: streams time out after 5 s. */
function watched(voice: Voice, from: EpochMicros): boolean {
  return voice.runs.some((r) => r.from <= from && r.last >= from + 15 * SECOND);
}
