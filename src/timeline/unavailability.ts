import type { Derived } from '../model/derived.ts';
import type { History } from '../model/history.ts';
import type { ClusterId } from '../model/ids.ts';

export type Leaderless = Derived<'cluster.leaderless'>;

/** Cluster-wide leaderless stretches of the case's main cluster in order of time; a minority's loss of sight is no outage. */
export function leaderlessStretches(history: History): readonly Leaderless[] {
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

/** How long one stretch lasted, microseconds; one without an end lasts until the bundle was collected. */
export function leaderlessLength(stretch: Leaderless, history: History): number {
  const end = endOf(stretch, history);
  return stretch.from === null || end === null ? Math.max(0, stretch.data.duration) : Math.max(0, end - stretch.from);
}

/** How long the stretches, given in order of time, lasted together, microseconds; where they overlap time counts once. */
export function leaderlessTotal(stretches: readonly Leaderless[], history: History): number {
  let total = 0;
  let open: { readonly from: number; to: number } | null = null;
  for (const stretch of stretches) {
    const to = endOf(stretch, history);
    if (stretch.from === null || to === null) {
      total += leaderlessLength(stretch, history);
    } else if (open !== null && stretch.from <= open.to) {
      open.to = Math.max(open.to, to);
    } else {
      if (open !== null) total += open.to - open.from;
      open = { from: stretch.from, to: Math.max(stretch.from, to) };
    }
  }
  return open === null ? total : total + open.to - open.from;
}
