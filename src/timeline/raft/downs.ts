import type { Derived, DerivedMap } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { MINUTE, SECOND, epochMicros, formatDuration } from '../../model/time.ts';
import { within } from '../search.ts';
import type { LinkLoss } from './links.ts';
import { exitOf, type Run, type Voice, type VoiceFact } from './voice.ts';
import type { Voices } from './voices.ts';

export type Down = Derived<'member.down'>;
type How = DerivedMap['member.down']['how'];
/** Told of a member of which it can not be said whether it was down, or why. */
type Doubt = (member: Member, because: string) => void;

/** A member down, with the member itself for those that reckon on. */
export interface DownStretch {
  readonly member: Member;
  readonly from: EpochMicros;
  /** null = still down when the case ends */
  readonly to: EpochMicros | null;
  readonly how: How;
  readonly planned: boolean;
  readonly evidence: readonly Citation[];
  /** what its last start failed with */
  readonly failure?: string | null;
}

/** A graceful stop followed by a start within this is maintenance. */
const PLANNED_WITHIN = MINUTE;
/** Restarts faster than this need not be seen by peers to be believed. */
const NOTICED = 2 * SECOND;

/** A time without the process, while the log is walked. */
interface Open {
  readonly from: EpochMicros;
  readonly how: How;
  failures: number;
  failure: string | null;
  readonly evidence: Citation[];
}

const startOf = (l: LinkLoss): number => l.from;

export function cite(fact: VoiceFact, why: string): Citation {
  return { ref: fact.ref, at: fact.at, why };
}

/** Members whose process was gone, by their own logs and by what their peers saw; `answering`: asked at collection, they spoke. */
export function processDowns(voices: Voices, endOfCase: EpochMicros, answering: ReadonlySet<Member>, doubt: Doubt): readonly DownStretch[] {
  return voices.all.flatMap((voice) => downsOf(voice, voices, endOfCase, answering.has(voice.member), doubt));
}

function downsOf(voice: Voice, voices: Voices, endOfCase: EpochMicros, answers: boolean, doubt: Doubt): readonly DownStretch[] {
  const downs: DownStretch[] = [];
  let open: Open | null = null;
  for (const [i, run] of voice.runs.entries()) {
    if (open !== null) {
      if (isUp(run)) {
        const back = run.start ?? run.ready ?? run.lastFact;
        downs.push(close(voice.member, open, run.from, [cite(back, `${voice.member.name} starts again`)]));
        open = null;
      } else {
        open.failures += 1;
        open.failure = failureOf(run) ?? open.failure;
        const failure = run.failed ?? run.crash ?? run.lastFact;
        if (open.evidence.length < 8) open.evidence.push(cite(failure, 'this start failed'));
        continue;
      }
    }
    const next = voice.runs[i + 1];
    const ended = endOfRun(voice, run, next, voices, answers ? run.last : endOfCase);
    if (ended !== null)
      open = { from: ended.from, how: ended.how, failures: isUp(run) ? 0 : 1, failure: isUp(run) ? null : failureOf(run), evidence: [...ended.evidence] };
  }
  if (open !== null) {
    const from = open.from;
    const silentFrom = Math.max(from, voice.runs.at(-1)?.last ?? from);
    const seenAgain = voices.links
      .ofPeer(voice.member, from - 5 * SECOND, Infinity)
      .find((l) => l.ended !== null && (l.to ?? 0) > silentFrom + SECOND && l.ended.type === 'peer.became-active');
    // Its log ends, yet peers found it again: the rest of the log is missing.
    const back = seenAgain?.ended ?? null;
    // so is what it said when it stopped, if it was told to
    if (back !== null && (open.how === 'killed' || open.how === 'unreachable') && back.when - from < PLANNED_WITHIN) {
      doubt(
        voice.member,
        `${voice.member.name} was away for ${formatDuration(back.when - from)} after its log ends: whether it had been told to stop is not seen`,
      );
      return downs;
    }
    downs.push(
      close(
        voice.member,
        open,
        back?.when ?? null,
        back === null ? [] : [cite(back, `${seenAgain?.observer.name ?? 'a peer'} reaches ${voice.member.name} again`)],
        endOfCase,
      ),
    );
  }
  return downs;
}

/** A life counts as one when the member served or found a leader, or when it neither crashed nor failed. */
function isUp(run: Run): boolean {
  return run.ready !== null || (run.crash === null && run.failed === null);
}

/** What a start failed with, in etcd's words; else in systemd's. */
function failureOf({ failed, crash }: Run): string | null {
  if (failed?.type === 'etcd.start-failed') return failed.data.reason;
  if (crash?.type === 'etcd.crashed') return crash.data.reason;
  return failed?.type === 'systemd.unit' ? failed.data.detail : null;
}

