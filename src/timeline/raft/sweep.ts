import type { Member } from '../../model/history.ts';
import type { ClusterId, MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND } from '../../model/time.ts';
import { lastAtOrBefore, within, firstAtOrAfter } from '../search.ts';
import type { DownStretch } from './down-stretch.ts';
import type { VoiceFact } from './voice-fact.ts';
import type { Voice } from './voice.ts';
import type { Voices } from './voices.ts';

/** What is known of a member at a moment: nothing, process gone, no leader, or which leader it follows. */
export type Standing =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'down' }
  | { readonly kind: 'none'; readonly at: EpochMicros; readonly fact: VoiceFact }
  | { readonly kind: 'follows'; readonly at: EpochMicros; readonly leader: Member; readonly raftTerm: number | null };

/** One moment at which something changed, with everybody's standing after it. */
export interface Moment {
  readonly at: EpochMicros;
  /** a leader that a quorum can follow exists, or may exist among members whose logs are missing (`leader` is then null) */
  readonly led: boolean;
  readonly leader: Member | null;
  /** members known to have no leader */
  readonly without: readonly Member[];
  readonly known: number;
}

/**
 * A member without a leader, or in a term that others have left, says so: it campaigns once or twice each election timeout (1 s where
 * nothing was set), or follows. One that says nothing for this long has a log with a hole.
 */
const SPEAKS_WITHIN = 5 * SECOND;
const CAMPAIGNS = 3;
/** A leaderless member's log is not silent for this long at its end. */
export const SILENT = 15 * SECOND;

interface Change {
  readonly at: EpochMicros;
  readonly member: Member;
  readonly standing: Standing | 'up';
}

/** A set of members that share one raft history: a cluster, or one side of a forked one. */
export interface Side {
  readonly clusterId: ClusterId | null;
  readonly members: readonly Member[];
  readonly from: EpochMicros | null;
  /** when a member left this side by force, and is no longer counted */
  readonly leaves: ReadonlyMap<Member, EpochMicros>;
}

/**
 * Walks one side through time. A leader counts when it is not down, leads by its own log (if it has one), and as many
 * members as make a quorum follow it or might: members whose log is missing get the benefit of the doubt.
 */
export function* sweep(side: Side, voices: Voices, downs: readonly DownStretch[], endOfCase: EpochMicros): Iterable<Moment> {
  const changes = collect(side, voices, downs, endOfCase);
  const standing = new Map<Member, Standing>(side.members.map((m) => [m, { kind: 'unknown' }]));
  const beneath = new Map<Member, Standing>(standing);
  const down = new Map<Member, number>();
  let newest = 0;
  for (const [i, change] of changes.entries()) {
    const { member, standing: next } = change;
    if (next === 'up') down.set(member, (down.get(member) ?? 1) - 1);
    else if (next.kind === 'down') down.set(member, (down.get(member) ?? 0) + 1);
    else beneath.set(member, next);
    if (next !== 'up' && next.kind === 'follows') newest = Math.max(newest, next.raftTerm ?? 0);
    standing.set(member, (down.get(member) ?? 0) > 0 ? { kind: 'down' } : (beneath.get(member) ?? { kind: 'unknown' }));
    if (changes[i + 1]?.at === change.at) continue;
    yield judge(side, voices, standing, newest, change.at);
  }
}

