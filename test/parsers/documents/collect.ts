import { formatRfc3339, parseRfc3339 } from '../../../src/model/time.ts';
import type { EpochMicros } from '../../../src/model/time.ts';
import { sourceId } from '../../../src/model/ids.ts';
import { documentText } from '../../../src/parsers/documents/document-text.ts';
import type { DocumentParser, EntryContext, ParseSink, Place } from '../../../src/parsers/contract.ts';

export interface Collected {
  readonly type: string;
  readonly at: string | null;
  readonly meaning: string;
  readonly line: number | null;
  readonly offset: number;
  readonly component: string;
  readonly data: unknown;
}

export interface Collection {
  readonly facts: Collected[];
  readonly diagnostics: { readonly code: string; readonly detail: string; readonly line: number | null }[];
  readonly cited: { readonly place: Place; readonly text: string }[];
}

/** What the parsers of these tests know of the bundle: collected at this moment, the name saying nothing. */
export function contextFor(path: string): EntryContext {
  return {
    path,
    hints: { node: null, component: null, namespace: null, pod: null, container: null, generation: 'current' },
    modifiedAt: null,
    size: null,
    collectedAt: parseRfc3339('2026-11-22T09:15:00Z'),
  };
}

export function collect(parser: DocumentParser, bytes: Uint8Array, path = 'unknown'): Collection {
  const collection: Collection = { facts: [], diagnostics: [], cited: [] };
  const specs: { host: string | null; component: string }[] = [];
  const sink: ParseSink = {
    source(spec) {
      specs.push({ host: spec.host, component: spec.component });
      return sourceId(specs.length);
    },
    fact(type, data, where) {
      const at: EpochMicros | null = where.at;
      collection.facts.push({
        type,
        at: at === null ? null : formatRfc3339(at),
        meaning: where.meaning,
        line: where.place.line,
        offset: where.place.offset,
        component: specs[where.source - 1]?.component ?? '',
        data,
      });
    },
    diagnostic(code, detail, place) {
      collection.diagnostics.push({ code, detail, line: place?.line ?? null });
    },
    cite(place, text) {
      collection.cited.push({ place, text });
    },
    message: () => 0,
    events: () => undefined,
    count: () => undefined,
  };
  parser.parse(documentText(bytes), sink, contextFor(path));
  return collection;
}