function close(member: Member, open: Open, to: EpochMicros | null, more: readonly Citation[], endOfCase: EpochMicros | null = null): DownStretch {
  const how = open.failures > 1 || (to === null && open.failures > 0) ? 'start-failing' : open.how;
  const length = (to ?? endOfCase ?? open.from) - open.from;
  const planned = how === 'removed' || (how === 'stopped' && length < PLANNED_WITHIN);
  return { member, from: open.from, to, how, planned, evidence: [...open.evidence, ...more], failure: how === 'start-failing' ? open.failure : null };
}

/** Whether, when and how a life ended; null when the log merely stops or is cut. */
function endOfRun(
  voice: Voice,
  run: Run,
  next: Run | undefined,
  voices: Voices,
  endOfCase: EpochMicros,
): { readonly from: EpochMicros; readonly how: How; readonly evidence: readonly Citation[] } | null {
  const { name } = voice.member;
  if (run.removed !== null) return { from: run.last, how: 'removed', evidence: [cite(run.removed, `${name} learns that it was removed`)] };
  const over = run.exited?.when ?? run.last;
  if (run.signal !== null) return { from: over, how: 'stopped', evidence: [cite(run.signal, `${name} is told to stop`)] };
  if (run.crash !== null) return { from: over, how: 'crashed', evidence: [cite(run.crash, `${name} crashes`)] };
  if (run.failed !== null) return { from: over, how: 'start-failing', evidence: [cite(run.failed, `${name} fails to start`)] };
  if (run.exited?.type === 'systemd.unit')
    return { from: over, how: exitOf(run.exited.data.detail), evidence: [cite(run.exited, `the process of ${name} ends`)] };
  const until = next?.from ?? endOfCase;
  // A process that is back within two seconds costs its peers no more than their streams.
  const losses = [...within(voices.links.allOfPeer(voice.member), run.last - 15 * SECOND, until, startOf)].filter(
    (l) => (l.firm || (next !== undefined && l.kinds.has('closed'))) && (l.to ?? Infinity) >= run.last - 2 * SECOND,
  );
  const closed = losses.filter((l) => l.kinds.has('closed'));
  const first = (closed[0] ?? losses[0])?.first ?? null;
  if (next === undefined) return silentEnd(voice, run, voices, losses, closed, endOfCase);
  const watchers = voices.all.filter((v) => v !== voice && v.runs.some((r) => r.from <= run.last && r.last >= next.from));
  // Peers that were there and saw nothing outweigh a hole in a log whose rotated part is missing.
  if (first === null && watchers.length > 0 && next.from - run.last > NOTICED) return null;
  const evidence = [cite(run.lastFact, `${name} still runs here; no shutdown was logged after it`)];
  if (first !== null) evidence.push(cite(first, `a peer loses ${name}`));
  return { from: deathOf(run, losses), how: 'killed', evidence };
}

/** Peers see a broken connection at once; the log's own last line may be long before. */
function deathOf(run: Run, losses: readonly LinkLoss[]): EpochMicros {
  const seen = losses.filter((l) => l.kinds.has('closed') && l.from >= run.last).map((l) => l.from);
  return seen.length === 0 ? run.last : epochMicros(Math.min(...seen));
}

/** The log ends without a word: dead only if peers say so and never found it again. */
function silentEnd(
  voice: Voice,
  run: Run,
  voices: Voices,
  losses: readonly LinkLoss[],
  closed: readonly LinkLoss[],
  endOfCase: EpochMicros,
): { readonly from: EpochMicros; readonly how: How; readonly evidence: readonly Citation[] } | null {
  // who was not listening any more says nothing about what came after
  const listened = (l: LinkLoss): boolean => (voices.of(l.observer)?.signs.at(-1) ?? -Infinity) >= run.last - 2 * SECOND;
  const lasting = losses.filter((l) => (l.to === null ? listened(l) && endOfCase - l.from >= 3 * SECOND : l.to - run.last > 5 * SECOND));
  const [first] = lasting;
  if (first === undefined || endOfCase - run.last < 3 * SECOND) return null;
  // one that was lost by a minority of those who watched was only cut off from it
  const observers = new Set(lasting.map((l) => l.observer));
  const content = voices.all.filter((v) => v !== voice && !observers.has(v.member) && v.member.clusterId === voice.member.clusterId && watched(v, first.from));
  if (content.length >= observers.size) return null;
  return {
    from: deathOf(run, lasting),
    how: closed.length > 0 ? 'killed' : 'unreachable',
    evidence: [
      cite(run.lastFact, `${voice.member.name} still runs here; no shutdown was logged after it`),
      cite(first.first, `${first.observer.name} loses ${voice.member.name}`),
    ],
  };
}

