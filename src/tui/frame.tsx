import { createContext, useContext, useLayoutEffect } from 'react';
import type { ReactNode } from 'react';
import type { Hit, HitTest } from './hits.ts';

/**
 * The lines of the screen as they are to be, put together while React commits and drawn in one go after it.
 * ink would take every cell apart and measure it again (65 ms a frame at 200×50); the lines here are measured already.
 */
export interface Frame {
  /** painted lines from row `top` (0-based) on */
  put(top: number, lines: readonly string[], hits: HitTest): void;
  /** everything is in place */
  flush(): void;
  /** what stands in a cell of the screen */
  at(row: number, column: number): Hit | null;
}

interface Region {
  readonly frame: Frame;
  readonly top: number;
}

const RegionContext = createContext<Region>({ frame: { put: () => undefined, flush: () => undefined, at: () => null }, top: 0 });

/** The part of the screen from row `top` on; whatever is drawn inside lands there. */
export function At({ frame, top, children }: Region & { readonly children: ReactNode }): ReactNode {
  return <RegionContext value={{ frame, top }}>{children}</RegionContext>;
}

/** Puts lines into the region once React has committed them. */
export function usePut(lines: readonly string[], hits: HitTest): void {
  const { frame, top } = useContext(RegionContext);
  useLayoutEffect(() => frame.put(top, lines, hits));
}

/** A frame of `rows()` lines, handed to `draw` whole. */
export function createFrame(rows: () => number, draw: (lines: readonly string[]) => void): Frame {
  const lines: string[] = [];
  const tests: ((column: number) => Hit | null)[] = [];
  return {
    at: (row, column) => tests[row]?.(column) ?? null,
    put(top, part, hits) {
      part.forEach((line, i) => {
        lines[top + i] = line;
        tests[top + i] = (column) => hits(i, column);
      });
    },
    flush() {
      draw(Array.from({ length: rows() }, (_, i) => lines[i] ?? ''));
    },
  };
}
