import { useRef } from 'react';
import type { ReactNode } from 'react';
import { usePut } from '../frame.tsx';
import { scrollTop } from '../layout.ts';
import { itemHit } from '../hits.ts';
import type { HitTest } from '../hits.ts';
import { EMPTY, cutLine, fitLine, hitIn, lineWidth } from '../line.ts';
import type { Line, LineSource } from '../line.ts';
import { paint } from '../theme.ts';
import type { Theme } from '../theme.ts';

/** Indices of lines, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
  readonly selected?: Range | null;
  /** what a click does where no stretch of text says it */
  readonly hits?: HitTest;
}

/** Erases from the cursor to the end of the line. */
const ERASE = '\u001b[K';

/** Exactly `height` lines of at most `width` cells: the only thing views draw with. */
export function Lines({ lines, theme, width, height, selected = null, hits }: LinesProps): ReactNode {
  const shown = Array.from({ length: height }, (_, i) => {
    const line = lines[i] ?? EMPTY;
    const lit = selected !== null && i >= selected.first && i <= selected.last;
    const fit = lit ? fitLine(line, width) : cutLine(line, width);
    // A full line needs no erasing, and erasing would take its last cell, where the cursor still stands.
    return `${paint(fit, theme, lit)}${lineWidth(fit) < width ? ERASE : ''}`;
  });
  usePut(shown, (row, column) => hitIn(lines[row] ?? EMPTY, column) ?? hits?.(row, column) ?? null);
  return null;
}

/** Lines longer than the screen, scrolled by the least movement that keeps `selected` in sight. `itemOf` gives the item a line belongs to. */
export function ScrolledLines({
  head = [],
  lines,
  selected = null,
  itemOf,
  hits,
  theme,
  width,
  height,
}: Omit<LinesProps, 'lines'> & {
  readonly head?: readonly Line[];
  readonly lines: LineSource;
  readonly itemOf?: (line: number) => number | null;
}): ReactNode {
  const top = useRef(0);
  const room = Math.max(1, height - head.length);
  const first = selected?.first ?? 0;
  const last = Math.min(selected?.last ?? 0, first + room - 1);
  const low = scrollTop(top.current, last, room, lines.length);
  top.current = first < low ? scrollTop(low, first, room, lines.length) : low;
  const shown = [...head, ...lines.slice(top.current, top.current + room)];
  const offset = head.length - top.current;
  const range = selected === null ? null : { first: Math.max(head.length, selected.first + offset), last: selected.last + offset };
  const hitsOf: HitTest = (row, column) => {
    const line = row - offset;
    return itemHit(row < head.length || line >= lines.length ? null : itemOf?.(line)) ?? hits?.(row, column) ?? null;
  };
  return <Lines lines={shown} theme={theme} width={width} height={height} selected={range} hits={hitsOf} />;
}
