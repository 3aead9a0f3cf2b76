import type { LeadershipEnd } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Leadership, Member } from '../../model/history.ts';
import type { ClusterId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { firstOf, lastAtOrBefore, lowerBound, within, withinBackwards } from '../search.ts';
import { cite } from '../cite.ts';
import { groupBy } from '../group.ts';
import type { DownStretch } from './down-stretch.ts';
import type { VoiceFact } from './voice-fact.ts';
import type { RoleChange, Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** A leadership while it is put together. */
export interface Reign {
  readonly leader: Member;
  readonly clusterId: ClusterId | null;
  readonly raftTerm: number;
  from: EpochMicros | null;
  to: EpochMicros | null;
  endReason: LeadershipEnd | null;
  readonly evidence: Citation[];
  /** the leader's own log says so */
  own: boolean;
  /** of `from`, where that is null */
  readonly bounds?: NonNullable<Leadership['bounds']>;
}

/** Leaderships as the logs tell them, in order of start. */
export function reignsFromLogs(voices: Voices, downs: readonly DownStretch[]): readonly Reign[] {
  const downsOf = groupBy(
    downs.toSorted((a, b) => a.from - b.from),
    (d) => d.member,
  );
  const reigns: Reign[] = voices.all.flatMap((voice) => ownReigns(voice, downsOf.get(voice.member) ?? []));
  const told = new Set(reigns.map((r) => `${r.leader.id ?? ''} ${r.raftTerm}`));
  const heard = new Map<string, { leader: Member; raftTerm: number; first: VoiceFact; lost: VoiceFact[]; followed: boolean }>();
  for (const voice of voices.all) {
    for (const [i, change] of voice.leaders.entries()) {
      const { leader, raftTerm } = change;
      if (leader === null || raftTerm === null || leader === voice.member) continue;
      const key = `${leader.id ?? ''} ${raftTerm}`;
      if (told.has(key)) continue;
      const known = heard.get(key) ?? { leader, raftTerm, first: change.fact, lost: [], followed: false };
      heard.set(key, known);
      if (change.at < known.first.when) known.first = change.fact;
      const next = voice.leaders[i + 1];
      if (next === undefined) known.followed = true;
      else known.lost.push(next.fact);
    }
  }
  for (const { leader, raftTerm, first, lost, followed } of heard.values()) {
    // A hung leader may be lost and found again within its term: the last loss counts, and none while anyone still follows.
    const end = followed ? undefined : lost.toSorted((a, b) => b.when - a.when)[0];
    const own = downsOf.get(leader) ?? [];
    const down = own[lowerBound(own, first.when, (d) => d.from)];
    reigns.push({
      leader,
      clusterId: leader.clusterId,
      raftTerm,
      from: first.when,
      to: end?.when ?? null,
      endReason:
        end === undefined
          ? null
          : down !== undefined && Math.abs(down.from - end.when) < 5 * SECOND
            ? down.how === 'stopped' || down.how === 'removed'
              ? 'stopped'
              : 'crash'
            : 'unknown',
      evidence: [
        cite(first, phrase('{leader} is heard to lead term {raftTerm}', { leader: leader.name, raftTerm })),
        ...(end === undefined ? [] : [cite(end, phrase('{leader} is no longer followed', { leader: leader.name }))]),
      ],
      own: false,
    });
  }
  return endByForce(endBySuccessor(reigns.toSorted(byStart), voices), voices);
}

export function byStart(a: Reign, b: Reign): number {
  return (a.from ?? 0) - (b.from ?? 0) || a.raftTerm - b.raftTerm || (a.leader.name < b.leader.name ? -1 : 1);
}

/** `downs` are the member's own, in order. */
function ownReigns(voice: Voice, downs: readonly DownStretch[]): readonly Reign[] {
  const reigns: Reign[] = [];
  for (const [i, change] of voice.roles.entries()) {
    if (change.role !== 'leader') continue;
    const next = voice.roles[i + 1];
    const end = endOfReign(voice, change, next, downs);
    reigns.push({
      leader: voice.member,
      clusterId: voice.member.clusterId,
      raftTerm: change.raftTerm,
      from: change.at,
      to: end?.at ?? null,
      endReason: end?.reason ?? null,
      evidence: [
        cite(change.fact, phrase('{member} becomes leader of term {raftTerm}', { member: voice.member.name, raftTerm: change.raftTerm })),
        ...(end?.fact == null ? [] : [cite(end.fact, end.why)]),
      ],
      own: true,
    });
  }
  return reigns;
}

interface End {
  readonly at: EpochMicros;
  readonly reason: LeadershipEnd;
  readonly fact: VoiceFact | null;
  readonly why: Phrase;
}

function endOfReign(voice: Voice, change: RoleChange, next: RoleChange | undefined, downs: readonly DownStretch[]): End | null {
  const { name } = voice.member;
  const down = firstOf(
    within(downs, change.at, Infinity, (d) => d.from),
    (d) => d.how !== 'hung' && d.how !== 'unreachable',
  );
  const run = lastAtOrBefore(voice.runs, change.at, (r) => r.from);
  const limit = next?.at ?? Infinity;
  const since = next === undefined ? change.at : Math.max(change.at, next.at - 10 * SECOND);
  const handedOver = firstOf(
    withinBackwards(voice.notes, since, limit, (n) => n.when),
    (n) => n.type === 'raft.transfer-started' || n.type === 'raft.timeout-now-sent',
  );
  if (down !== undefined && down.from <= limit) {
    const signal = run?.signal ?? null;
    if (down.how === 'stopped' || down.how === 'removed')
      return {
        at: signal !== null && handedOver === undefined ? down.from : (handedOver?.when ?? down.from),
        reason: handedOver === undefined ? 'stopped' : 'transfer',
        fact: signal,
        why: phrase('{name} is told to stop', { name }),
      };
    return { at: down.from, reason: 'crash', fact: run?.lastFact ?? null, why: phrase('{name} still runs here', { name }) };
  }
  if (next === undefined) return null;
  const quorum = firstOf(
    within(voice.notes, Math.max(change.at, next.at - SECOND), next.at + SECOND, (n) => n.when),
    (n) => n.type === 'raft.quorum-inactive',
  );
  if (quorum !== undefined)
    return { at: quorum.when, reason: 'quorum-lost', fact: quorum, why: phrase('{name} steps down: most members no longer answer', { name }) };
  if (handedOver !== undefined) return { at: next.at, reason: 'transfer', fact: handedOver, why: phrase('{name} hands over', { name }) };
  if (run !== undefined && next.at > run.last)
    return { at: run.last, reason: run.signal === null ? 'crash' : 'stopped', fact: run.lastFact, why: phrase('{name} still runs here', { name }) };
  const reason = next.raftTerm > change.raftTerm ? 'higher-term' : 'unknown';
  return { at: next.at, reason, fact: next.fact, why: phrase('{name} is no longer leader', { name }) };
}

/**
 * A leader whose log merely stops led no longer than its followers say: they lost it, and elected another. Upstream: raft elects one
 * only with the votes of a majority, which then follows the old one no more.
 */
function endBySuccessor(reigns: readonly Reign[], voices: Voices): readonly Reign[] {
  for (const [i, reign] of reigns.entries()) {
    const last = voices.of(reign.leader)?.signs.at(-1);
    if (!reign.own || reign.to !== null || last === undefined) continue;
    const next = reigns
      .slice(i + 1)
      .find((r) => r.clusterId === reign.clusterId && r.raftTerm > reign.raftTerm && r.leader !== reign.leader && (r.from ?? 0) > last);
    if (next?.from == null || voices.of(reign.leader)?.forced != null) continue;
    const { from } = next;
    const lost = voices.all
      .flatMap((v) => v.leaders.filter((l) => v.member !== reign.leader && l.leader === null && l.at >= last && l.at <= from))
      .toSorted((a, b) => a.at - b.at)[0];
    reign.to = lost?.at ?? from;
    reign.endReason = 'unknown';
    if (lost !== undefined) reign.evidence.push(cite(lost.fact, phrase('{leader} is no longer followed', { leader: reign.leader.name })));
  }
  return reigns;
}

/** A forced new cluster ends what its member had before. */
function endByForce(reigns: readonly Reign[], voices: Voices): readonly Reign[] {
  for (const reign of reigns) {
    const forced = voices.of(reign.leader)?.forced;
    if (forced != null && reign.from !== null && reign.from < forced.when && (reign.to === null || reign.to > forced.when)) {
      reign.to = forced.when;
      reign.endReason = 'forced';
    }
  }
  return reigns;
}

export function toLeadership(reign: Reign): Leadership {
  const { clusterId, raftTerm, leader, from, to, endReason, evidence, bounds } = reign;
  return { clusterId, raftTerm, leader: leader.id, name: leader.name, from, to, endReason, ...(bounds === undefined ? {} : { bounds }), evidence };
}
