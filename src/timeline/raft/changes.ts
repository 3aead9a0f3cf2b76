import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { groupBy } from '../group.ts';
import { cite } from '../cite.ts';
import type { DownStretch } from './down-stretch.ts';
import { nodesOf } from './nodes-of.ts';
import type { Voice } from './voice.ts';
import type { Reign } from './leadership.ts';
import type { Voices } from './voices.ts';

type Change = Derived<'cluster.leader-change' | 'member.restarts' | 'raft.two-leaders-one-term' | 'raft.stale-leader'>;

/** What leaderships and restarts add up to. */
export function* raftChanges(reigns: readonly Reign[], voices: Voices, downs: readonly DownStretch[]): Iterable<Change> {
  const clusters = groupBy(reigns, (r) => r.clusterId);
  for (const own of clusters.values()) {
    yield* leaderChanges(own, voices);
    yield* twoLeaders(own, voices);
    yield* staleLeaders(own, voices);
  }
  for (const voice of voices.all) {
    yield* restarts(voice, downs);
  }
}

const forcedAway = (reign: Reign, voices: Voices): boolean => {
  const forced = voices.of(reign.leader)?.forced;
  return forced != null && reign.from !== null && reign.from >= forced.when;
};

/** Leaderships of the whole cluster one after the other; a forced side of its own is not a change of the cluster's leader. */
function* leaderChanges(reigns: readonly Reign[], voices: Voices): Iterable<Change> {
  const main = reigns.filter((r) => r.from !== null && !forcedAway(r, voices)).toSorted((a, b) => (a.from ?? 0) - (b.from ?? 0) || a.raftTerm - b.raftTerm);
  for (const [i, next] of main.entries()) {
    const before = main[i - 1];
    if (before === undefined || next.from === null || next.raftTerm <= before.raftTerm) continue;
    const reason = before.endReason === null || before.endReason === 'unknown' ? (handedTo(next, voices) ? 'transfer' : 'unknown') : before.endReason;
    yield {
      type: 'cluster.leader-change',
      from: next.from,
      to: next.from,
      nodes: nodesOf([before.leader, next.leader]),
      data: { raftTerm: next.raftTerm, from: before.leader.name, leader: next.leader.name, planned: reason === 'transfer' || reason === 'stopped', reason },
      evidence: [...next.evidence.slice(0, 1), ...before.evidence.slice(-1)],
    };
  }
}

/** The new leader was told to stand for election: so it says even where the old one's log is missing. */
function handedTo({ leader, from }: Reign, voices: Voices): boolean {
  const told = voices.of(leader)?.notes.findLast((n) => n.type === 'raft.timeout-now-received' && n.when <= (from ?? 0));
  return told !== undefined && from !== null && from - told.when < 3 * SECOND;
}

/** Raft never allows two leaders of one term in one history; a data directory made anew between them is another history. */
function* twoLeaders(reigns: readonly Reign[], voices: Voices): Iterable<Change> {
  for (const [raftTerm, same] of groupBy(
    reigns.filter((r) => r.from !== null),
    (r) => r.raftTerm,
  )) {
    const leaders = new Set(same.map((r) => r.leader));
    const [first, second] = same;
    if (leaders.size < 2 || first === undefined || second === undefined || same.some((r) => forcedAway(r, voices))) continue;
    const from = Math.min(...same.map((r) => r.from ?? Infinity));
    const last = Math.max(...same.map((r) => r.from ?? -Infinity));
    if (voices.all.some((v) => bornBetween(v, from, last))) continue;
    yield {
      type: 'raft.two-leaders-one-term',
      from: epochMicros(last),
      to: null,
      nodes: nodesOf([...leaders]),
      data: { raftTerm, leaders: [...leaders].map((m) => m.name).toSorted(), cluster: first.clusterId, basis: 'log' },
      evidence: same.flatMap((r) => r.evidence.slice(0, 1)),
    };
  }
}

function bornBetween(voice: Voice, from: number, to: number): boolean {
  return voice.roles.some((r) => r.raftTerm <= 1 && r.at > from && r.at <= to + SECOND);
}

/** An old leader that did not know yet that a newer one had been elected. */
function* staleLeaders(reigns: readonly Reign[], voices: Voices): Iterable<Change> {
  const own = reigns.filter((r) => r.own && r.from !== null && !forcedAway(r, voices));
  for (const [i, old] of own.entries()) {
    const newer = firstDuring(own, i, old);
    if (newer === undefined || newer.leader === old.leader || newer.from === null) continue;
    if (old.to !== null && old.to - newer.from < SECOND / 10) continue;
    yield {
      type: 'raft.stale-leader',
      from: newer.from,
      to: old.to,
      nodes: nodesOf([old.leader, newer.leader]),
      data: { leaders: [old.leader.name, newer.leader.name], terms: [old.raftTerm, newer.raftTerm] },
      evidence: [...newer.evidence.slice(0, 1), ...old.evidence],
    };
  }
}

/** Reigns come in order of start: the first later one of a higher term that began before this one ended. */
function firstDuring(ordered: readonly Reign[], index: number, old: Reign): Reign | undefined {
  for (let i = index + 1; i < ordered.length; i += 1) {
    const next = ordered[i];
    if (next === undefined || (next.from ?? 0) >= (old.to ?? Infinity)) return undefined;
    if (next.raftTerm > old.raftTerm) return next;
  }
  return undefined;
}

function* restarts(voice: Voice, downs: readonly DownStretch[]): Iterable<Change> {
  const starts = voice.runs.slice(1).filter((r) => r.start !== null);
  const [first] = starts;
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return;
  const unplanned = downs.filter((d) => d.member === voice.member && !d.planned && d.orderly !== true && d.how !== 'hung' && d.how !== 'unreachable').length;
  yield {
    type: 'member.restarts',
    from: first.from,
    to: last.from,
    nodes: nodesOf([voice.member]),
    data: { member: voice.member.name, count: starts.length, unplanned, within: last.from - first.from },
    evidence: starts.slice(0, 5).flatMap((r) => (r.start === null ? [] : [cite(r.start, phrase('{member} starts', { member: voice.member.name }))])),
  };
}
