import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { DownStretch } from './down-stretch.ts';
import { nodesOf } from './nodes-of.ts';
import type { VoiceFact } from './voice-fact.ts';
import type { Reign } from './leadership.ts';
import { firstOf, lastAtOrBefore, lowerBound, within, withinBackwards } from '../search.ts';
import { Overlaps } from '../stretches.ts';
import { SILENT, sidesOf, sweep, type Moment, type Side } from './sweep.ts';
import type { Voices } from './voices.ts';

type Leaderless = Derived<'cluster.leaderless'>;

/** Planned hand-overs take less than this. */
const PLANNED = 3 * SECOND;
/** A member that starts or loses sight for a moment is not a minority without a leader. */
const MINORITY = 2 * SECOND;
/** Members that are back elect a leader within this, the start of a large member included. */
const ELECTED = 30 * SECOND;

export interface LeaderlessInput {
  readonly voices: Voices;
  readonly members: readonly Member[];
  /** of all members; where one side is reckoned on, of its own */
  readonly downs: readonly DownStretch[];
  readonly reigns: readonly Reign[];
  readonly endOfCase: EpochMicros;
}

export function leaderlessStretches(input: LeaderlessInput): readonly Leaderless[] {
  return sidesOf(input.members, input.voices).flatMap((side) => {
    const members = new Set(side.members);
    const downs = input.downs.filter((d) => members.has(d.member));
    return ofSide(side, { ...input, downs, away: new Overlaps(downs, (d) => d.member) });
  });
}

interface SideInput extends LeaderlessInput {
  /** the same downs, to be asked who was away when */
  readonly away: Overlaps<DownStretch>;
}

interface Open {
  readonly from: EpochMicros;
  readonly before: Member | null;
  readonly without: Set<Member>;
}

function ofSide(side: Side, input: SideInput): readonly Leaderless[] {
  const found: Leaderless[] = [];
  let open: Open | null = null;
  let last: Moment | null = null;
  let everLed = false;
  const minority = new Map<Member, EpochMicros>();
  const closeMinority = (member: Member, to: EpochMicros | null): void => {
    const from = minority.get(member);
    minority.delete(member);
    const booting = from !== undefined && (lastAtOrBefore(input.voices.of(member)?.roles ?? [], from + SECOND, (r) => r.at)?.raftTerm ?? 0) <= 1;
    if (from !== undefined && !booting && (to ?? input.endOfCase) - from >= MINORITY) found.push(minorityStretch(side, member, from, to, input));
  };
  const over = endOf(side);
  for (const moment of sweep(side, input.voices, input.downs, input.endOfCase)) {
    if (moment.at >= over) break;
    if (moment.led) {
      if (open !== null) {
        const stretch = clusterStretch(side, open, moment.at, moment, input);
        if (stretch !== null) found.push(stretch);
        open = null;
      }
      everLed ||= moment.leader !== null;
    } else if (open === null && moment.known > 0 && (everLed || moment.without.length > 0)) {
      if (everLed || !isBoot(side, input.voices, moment.at)) open = { from: moment.at, before: last?.leader ?? null, without: new Set(moment.without) };
    }
    for (const m of moment.without) open?.without.add(m);
    for (const member of side.members) {
      const alone = moment.led && moment.without.includes(member);
      if (alone && !minority.has(member)) minority.set(member, moment.at);
      else if (!alone) closeMinority(member, moment.at);
    }
    last = moment;
  }
  if (open !== null) {
    const stretch = clusterStretch(side, open, over < input.endOfCase ? over : endOfEvidence(side, open, input), null, input);
    if (stretch !== null) found.push(stretch);
  }
  for (const member of minority.keys()) closeMinority(member, null);
  return found;
}

/** When the last of its members was removed, replaced by another cluster, or forced into one of its own. */
function endOf({ members, leaves }: Side): EpochMicros {
  return epochMicros(Math.max(...members.map((m) => leaves.get(m) ?? m.removedAt ?? Infinity)));
}