function collect(side: Side, voices: Voices, downs: readonly DownStretch[], endOfCase: EpochMicros): readonly Change[] {
  const changes: Change[] = [];
  for (const member of side.members) {
    const leaves = side.leaves.get(member) ?? Infinity;
    for (const change of voices.of(member)?.leaders ?? []) {
      if (change.at >= leaves || change.at < (side.from ?? -Infinity)) continue;
      const { at, leader, raftTerm, fact } = change;
      changes.push({ at, member, standing: leader === null ? { kind: 'none', at, fact } : { kind: 'follows', at, leader, raftTerm } });
    }
    for (const change of holes(voices.of(member), endOfCase))
      if (change.at < leaves && change.at >= (side.from ?? -Infinity)) changes.push({ ...change, member });
    for (const d of downs) {
      // one that was back at once was never away: its coming would stand before its going
      if (d.member !== member || d.from >= leaves || (d.to !== null && d.to <= d.from)) continue;
      changes.push({ at: d.from, member, standing: { kind: 'down' } });
      if (d.to !== null) changes.push({ at: d.to, member, standing: 'up' });
    }
    const forced = side.leaves.get(member);
    if (forced !== undefined) changes.push({ at: forced, member, standing: { kind: 'down' } });
  }
  // At one moment a process comes up before it speaks.
  return changes.toSorted((a, b) => a.at - b.at || Number(a.standing !== 'up') - Number(b.standing !== 'up'));
}

/** Where a member that had no leader said so no more, and where it said it again. */
function* holes(voice: Voice | null, endOfCase: EpochMicros): Iterable<Omit<Change, 'member'>> {
  for (const [i, { at, leader, fact }] of voice?.leaders.entries() ?? []) {
    if (voice === null || leader !== null) continue;
    const until = voice.leaders[i + 1]?.at;
    const patience = patienceOf(voice, at);
    let said = at;
    for (const claim of within(voice.claims, at, until ?? Infinity, same)) {
      if (claim === until) break;
      if (claim - said > patience) {
        yield { at: said, standing: { kind: 'unknown' } };
        yield { at: claim, standing: { kind: 'none', at: claim, fact } };
      }
      said = claim;
    }
    // logs of several machines are not collected at one moment
    if (until === undefined ? endOfCase - said > SILENT : until - said > patience) yield { at: said, standing: { kind: 'unknown' } };
  }
}

const same = (at: EpochMicros): number => at;

function patienceOf(voice: Voice, at: number): number {
  return Math.max(SPEAKS_WITHIN, CAMPAIGNS * (lastAtOrBefore(voice.runs, at, (r) => r.from)?.election ?? voice.election));
}

function judge(side: Side, voices: Voices, standing: ReadonlyMap<Member, Standing>, newest: number, at: EpochMicros): Moment {
  const candidates = new Map<Member, number>();
  const without: Member[] = [];
  let known = 0;
  for (const [member, s] of standing) {
    if (s.kind === 'follows') candidates.set(s.leader, Math.max(candidates.get(s.leader) ?? 0, s.raftTerm ?? 0));
    if (s.kind === 'none') without.push(member);
    if (s.kind !== 'unknown') known += 1;
  }
  for (const [leader, raftTerm] of candidates) {
    // nobody leads in a term again that others have left
    if (raftTerm > 0 && raftTerm < newest) continue;
    const now = (member: Member): Standing => heard(standing.get(member), voices, member, raftTerm, at);
    const own = now(leader);
    if (own.kind === 'down' || (own.kind === 'none' && !provedBy(own, leader, raftTerm, standing)) || (own.kind === 'follows' && own.leader !== leader))
      continue;
    const voters = votersOf(side, voices, leader, at);
    let support = 0;
    for (const voter of voters) {
      const s = now(voter);
      if (voter === leader || s.kind === 'unknown' || (s.kind === 'follows' && s.leader === leader)) support += 1;
    }
    if (support * 2 > voters.length) return { at, led: true, leader, without: without.filter((m) => now(m).kind === 'none'), known };
  }
  // Members nobody heard of may have a leader among themselves: then nothing can be said of the cluster.
  let unheard = 0;
  for (const [member, s] of standing) if (heard(s, voices, member, newest, at).kind === 'unknown') unheard += 1;
  return { at, led: unheard * 2 > side.members.length, leader: null, without, known };
}

/**
 * A candidate that others followed after it last said that it had no leader was elected, whether its log still tells or not. Whoever is
 * followed in the very term it stood in was elected in it, even where lines of whole seconds put that first.
 */
