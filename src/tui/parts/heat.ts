import type { Heat } from '../access.ts';
import type { Line, Span } from '../line.ts';
import type { Tone } from '../theme.ts';

const BARS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

function toneOf(heat: Heat): Tone {
  return heat.errors > 0 ? 'critical' : heat.warnings > 0 ? 'warning' : 'faint';
}

/** A strip of bars, their height the logarithm of the count, their colour the worst level within. */
export function heatLine(heat: readonly Heat[] | null, cells: number, of: 'all' | 'trouble', marked: number | null): Line {
  if (heat === null) return [{ text: '·'.repeat(cells), tone: 'faint' }];
  const count = (one: Heat): number => (of === 'all' ? one.total : one.warnings + one.errors);
  const most = Math.log1p(Math.max(1, ...heat.map(count)));
  const out: Span[] = [];
  heat.slice(0, cells).forEach((one, i) => {
    const n = count(one);
    const bar = n === 0 ? 0 : Math.max(1, Math.round((Math.log1p(n) / most) * 8));
    const text = BARS[bar] ?? ' ';
    if (i === marked) out.push({ text: text === ' ' ? '▏' : text, tone: 'cursor' });
    else out.push({ text, tone: toneOf(one) });
  });
  return merged(out);
}

/** Joins neighbours of one tone. */
export function merged(spans: readonly Span[]): Line {
  const out: Span[] = [];
  for (const one of spans) {
    const last = out.at(-1);
    if (last?.tone === one.tone) out[out.length - 1] = { text: last.text + one.text, tone: one.tone };
    else out.push(one);
  }
  return out;
}