/**
 * A member that lives without a leader tells of an election every few seconds. Where such logs fall silent before the case ends, and
 * failures do not explain the loss by themselves, they were cut there and nothing is known of what came after; null otherwise.
 */
function endOfEvidence(side: Side, open: Open, { voices, downs, endOfCase }: LeaderlessInput): EpochMicros | null {
  const failed = new Set(downs.filter((d) => !d.planned && d.to === null).map((d) => d.member));
  if (failed.size * 2 >= side.members.length) return null;
  let last: EpochMicros | null = null;
  for (const member of open.without) {
    const said = failed.has(member) ? undefined : voices.of(member)?.runs.at(-1)?.last;
    if (said !== undefined && (last === null || said > last)) last = said;
  }
  return last !== null && last > open.from && endOfCase - last > SILENT ? last : null;
}

/** The first election of a new cluster: somebody's raft history begins here. */
function isBoot(side: Side, voices: Voices, at: EpochMicros): boolean {
  return side.members.some((m) => voices.of(m)?.roles.some((r) => r.raftTerm <= 1 && Math.abs(r.at - at) < 60 * SECOND) ?? false);
}

function clusterStretch(side: Side, open: Open, to: EpochMicros | null, next: Moment | null, input: SideInput): Leaderless | null {
  const { voices, away, reigns, endOfCase } = input;
  const gone = away.during({ from: open.from, to: open.from }).filter((d) => (d.to ?? Infinity) > open.from);
  // Nobody left to say anything (all stopped, or the logs end together): that is the end of the evidence, not of the leader.
  if (to === null && open.without.size === 0 && gone.every((d) => d.how === 'stopped' || d.how === 'removed')) return null;
  const losses = lossFacts(side, voices, open.from, to ?? endOfCase);
  const ended = firstOf(
    withinBackwards(reigns, -Infinity, open.from, startOf),
    (r) => r.from !== null && side.members.includes(r.leader) && (r.to === null || r.to <= open.from + 3 * SECOND || r.leader === open.before),
  );
  const began = to === null ? undefined : firstOf(within(reigns, to - 2 * SECOND, to + 2 * SECOND, startOf), (r) => r.leader === next?.leader);
  const end = began?.from != null && began.from > open.from && began.from < (to ?? Infinity) ? began.from : to;
  const duration = (end ?? endOfCase) - open.from;
  if (duration <= 0) return null;
  const earliest = Math.min(open.from, ...losses.map((l) => l.fact.when).filter((w) => w >= open.from - 3 * SECOND));
  const latest = Math.max(open.from, ...losses.map((l) => l.fact.when).filter((w) => w <= open.from + 3 * SECOND));
  const handedOver = duration < PLANNED && (ended?.endReason === 'transfer' || ended?.endReason === 'stopped' || plannedDown(gone));
  const meanwhile = away.during({ from: open.from, to: end }).filter((d) => d.from < (end ?? Infinity) && (d.to ?? Infinity) > open.from);
  const orderly = end !== null && stoppedInOrder(side, meanwhile, end);
  const stopped = orderly && meanwhile.every((d) => d.planned);
  const planned = handedOver || stopped;
  const evidence: Citation[] = losses.slice(0, 4).map((l) => cite(l.fact, sayLoss(l)));
  for (const d of gone) if (!evidence.some((c) => c.ref === d.evidence[0]?.ref)) evidence.push(...d.evidence.slice(0, 1));
  if (ended !== undefined) evidence.push(...ended.evidence.slice(-1));
  if (began !== undefined) evidence.push(...began.evidence.slice(0, 1));
  const stillDown = meanwhile.filter((d) => !d.planned);
  if (evidence.length === 0) return null;
  const lost = new Set(gone.map((d) => d.member));
  const affected = side.members.filter((m) => voices.of(m) !== null || open.without.has(m) || lost.has(m));
  return {
    type: 'cluster.leaderless',
    from: open.from,
    to: end,
    nodes: nodesOf(affected),
    data: {
      cluster: side.clusterId,
      scope: 'cluster',
      planned,
      orderly,
      duration,
      low: Math.max(0, (end ?? endOfCase) - latest),
      high: (end ?? endOfCase) - earliest,
      raftTerm: ended?.raftTerm ?? null,
      nextTerm: began?.raftTerm ?? null,
      members: affected.map((m) => m.name),
      why: orderly ? phrase('so many members were stopped on purpose that no quorum was left') : whyLeaderless(handedOver, ended, stillDown, side),
    },
    evidence,
  };
}