function provedBy(own: Standing & { kind: 'none' }, leader: Member, raftTerm: number, standing: ReadonlyMap<Member, Standing>): boolean {
  const term = termOf(own.fact) ?? 0;
  if (term > raftTerm) return false;
  const stood = term === raftTerm && (own.fact.type === 'raft.became' || (own.fact.type === 'raft.leader-lost' && own.fact.data.leader !== leader.id));
  for (const s of standing.values()) if (s.kind === 'follows' && s.leader === leader && s.raftTerm === raftTerm && (stood || s.at >= own.at)) return true;
  return false;
}

/**
 * A member that others have left behind in an older term, and that says nothing of it, has a log that ends too early or has a hole:
 * every member tells of a new leader. What it said before no longer counts.
 */
function heard(standing: Standing | undefined, voices: Voices, member: Member, raftTerm: number, at: EpochMicros): Standing {
  if (standing === undefined || standing.kind === 'unknown' || standing.kind === 'down') return standing ?? { kind: 'unknown' };
  const ownTerm = standing.kind === 'follows' ? standing.raftTerm : termOf(standing.fact);
  if ((ownTerm ?? 0) >= raftTerm) return standing;
  const voice = voices.of(member);
  const next = voice === null ? undefined : voice.stands[firstAtOrAfter(voice.stands, at + 1)];
  return voice === null || next === undefined || next - at > patienceOf(voice, at) ? { kind: 'unknown' } : standing;
}

function termOf(fact: VoiceFact): number | null {
  return 'raftTerm' in fact.data ? fact.data.raftTerm : null;
}

/** The leader's own configuration then, else the members of the side that had not been removed. */
function votersOf(side: Side, voices: Voices, leader: Member, at: number): readonly Member[] {
  const configuration = lastAtOrBefore(voices.of(leader)?.configurations ?? [], at, (c) => c.at);
  // one that starts again goes through the configurations of the past, most of which were before it came
  if (configuration !== undefined && leader.id !== null && configuration.voters.includes(leader.id)) {
    const byId = new Map<MemberId | null, Member>(side.members.map((m) => [m.id, m]));
    const voters = configuration.voters.map((id) => byId.get(id)).filter((m) => m !== undefined);
    if (voters.length > 0) return voters;
  }
  return side.members.filter((m) => m.removedAt === null || m.removedAt > at);
}

/** Members that were added to a cluster of one after it had been forced. */
function joinedBy(forced: Member, list: readonly Member[], voices: Voices): readonly Member[] {
  const voters = new Set(voices.of(forced)?.configurations.at(-1)?.voters);
  return list.filter((m) => m !== forced && m.id !== null && voters.has(m.id) && m.removedAt === null);
}

/** Clusters, and the sides of those in which a member was forced into a cluster of its own. */
export function sidesOf(members: readonly Member[], voices: Voices): readonly Side[] {
  const clusters = new Map<ClusterId | null, Member[]>();
  const ids = new Set(members.map((m) => m.clusterId).filter((c) => c !== null));
  const [only, second] = ids;
  for (const member of members) {
    // A member whose cluster nobody names belongs to the only one there is.
    const cluster = member.clusterId ?? (second === undefined ? (only ?? null) : null);
    const list = clusters.get(cluster) ?? [];
    clusters.set(cluster, list);
    list.push(member);
  }
  const sides: Side[] = [];
  for (const [clusterId, list] of clusters) {
    const leaves = new Map<Member, EpochMicros>();
    const later = new Set<Member>();
    for (const member of list) {
      const forced = voices.of(member)?.forced;
      if (forced == null || list.length === 1) continue;
      leaves.set(member, forced.when);
      const joined = joinedBy(member, list, voices);
      for (const other of joined) later.add(other);
      sides.push({ clusterId, members: [member, ...joined], from: forced.when, leaves: new Map() });
    }
    sides.push({ clusterId, members: list.filter((m) => !later.has(m)), from: null, leaves });
  }
  return sides;
}
