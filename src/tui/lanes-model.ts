import type { RoleStretch } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import type { CaseData } from './case-data.ts';
import { widthOf } from './cells.ts';
import type { Hit } from './hits.ts';
import { sideLabel } from './side-lanes.ts';
import type { AppState } from './state.ts';

export interface LanesGeometry {
  /** cells of the names on the left */
  readonly label: number;
  /** cells of time */
  readonly cells: number;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

export function lanesGeometry(state: AppState): LanesGeometry {
  const { data, size, lanes } = state;
  const names = data === null ? [] : memberNames(data);
  const widest = Math.max(8, ...names.map(widthOf), ...(data?.sideLanes ?? []).map((lane) => widthOf(sideLabel(lane)))) + 1;
  const label = Math.min(Math.max(widest, 10), Math.max(10, Math.floor(size.columns / 5)));
  const cells = Math.max(10, size.columns - label - 1);
  const from = lanes.window?.from ?? data?.from ?? epochMicros(0);
  const to = lanes.window?.to ?? data?.to ?? epochMicros(1);
  return { label, cells, from, to };
}

/** Members in display order: as listed, then any that only a role stretch names. */
export function memberNames(data: CaseData): readonly string[] {
  return [...data.rolesOf.keys()];
}

/** What one cell of a lane shows: the weightiest role in its slice of time. */
export interface LaneCell {
  readonly role: RoleStretch['role'];
  readonly raftTerm: number | null;
  /** the first cell of a run of one role in one term */
  readonly starts: boolean;
  /** the clocks are not known well enough to say on which side of a change this cell lies */
  readonly blurred: boolean;
}

const WEIGHT = { down: 5, candidate: 4, 'pre-candidate': 3, leader: 2, follower: 1, unknown: 0 } as const satisfies Record<RoleStretch['role'], number>;

/** The letter that stands for a role where colour can't be read. */
export const ROLE_LETTER = { leader: 'L', follower: 'f', candidate: 'c', 'pre-candidate': 'p', down: 'x', unknown: '?' } as const satisfies Record<
  RoleStretch['role'],
  string
>;

/** The cell a moment falls into; may lie outside 0 … cells−1. */
export function cellAt(at: number, geometry: LanesGeometry): number {
  return Math.floor(((at - geometry.from) / (geometry.to - geometry.from)) * geometry.cells);
}

/** The moment in the middle of a cell; null outside the strip. */
export function momentHit(cell: number, { from, to, cells }: Pick<LanesGeometry, 'from' | 'to' | 'cells'>): Hit | null {
  return cell < 0 || cell >= cells ? null : { kind: 'moment', at: epochMicros(from + ((cell + 0.5) / cells) * (to - from)) };
}

/** One lane as cells. A short down or candidate stretch still takes a cell, so that nothing grave hides between two. */
export function laneCells(roles: readonly RoleStretch[], geometry: LanesGeometry, end: EpochMicros, slack: number): readonly LaneCell[] {
  const cells: { role: RoleStretch['role']; raftTerm: number | null }[] = Array.from({ length: geometry.cells }, () => ({ role: 'unknown', raftTerm: null }));
  for (const stretch of roles) {
    const first = Math.max(0, cellAt(stretch.from, geometry));
    const close = stretch.to ?? Math.max(end, geometry.to);
    const last = Math.min(geometry.cells - 1, Math.max(first, Math.ceil(((close - geometry.from) / (geometry.to - geometry.from)) * geometry.cells) - 1));
    if (close < geometry.from || stretch.from > geometry.to) continue;
    for (let i = first; i <= last; i++) {
      const had = cells[i];
      if (had === undefined || WEIGHT[stretch.role] >= WEIGHT[had.role]) cells[i] = { role: stretch.role, raftTerm: stretch.raftTerm };
    }
  }
  const starts = cells.map((one, i) => {
    const before = cells[i - 1];
    return before === undefined || before.role !== one.role || before.raftTerm !== one.raftTerm;
  });
  const blurred = blurs(starts, (slack / (geometry.to - geometry.from)) * geometry.cells);
  return cells.map((one, i) => ({ ...one, starts: starts[i] === true, blurred: blurred.has(i) }));
}

/** Cells at most `reach` away from a change; none where no bound is known, since then every cell would be. */
function blurs(starts: readonly boolean[], reach: number): ReadonlySet<number> {
  const found = new Set<number>();
  if (!Number.isFinite(reach) || reach < 0.5) return found;
  const cells = Math.round(reach);
  starts.forEach((start, i) => {
    if (!start || i === 0) return;
    for (let at = Math.max(0, i - cells); at < Math.min(starts.length, i + cells); at++) found.add(at);
  });
  return found;
}

/** Cells from–to (inclusive) that a stretch covers on screen; null when it lies outside. */
export function cellRange(from: EpochMicros | null, to: EpochMicros | null, geometry: LanesGeometry): { readonly first: number; readonly last: number } | null {
  const start = from ?? geometry.from;
  const end = to ?? geometry.to;
  if (start > geometry.to || end < geometry.from) return null;
  const first = Math.max(0, Math.min(geometry.cells - 1, cellAt(start, geometry)));
  const last = Math.max(first, Math.min(geometry.cells - 1, cellAt(end, geometry)));
  return { first, last };
}

/** Moments worth stopping at: leadership begins and ends, roles go down or come up, findings begin and end. */
export function changesOf({ history, findings, from, to }: Pick<CaseData, 'history' | 'findings' | 'from' | 'to'>): readonly EpochMicros[] {
  const moments = [
    ...history.leadership.flatMap((one) => [one.from, one.to]),
    ...history.roles.filter((one) => one.role === 'down').flatMap((one) => [one.from, one.to]),
    ...findings.flatMap((one) => [one.start, one.end]),
  ].filter((at) => at !== null && at >= from && at <= to);
  return [...new Set(moments)].filter((at) => at !== null).sort((a, b) => a - b);
}
