import type { Entry } from '../model/bundle.ts';
import type { EvidenceRef } from '../model/evidence.ts';
import type { EntryId } from '../model/ids.ts';
import type { CaseReader, DensityBin } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import { inSlices } from './slices.ts';
import type { Job } from './slices.ts';

/** One cell of a heat strip, all nodes together. */
export interface Heat {
  readonly total: number;
  readonly warnings: number;
  readonly errors: number;
}

/** What views may read while they draw: small, remembered, never a scan. */
export interface CaseAccess {
  /** the cited line; null when its text was not kept */
  text(ref: EvidenceRef): string | null;
  entry(id: EntryId): Entry | null;
  /** lines around a place, as many before it as after it; empty when the text was not kept */
  around(ref: EvidenceRef, lines: number): readonly { readonly line: number; readonly text: string }[];
  /** the density as far as it is known now; the exact one is read after the frame and redrawn */
  heat(from: EpochMicros, to: EpochMicros, cells: number): readonly Heat[] | null;
  /** stops what is still to be read */
  close(): void;
}

const TEXTS_KEPT = 2000;
const STRIPS_KEPT = 24;
const SURROUNDINGS_KEPT = 50;
/** A moment without keys before a density is counted: panning must not queue a count for each step. */
const CALM_MS = 120;

function toHeat(bins: readonly DensityBin[], from: EpochMicros, to: EpochMicros, cells: number): readonly Heat[] {
  const heat = Array.from({ length: cells }, () => ({ total: 0, warnings: 0, errors: 0 }));
  for (const bin of bins) {
    const cell = heat[Math.min(cells - 1, Math.max(0, Math.floor(((bin.from - from) / (to - from)) * cells)))];
    if (cell === undefined) continue;
    cell.total += bin.total;
    cell.warnings += bin.warnings;
    cell.errors += bin.errors;
  }
  return heat;
}

/** The answer as the last thing yielded. */
function* counted(steps: Generator<null, readonly DensityBin[]>): Generator<readonly DensityBin[] | null, void> {
  yield yield* steps;
}

export function openAccess(reader: CaseReader, onChange: () => void, onError: (error: unknown) => void): CaseAccess {
  const texts = new Map<string, string | null>();
  const surroundings = new Map<string, ReturnType<CaseAccess['around']>>();
  const strips = new Map<string, readonly Heat[]>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let wanted: string | null = null;
  let job: Job | null = null;

  const count = (key: string, from: EpochMicros, to: EpochMicros, cells: number): void => {
    timer = null;
    job = inSlices(
      counted(reader.densitySteps(from, epochMicros(to + 1), cells)),
      (bins) => {
        if (bins === null) return;
        if (strips.size >= STRIPS_KEPT) strips.delete(strips.keys().next().value ?? '');
        strips.set(key, toHeat(bins, from, to, cells));
        wanted = null;
        onChange();
      },
      onError,
    );
  };

  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    job?.cancel();
    job = null;
  };

  return {
    text(ref) {
      const key = `${ref.entry}:${ref.offset}:${ref.line ?? ''}:${ref.length}`;
      const had = texts.get(key);
      if (had !== undefined) return had;
      if (texts.size >= TEXTS_KEPT) texts.clear();
      const text = reader.text(ref);
      texts.set(key, text);
      return text;
    },
    entry: (id) => reader.entry(id),
    around(ref, lines) {
      const key = `${ref.entry}:${ref.offset}:${lines}`;
      const had = surroundings.get(key);
      if (had !== undefined) return had;
      if (surroundings.size >= SURROUNDINGS_KEPT) surroundings.clear();
      const read = reader.surroundings(ref, lines, lines);
      surroundings.set(key, read);
      return read;
    },
    heat(from, to, cells) {
      const key = `${from}:${to}:${cells}`;
      const known = strips.get(key);
      if (known !== undefined) return known;
      if (wanted === key) return null;
      stop();
      wanted = key;
      timer = setTimeout(() => count(key, from, to, cells), CALM_MS);
      return null;
    },
    close: stop,
  };
}