/** Nothing but stops in order, each with a start soon after it, took the quorum away until `to`. */
function stoppedInOrder(side: Side, meanwhile: readonly DownStretch[], to: EpochMicros): boolean {
  const members = new Set(meanwhile.map((d) => d.member));
  const back = Math.max(...meanwhile.map((d) => d.to ?? to));
  return members.size * 2 >= side.members.length && meanwhile.every((d) => d.planned || d.orderly === true) && to - back < ELECTED;
}

function plannedDown(gone: readonly DownStretch[]): boolean {
  return gone.length > 0 && gone.every((d) => d.planned);
}

function whyLeaderless(planned: boolean, ended: Reign | undefined, gone: readonly DownStretch[], side: Side): Phrase {
  if (planned) return phrase('the leadership was handed over');
  const names = [...new Set(gone.map((d) => d.member.name))];
  const quorum = Math.floor(side.members.length / 2) + 1;
  if (names.length > side.members.length - quorum)
    return names.length === 1
      ? phrase('{members} was down, so no quorum of {quorum} was left', { members: names, quorum })
      : phrase('{members} were down, so no quorum of {quorum} was left', { members: names, quorum });
  if (names.length > 0) return names.length === 1 ? phrase('{members} was down', { members: names }) : phrase('{members} were down', { members: names });
  if (ended?.endReason === 'quorum-lost') return phrase('{leader} lost contact with most members and stepped down', { leader: ended.leader.name });
  return phrase('no member led that most members followed');
}

function minorityStretch(side: Side, member: Member, from: EpochMicros, to: EpochMicros | null, input: LeaderlessInput): Leaderless {
  const duration = (to ?? input.endOfCase) - from;
  const leaders = input.voices.of(member)?.leaders ?? [];
  const own = lastAtOrBefore(leaders, from, atOf) ?? leaders[0];
  const found = to === null ? undefined : leaders[lowerBound(leaders, to, atOf)];
  const evidence: Citation[] = [];
  if (own !== undefined) evidence.push(cite(own.fact, phrase('{member} has no leader from here on', { member: member.name })));
  if (found !== undefined) evidence.push(cite(found.fact, phrase('{member} has a leader again', { member: member.name })));
  return {
    type: 'cluster.leaderless',
    from,
    to,
    nodes: nodesOf([member]),
    data: {
      cluster: side.clusterId,
      scope: 'minority',
      planned: false,
      orderly: false,
      duration,
      low: duration,
      high: duration,
      raftTerm: own?.raftTerm ?? null,
      nextTerm: found?.raftTerm ?? null,
      members: [member.name],
      why: phrase('{member} had no leader while the other members had one', { member: member.name }),
    },
    evidence,
  };
}

interface Loss {
  readonly member: Member;
  readonly fact: VoiceFact;
}

/** The first sentence by which each member lost its leader around and in the stretch. */
function lossFacts(side: Side, voices: Voices, from: number, to: number): readonly Loss[] {
  const losses: Loss[] = [];
  for (const member of side.members) {
    const change = firstOf(within(voices.of(member)?.leaders ?? [], from - 3 * SECOND, to, atOf), (l) => l.leader === null);
    if (change !== undefined) losses.push({ member, fact: change.fact });
  }
  return losses.toSorted((a, b) => a.fact.when - b.fact.when);
}

function sayLoss({ member, fact }: Loss): Phrase {
  return fact.type === 'raft.leader-lost'
    ? phrase('{member} loses its leader', { member: member.name })
    : phrase('{member} has no leader', { member: member.name });
}

const atOf = (l: { readonly at: EpochMicros }): number => l.at;
const startOf = (r: Reign): number => r.from ?? 0;
