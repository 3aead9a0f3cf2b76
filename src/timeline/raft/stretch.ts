import type { EpochMicros } from '../../model/time.ts';

/** A stretch of corrected time; `to` null = open. */
export interface Stretch {
  readonly from: EpochMicros;
  readonly to: EpochMicros | null;
}

export const endOf = (s: { readonly to: EpochMicros | null }): number => s.to ?? Infinity;

export function overlaps(a: Stretch, from: number, to: number): boolean {
  return a.from <= to && endOf(a) >= from;
}

export function covers(a: Stretch, at: number): boolean {
  return a.from <= at && at < endOf(a);
}

/** Joins stretches that touch or lie within `gap` of each other. */
export function merge(stretches: readonly Stretch[], gap: number): readonly Stretch[] {
  const merged: { from: EpochMicros; to: EpochMicros | null }[] = [];
  for (const s of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && s.from <= endOf(last) + gap) {
      if (endOf(s) > endOf(last)) last.to = s.to;
    } else merged.push({ from: s.from, to: s.to });
  }
  return merged;
}
