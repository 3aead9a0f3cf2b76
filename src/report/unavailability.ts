import type { Derived } from '../model/derived.ts';
import type { History } from '../model/history.ts';
import type { ClusterId } from '../model/ids.ts';
import { timestamp } from './format.ts';
import type { Unavailability } from './types.ts';

type Leaderless = Derived<'cluster.leaderless'>;

interface Span {
  from: number;
  to: number;
}

/** Adds up the stretches in which the whole cluster had no leader; a minority's loss of sight is no outage. */
export function buildUnavailability(history: History): Unavailability {
  const stretches = leaderlessStretches(history);
  const total = measure(stretches, history);
  const planned = measure(
    stretches.filter((s) => s.data.planned),
    history,
  );
  const overlap = Math.abs(total - sum(stretches.map((s) => lengthOf(s, history)))) > 1;
  return {
    totalMs: total / 1000,
    plannedMs: planned / 1000,
    lowMs: overlap ? null : bound(stretches.map((s) => s.data.low)),
    highMs: overlap ? null : bound(stretches.map((s) => s.data.high)),
    stretches: stretches.map((s) => ({
      from: timestamp(s.from),
      to: timestamp(s.to),
      ms: lengthOf(s, history) / 1000,
      planned: s.data.planned,
      members: [...s.data.members],
      why: s.data.why,
    })),
  };
}

/** Cluster-wide leaderless stretches of the case's main cluster in order of time. */
export function leaderlessStretches(history: History): Leaderless[] {
  const main = mainCluster(history);
  return history.derived
    .filter((d): d is Leaderless => d.type === 'cluster.leaderless')
    .filter((d) => d.data.scope === 'cluster' && (d.data.cluster === null || main === null || d.data.cluster === main))
    .sort((a, b) => (a.from ?? Infinity) - (b.from ?? Infinity));
}

/** The cluster with most members left: another one in the case (a stray, a former life of a member) is not what clients use. */
function mainCluster(history: History): ClusterId | null {
  const sizes = new Map<ClusterId, number>();
  for (const m of history.members) if (m.clusterId !== null) sizes.set(m.clusterId, (sizes.get(m.clusterId) ?? 0) + (m.removedAt === null ? 1 : 0));
  return [...sizes].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0] ?? null;
}

function endOf(stretch: Leaderless, history: History): number | null {
  return stretch.to ?? history.collectedAt ?? history.to;
}

function lengthOf(stretch: Leaderless, history: History): number {
  const end = endOf(stretch, history);
  return stretch.from === null || end === null ? Math.max(0, stretch.data.duration) : Math.max(0, end - stretch.from);
}

function measure(stretches: readonly Leaderless[], history: History): number {
  let total = 0;
  let open: Span | null = null;
  for (const stretch of stretches) {
    const to = endOf(stretch, history);
    if (stretch.from === null || to === null) {
      total += lengthOf(stretch, history);
    } else if (open !== null && stretch.from <= open.to) {
      open.to = Math.max(open.to, to);
    } else {
      if (open !== null) total += open.to - open.from;
      open = { from: stretch.from, to: Math.max(stretch.from, to) };
    }
  }
  return open === null ? total : total + open.to - open.from;
}

function bound(values: readonly number[]): number | null {
  // An open bound is stored as null.
  return values.every((v) => Number.isFinite(v)) ? sum(values) / 1000 : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
