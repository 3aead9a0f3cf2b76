import type { Component, Source } from '../model/bundle.ts';
import type { Correct } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';

/** `uncovered` names the first stretch or source that is missing, in words; null when the interval is covered. */
export interface CoverageAnswer {
  readonly covered: boolean;
  readonly uncovered: string | null;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

type Coverage = (node: string | null, components: readonly Component[], from: EpochMicros, to: EpochMicros) => CoverageAnswer;

/**
 * What the case's sources prove: a stretch counts only when one source, or sources that touch, reach over all of it.
 * A pause between a rotated file and its successor proves nothing and so is a gap.
 */
export function coverageOf(sources: readonly Source[], correct: Correct): Coverage {
  const spansOf = (node: string, component: Component): Span[] => {
    const spans: Span[] = [];
    for (const source of sources) {
      if (source.node !== node || source.component !== component || source.from === null || source.to === null) continue;
      spans.push({ from: correct(node, source.from), to: correct(node, source.to) });
    }
    return merge(spans);
  };
  return (node, components, from, to) => {
    const nodes = node === null ? [...new Set(sources.flatMap((s) => (s.node !== null && components.includes(s.component) ? [s.node] : [])))] : [node];
    if (nodes.length === 0) return { covered: false, uncovered: components.join(', ') };
    for (const one of nodes) {
      for (const component of components) {
        if (!spansOf(one, component).some((span) => span.from <= from && span.to >= to)) return { covered: false, uncovered: `${component} (${one})` };
      }
    }
    return { covered: true, uncovered: null };
  };
}

function merge(spans: Span[]): Span[] {
  spans.sort((a, b) => a.from - b.from || a.to - b.to);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last !== undefined && span.from <= last.to) merged[merged.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    else merged.push(span);
  }
  return merged;
}