/** Whether a log goes on long enough after a moment for a dead peer to be missed in it: streams time out after 5 s. */
function watched(voice: Voice, from: EpochMicros): boolean {
  return voice.runs.some((r) => r.from <= from && r.last >= from + 15 * SECOND);
}

/** Members without a log that nobody reached, and those of whom it can not be told who was cut off. */
export interface Unreachable {
  readonly downs: readonly DownStretch[];
  readonly doubts: readonly { readonly member: Member; readonly observers: readonly Member[] }[];
}

/** Members without any log of their own, or alive but cut off by more than a network: lost by most of those who watched. */
export function unreachableDowns(voices: Voices, members: readonly Member[], known: readonly DownStretch[]): Unreachable {
  const downs: DownStretch[] = [];
  const doubts: Unreachable['doubts'][number][] = [];
  for (const member of members) {
    if (voices.of(member) !== null || isNewLearner(member, voices)) continue;
    const losses = voices.links.allOfPeer(member).filter((l) => l.firm && (member.removedAt === null || l.from < member.removedAt));
    const [first] = losses.toSorted((a, b) => a.from - b.from);
    if (first === undefined) continue;
    for (const group of groupLosses(losses)) {
      const observers = new Set(group.map((l) => l.observer));
      const watching = voices.all.filter((v) => v.member.clusterId === member.clusterId).length;
      const start = group[0];
      if (start === undefined || observers.size * 2 <= watching) continue;
      const ended = group.every((l) => l.to !== null);
      const to = ended ? epochMicros(Math.min(...group.map((l) => l.to ?? Infinity))) : null;
      if (to !== null && to - start.from < 3 * SECOND) continue;
      if (known.some((d) => d.member === member && d.from <= start.from && (d.to ?? Infinity) >= start.from)) continue;
      if (!group.some((l) => l.kinds.has('closed')) && [...observers].every((o) => lostMost(o, start.from, to, voices, members))) {
        doubts.push({ member, observers: [...observers] });
        continue;
      }
      downs.push({
        member,
        from: start.from,
        to: to === null && member.removedAt !== null ? member.removedAt : to,
        how: group.some((l) => l.kinds.has('closed')) && voices.links.wasMet(member) ? 'killed' : 'unreachable',
        planned: false,
        evidence: group.slice(0, 4).map((l) => cite(l.first, `${l.observer.name} loses ${member.name}`)),
      });
    }
  }
  return { downs, doubts };
}

/** A learner that was added and never started takes nothing away yet. */
function isNewLearner(member: Member, { all, links }: Voices): boolean {
  const { id } = member;
  return id !== null && !links.wasMet(member) && all.some((v) => v.configurations.at(-1)?.learners.includes(id) === true);
}

/** True when an observer had lost so many members at once that it may as well have been cut off itself. */
function lostMost(observer: Member, from: EpochMicros, to: EpochMicros | null, { links }: Voices, members: readonly Member[]): boolean {
  const cluster = members.filter((m) => m.clusterId === observer.clusterId && (m.removedAt === null || m.removedAt > from));
  const lost = links.losses.filter((l) => l.firm && l.observer === observer && l.from <= (to ?? Infinity) && (l.to ?? Infinity) >= from);
  const left = cluster.length - new Set(lost.map((l) => l.peer)).size;
  return left * 2 <= cluster.length;
}

/** Losses of one peer that overlap are one. */
export function groupLosses(losses: readonly LinkLoss[]): readonly (readonly LinkLoss[])[] {
  const groups: LinkLoss[][] = [];
  let end = -Infinity;
  for (const loss of losses.toSorted((a, b) => a.from - b.from)) {
    const group = groups.at(-1);
    if (group !== undefined && loss.from <= end + SECOND) group.push(loss);
    else groups.push([loss]);
    end = Math.max(group === undefined || loss.from > end + SECOND ? -Infinity : end, loss.to ?? Infinity);
  }
  return groups;
}

/** What lasts less is no outage; a member removed sooner is told as down to the end. */
const LASTING = 5 * SECOND;

export function toDerived(down: DownStretch, endOfCase: EpochMicros): Down {
  const { member, from, how, planned, evidence } = down;
  // whoever was removed is no longer missed
  const left = member.removedAt !== null && member.removedAt > from + LASTING ? member.removedAt : null;
  const to = left !== null && (down.to === null || down.to > left) ? left : down.to;
  return {
    type: 'member.down',
    from: how === 'silent' ? null : from,
    to,
    nodes: [member.node ?? member.name],
    data: {
      member: member.name,
      id: member.id,
      how,
      planned,
      duration: how === 'silent' ? null : (to ?? endOfCase) - from,
      ongoing: to === null,
      failure: down.failure ?? null,
    },
    evidence,
  };
}
