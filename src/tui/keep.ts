import type { CaseReader, TimelineRow } from '../model/ports.ts';
import { findingOf } from './items.ts';
import { menuFact } from './filters.ts';
import { patternOf } from './pattern.ts';
import type { AppState, OnlyCited } from './state.ts';

/** A condition the store does not know; rows are read and asked one by one. */
export type Keep = (row: TimelineRow) => boolean;

/** The filter's conditions on text, facts and findings as one; null when there is none. */
export function keepOf(reader: CaseReader, { data, timeline }: AppState): Keep | null {
  const { text, only } = timeline.filter;
  const pattern = text === null ? null : patternOf(text);
  const places = only === null || data === null ? null : placesOf(reader, data, only);
  if (pattern === null && places === null) return null;
  return (row) => (pattern === null || pattern.test(row.text)) && (places === null || places.has(`${row.source.entry}:${row.event.offset}`));
}

function placesOf(reader: CaseReader, data: NonNullable<AppState['data']>, only: OnlyCited): ReadonlySet<string> {
  const found = new Set<string>();
  if (only.kind === 'finding') {
    for (const { ref } of findingOf(data, only.id)?.evidence ?? []) found.add(`${ref.entry}:${ref.offset}`);
    return found;
  }
  const type = menuFact(only.id);
  if (type !== null) for (const { ref } of reader.facts([type])) found.add(`${ref.entry}:${ref.offset}`);
  return found;
}
