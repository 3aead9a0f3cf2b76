import type { FactMap, FactType } from '../../model/fact.ts';
import type { DiagnosticCode } from '../../model/diagnostic.ts';
import type { EpochMicros, TimeMeaning } from '../../model/time.ts';
import { cut } from '../../model/text.ts';
import type { DocumentText, ParseSink, Place, SourceSpec } from '../contract.ts';

/** Longest text cited for one place of an entry whose raw text is not kept. */
const CITED_LENGTH = 400;

export interface When {
  readonly at: EpochMicros | null;
  readonly meaning: TimeMeaning;
}

export const NO_TIME: When = { at: null, meaning: 'observed' };

/** What the readers of one document write to: facts by line number, from one source. */
export interface Emitter {
  /** `line` is 1-based */
  fact<Type extends FactType>(type: Type, data: FactMap[Type], line: number, when?: When): void;
  /** for a record inside a long line: UTF-16 indexes of its text */
  factAt<Type extends FactType>(type: Type, data: FactMap[Type], span: { readonly start: number; readonly end: number }, when?: When): void;
  diagnostic(code: DiagnosticCode, detail: string, line?: number): void;
}

/** Binds a document to its sink; `cited` documents get the text of each place they use cited. */
export function emitterFor(document: DocumentText, sink: ParseSink, spec: SourceSpec, keep: 'all' | 'cited' = 'all'): Emitter {
  const source = sink.source(spec);
  const put = <Type extends FactType>(type: Type, data: FactMap[Type], place: Place, text: string, when: When): void => {
    if (keep === 'cited') sink.cite(place, cut(text, CITED_LENGTH));
    sink.fact(type, data, { at: when.at, meaning: when.meaning, source, place });
  };
  return {
    fact(type, data, line, when = NO_TIME) {
      const place = document.place(line);
      put(type, data, place, document.lines[(place.line ?? 1) - 1]?.text ?? '', when);
    },
    factAt(type, data, span, when = NO_TIME) {
      const place = document.placeAt(span.start);
      const line = document.lines[(place.line ?? 1) - 1]?.text ?? '';
      const short = line.length <= CITED_LENGTH || keep === 'all';
      const record = document.text.slice(span.start, Math.min(span.end, span.start + CITED_LENGTH + 1)).split('\n')[0] ?? '';
      put(type, data, short ? place : within(document, place, span.start, record), short ? line : record, when);
    },
    diagnostic(code, detail, line) {
      sink.diagnostic(code, detail, line === undefined ? undefined : document.place(line));
    },
  };
}

/** The place of a record that stands inside a long line; the whole line where replaced bytes make its offset unsure. */
function within(document: DocumentText, place: Place, start: number, record: string): Place {
  const line = document.text.lastIndexOf('\n', start - 1) + 1;
  const before = document.text.slice(line, start);
  if (before.includes('\ufffd')) return place;
  return { line: place.line, offset: place.offset + Buffer.byteLength(before), length: Buffer.byteLength(record) };
}

/** Non-blank lines of a head or document, at most `limit`. */
export function firstLines(text: string, limit: number): readonly string[] {
  const found: string[] = [];
  let from = 0;
  while (from < text.length && found.length < limit) {
    let end = text.indexOf('\n', from);
    if (end < 0) end = text.length;
    const line = text.slice(from, end).replace(/\r$/, '');
    if (line.trim() !== '') found.push(line);
    from = end + 1;
  }
  return found;
}
