import { createContext, useContext, useLayoutEffect } from 'react';
import type { ReactNode } from 'react';

/**
 * The lines of the screen as they are to be, put together while React commits and drawn in one go after it.
 * ink would take every cell apart and measure it again (65 ms a frame at 200×50); the lines here are measured already.
 */
export interface Frame {
  /** painted lines from row `top` (0-based) on */
  put(top: number, lines: readonly string[]): void;
  /** everything is in place */
  flush(): void;
}

interface Region {
  readonly frame: Frame;
  readonly top: number;
}

const RegionContext = createContext<Region>({ frame: { put: () => undefined, flush: () => undefined }, top: 0 });

/** The part of the screen from row `top` on; whatever is drawn inside lands there. */
export function At({ frame, top, children }: Region & { readonly children: ReactNode }): ReactNode {
  return <RegionContext value={{ frame, top }}>{children}</RegionContext>;
}

/** Puts lines into the region once React has committed them. */
export function usePut(lines: readonly string[]): void {
  const { frame, top } = useContext(RegionContext);
  useLayoutEffect(() => frame.put(top, lines));
}

/** A frame of `rows()` lines, handed to `draw` whole. */
export function createFrame(rows: () => number, draw: (lines: readonly string[]) => void): Frame {
  const lines: string[] = [];
  return {
    put(top, part) {
      part.forEach((line, i) => {
        lines[top + i] = line;
      });
    },
    flush() {
      draw(Array.from({ length: rows() }, (_, i) => lines[i] ?? ''));
    },
  };
}
