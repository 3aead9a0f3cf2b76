import type { Derived, DerivedMap } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { MINUTE, SECOND, epochMicros, formatDuration, formatRfc3339 } from '../../model/time.ts';
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
  /** told to stop, and back at its first start */
  readonly orderly?: boolean;
  readonly evidence: readonly Citation[];
  /** what its last start failed with */
  readonly failure?: string | null;
}

/** A graceful stop followed by a start within this is maintenance. */
const PLANNED_WITHIN = MINUTE;
/** Restarts faster than this need not be seen by peers to be believed. */
const NOTICED = 2 * SECOND;

/** A time without the process, while the log is walked. */
interface Open extends Ending {
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
  const { member } = voice;
  const downs: DownStretch[] = [];
  let open: Open | null = null;
  for (const [i, run] of voice.runs.entries()) {
    if (open !== null) {
      if (isUp(run)) {
        const back = run.start ?? run.ready ?? run.lastFact;
        if (mayBePlanned(open, run.from)) doubt(member, unseenStop(member, open.from, run.from));
        else downs.push(close(member, open, run.from, [cite(back, `${member.name} starts again`)]));
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
      doubt(member, `${member.name} went away at ${formatRfc3339(from)} and answered when the bundle was collected: when it came back is not seen`);
      return downs;
    }
    // a member that is taken out goes for good: whether it had been told to is as open
    if (back === null && member.removedAt !== null && mayBePlanned(open, member.removedAt)) {
      doubt(member, unseenStop(member, from, member.removedAt));
      return downs;
    }
    const again = back === null ? [] : [cite(back, `${seenAgain?.observer.name ?? 'a peer'} reaches ${member.name} again`)];
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

function mayBePlanned({ from, proved }: Pick<Ending, 'from' | 'proved'>, to: EpochMicros): boolean {
  return !proved && to - from < PLANNED_WITHIN;
}

function unseenStop({ name }: Member, from: EpochMicros, to: EpochMicros): string {
  return `${name} was away for ${formatDuration(to - from)} from ${formatRfc3339(from)}: whether it had been told to stop is not seen`;
}

/** A life counts as one when the member served or found a leader, or when it neither crashed nor failed. */
function isUp(run: Run): boolean {
  return run.ready !== null || (run.crash === null && run.failed === null);
}

function close(
  member: Member,
  open: Pick<Ending, 'from' | 'how' | 'evidence'> & { readonly failures: number; readonly failure?: string | null },
  to: EpochMicros | null,
  more: readonly Citation[],
  endOfCase: EpochMicros | null = null,
): DownStretch {
  const how = open.failures > 1 || (to === null && open.failures > 0) ? 'start-failing' : open.how;
  const length = (to ?? endOfCase ?? open.from) - open.from;
  // whoever stops a member and takes it out replaces it
  const replaced = member.removedAt !== null && member.removedAt >= open.from - LASTING && member.removedAt - open.from < PLANNED_WITHIN;
  const planned = how === 'removed' || (how === 'stopped' && (length < PLANNED_WITHIN || replaced));
  const failure = how === 'start-failing' ? (open.failure ?? null) : null;
  const orderly = how === 'stopped' && to !== null && open.failures === 0;
  return { member, from: open.from, to, how, planned, orderly, failure, evidence: [...open.evidence, ...more] };
}

/** The end of a life. Not `proved`: it may have been told to stop in words that the case does not hold. */
interface Ending {
  readonly from: EpochMicros;
  readonly how: How;
  readonly proved: boolean;
  readonly evidence: readonly Citation[];
}

/** What a start failed with, in etcd's words; else in systemd's. */
function failureOf({ failed, crash }: Run): string | null {
  if (failed?.type === 'etcd.start-failed') return failed.data.reason;
  if (crash?.type === 'etcd.crashed') return crash.data.reason;
  return failed?.type === 'systemd.unit' ? failed.data.detail : null;
}

/** How a life ended by what the member or its process manager said; null when they said nothing of it. */
function lastWords({ member: { name } }: Voice, run: Run): Ending | null {
  const over = run.exited?.when ?? run.last;
  const told = (how: How, fact: VoiceFact, why: string, from = over): Ending => ({ from, how, proved: true, evidence: [cite(fact, `${name} ${why}`)] });
  if (run.removed !== null) return told('removed', run.removed, 'learns that it was removed', run.last);
  if (run.signal !== null) return told('stopped', run.signal, 'is told to stop');
  if (run.crash !== null) return told('crashed', run.crash, 'crashes');
  if (run.failed !== null) return told('start-failing', run.failed, 'fails to start');
  if (run.exited?.type === 'systemd.unit') return told(exitOf(run.exited.data.detail), run.exited, 'ends, as the process manager saw');
  return null;
}

/**
 * A life of whose end nothing was logged, before another: killed, or what it said is missing. Each time that its peers lost it in
 * between is one of its own; without them only a log that goes on in the same file tells.
 */
function unseenEnd(voice: Voice, run: Run, next: Run, voices: Voices, doubt: Doubt): { readonly downs: readonly DownStretch[]; readonly ended: Ending | null } {
  const { member } = voice;
  const silence = cite(run.lastFact, `${member.name} still runs here; no shutdown was logged after it`);
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
  doubt(member, `${member.name} began again at ${formatRfc3339(next.from)}: whether it had been told to stop is not in the case`);
  return { downs, ended: null };
}

/** Peers see a broken connection at once; the log's own last line may be long before. */
function deathOf(run: Run, losses: readonly LinkLoss[]): EpochMicros {
  const seen = losses.filter((l) => l.kinds.has('closed') && l.from >= run.last).map((l) => l.from);
  return seen.length === 0 ? run.last : epochMicros(Math.min(...seen));
}

/** What peers lost of a member from the end of a life on. */
function lossesAfter(voice: Voice, run: Run, until: EpochMicros, voices: Voices): readonly LinkLoss[] {
  const near = within(voices.links.allOfPeer(voice.member), run.last - 15 * SECOND, until, startOf);
  return [...near].filter((l) => (l.to ?? Infinity) >= run.last - 2 * SECOND);
}

/** How a member went, by those who lost it: a process told to stop parts from its peers in order. */
function endingOf({ name }: Member, group: readonly LinkLoss[]): Ending {
  const broken = group.find((l) => l.parting === 'broken');
  const orderly = group.find((l) => l.parting === 'orderly');
  const closed = group.filter((l) => l.kinds.has('closed'));
  const from = epochMicros(Math.min(...(closed.length > 0 ? closed : group).map((l) => l.from)));
  const cited = (losses: readonly LinkLoss[], why: string): readonly Citation[] => losses.slice(0, 4).map((l) => cite(l.first, `${l.observer.name} ${why}`));
  if (broken !== undefined) return { from, how: 'killed', proved: true, evidence: cited([broken, ...group.filter((l) => l !== broken)], `loses ${name}`) };
  if (orderly !== undefined) return { from, how: 'stopped', proved: true, evidence: cited([orderly], `loses ${name}, which ends its connections in order`) };
  const how = closed.some((l) => l.met) ? 'killed' : 'unreachable';
  return { from, how, proved: false, evidence: cited(group, `loses ${name}`) };
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
    evidence: [cite(run.lastFact, `${voice.member.name} still runs here; no shutdown was logged after it`), ...ended.evidence.slice(0, 1)],
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
export function unreachableDowns(voices: Voices, members: readonly Member[], known: readonly DownStretch[], endOfCase: EpochMicros, doubt: Doubt): Unreachable {
  const downs: DownStretch[] = [];
  const doubts: Unreachable['doubts'][number][] = [];
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
      const ended = endingOf(member, group);
      const found = group.every((l) => l.to !== null) ? epochMicros(Math.min(...group.map((l) => l.to ?? Infinity))) : null;
      const back = own === null ? found : epochMicros(Math.min(found ?? Infinity, own));
      if (back !== null && back - ended.from < 3 * SECOND) continue;
      if (known.some((d) => d.member === member && d.from <= ended.from && (d.to ?? Infinity) >= ended.from)) continue;
      if (!group.some((l) => l.kinds.has('closed')) && [...observers].every((o) => lostMost(o, ended.from, back, voices, members))) {
        doubts.push({ member, observers: [...observers] });
        continue;
      }
      if (group.every((l) => awaited(l, voices))) {
        // a cluster that is being made waits for its members
        if (back !== null) continue;
        if (endOfCase - ended.from < PLANNED_WITHIN) {
          doubt(member, `${member.name} had not joined the new cluster ${formatDuration(endOfCase - ended.from)} after the others began`);
          continue;
        }
      }
      if (back !== null && mayBePlanned(ended, back)) {
        doubt(member, unseenStop(member, ended.from, back));
        continue;
      }
      downs.push(close(member, { ...ended, failures: 0 }, back ?? member.removedAt, [], endOfCase));
    }
  }
  return { downs, doubts };
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

/** The member's cluster had no leader for longer than a change of leader takes. */
function isOutage({ data }: Derived<'cluster.leaderless'>, { clusterId }: Member): boolean {
  return data.scope === 'cluster' && !data.planned && data.duration >= LASTING && data.cluster === clusterId;
}

export function toDerived(down: DownStretch, leaderless: readonly Derived<'cluster.leaderless'>[], endOfCase: EpochMicros): Down {
  const { member, from, how, planned, orderly = false, evidence } = down;
  // whoever was removed is no longer missed
  const left = member.removedAt !== null && member.removedAt > from + LASTING ? member.removedAt : null;
  const to = left !== null && (down.to === null || down.to > left) ? left : down.to;
  const missed = leaderless.some((l) => isOutage(l, member) && (l.from ?? -Infinity) < (to ?? Infinity) && (l.to ?? Infinity) > from);
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
      orderly: orderly && !missed,
      duration: how === 'silent' ? null : (to ?? endOfCase) - from,
      ongoing: to === null,
      failure: down.failure ?? null,
    },
    evidence,
  };
}
