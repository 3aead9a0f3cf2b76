import type { CaseReader } from '../model/ports.ts';
import { CARRIED_FORMAT } from '../parsers/documents/carried/redacted-facts.ts';
import { carriedTypes } from '../parsers/documents/carried/shapes.ts';

/** For every entry, what is written in its place where it cannot be written itself: the facts read from it, as text. */
export function carriedFacts(reader: CaseReader): ReadonlyMap<string, string> {
  const paths = new Map(reader.entries().map((entry) => [entry.id, entry.path]));
  const sources = new Map(reader.sources().map((source) => [source.id, source]));
  const lines = new Map<string, string[]>();
  for (const { type, at, meaning, source, ref, data } of reader.facts(carriedTypes())) {
    const path = paths.get(ref.entry);
    if (path === undefined) continue;
    const own = lines.get(path);
    const row = JSON.stringify({ type, at, meaning, at_byte: ref.offset, text: reader.text(ref), data });
    if (own !== undefined) {
      own.push(row);
      continue;
    }
    const from = sources.get(source);
    lines.set(path, [JSON.stringify({ format: CARRIED_FORMAT, component: from?.component ?? 'other', host: from?.host ?? null }), row]);
  }
  return new Map([...lines].map(([path, rows]) => [path, `${rows.join('\n')}\n`]));
}
