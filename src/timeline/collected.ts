import type { Correct } from '../model/history.ts';
import type { FactSource } from '../model/ports.ts';
import type { Source } from '../model/bundle.ts';
import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import type { FactReader } from './facts/reader.ts';

/**
 * "Now" for certificates, leases and backups: what the collector wrote, else `date` as run on the machines, else what the
 * bundle's layout says, else the newest event. The newest of a kind counts; all in corrected time.
 */
export function collectedAt(reader: FactReader, source: FactSource, correct: Correct, newestEvent: EpochMicros | null): EpochMicros | null {
  for (const type of ['bundle.collected', 'node.date'] as const) {
    let newest: EpochMicros | null = null;
    for (const fact of reader.facts([type])) {
      if (fact.at === null) continue;
      const when = correct(fact.node, fact.at);
      if (newest === null || when > newest) newest = when;
    }
    if (newest !== null) return newest;
  }
  const layouts = source
    .bundles()
    .map((b) => b.collectedAt)
    .filter((t) => t !== null);
  return layouts.length > 0 ? epochMicros(Math.max(...layouts)) : newestEvent;
}

/** First and last moment any source speaks of, corrected. */
export function spanOf(sources: readonly Source[], correct: Correct): { readonly from: EpochMicros | null; readonly to: EpochMicros | null } {
  let from: EpochMicros | null = null;
  let to: EpochMicros | null = null;
  for (const s of sources) {
    if (s.from !== null && (from === null || correct(s.node, s.from) < from)) from = correct(s.node, s.from);
    if (s.to !== null && (to === null || correct(s.node, s.to) > to)) to = correct(s.node, s.to);
  }
  return { from, to };
}
