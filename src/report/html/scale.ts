import type { Finding } from '../../model/finding.ts';
import type { History } from '../../model/history.ts';

/** Sizes in user units; the page's script reads what it needs from the drawing's data attributes. */
export const BOX = { width: 1200, left: 132, plot: 1056, top: 30, role: 22, density: 16, gap: 10, finding: 18 } as const;

export const fixed = (n: number): string => String(Math.round(n * 100) / 100);

/** A stretch of time in microseconds. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** What the lanes can show in all, and what they show first. */
export interface View {
  readonly all: Range;
  readonly first: Range;
}

/** When the evidence is far longer than the incident, the lanes open on the incident with a margin on both sides. */
export function chooseView(history: History, findings: readonly Finding[]): View | null {
  const spans = findings
    .filter((f) => f.severity !== 'info' && f.start !== null)
    .map((f) => ({ from: f.start ?? 0, to: f.end ?? history.to ?? history.collectedAt ?? f.start ?? 0 }));
  const from = history.from ?? least(spans.map((s) => s.from));
  const to = greatest([history.to, history.collectedAt, ...(history.to === null ? spans.map((s) => s.to) : [])].filter((at) => at !== null));
  if (from === null || to === null || to <= from) return null;
  const all = { from, to };
  const begin = least(spans.map((s) => s.from).filter((at) => at >= from && at <= to));
  const end = greatest(spans.map((s) => Math.min(s.to, to)).filter((at) => at >= from));
  if (begin === null || end === null) return { all, first: all };
  const margin = Math.max((end - begin) * 0.3, 2_000_000);
  const first = { from: Math.max(from, Math.floor(begin - margin)), to: Math.min(to, Math.ceil(end + margin)) };
  return (to - from) / (first.to - first.from) < 4 ? { all, first: all } : { all, first };
}

function least(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => Math.min(a, b));
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b));
}

/** Steps between axis marks in microseconds, for the page's script too. */
export const AXIS_STEPS: readonly number[] = [
  1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7, 1.5e7, 3e7, 6e7, 1.2e8, 3e8, 6e8, 9e8, 1.8e9, 3.6e9, 7.2e9, 1.08e10, 2.16e10, 4.32e10,
  8.64e10, 1.728e11, 6.048e11, 2.592e12,
];

/** Round instants for an axis with at most `count` marks. */
export function axisMarks(range: Range, count: number): readonly { readonly at: number; readonly label: string }[] {
  const step = AXIS_STEPS.find((s) => (range.to - range.from) / s <= count) ?? 2.592e12 * Math.ceil((range.to - range.from) / count / 2.592e12);
  const marks = [];
  for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step) marks.push({ at, label: axisLabel(at, step) });
  return marks;
}

function axisLabel(at: number, step: number): string {
  const iso = new Date(Math.floor(at / 1000)).toISOString();
  if (step >= 8.64e10) return iso.slice(5, 10);
  if (step >= 6e7) return at % 8.64e10 === 0 ? iso.slice(5, 10) : iso.slice(11, 16);
  return step >= 1e6 ? iso.slice(11, 19) : iso.slice(11, 23);
}
