import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PathHints } from '../../../src/model/bundle.ts';
import type { SourceId } from '../../../src/model/ids.ts';
import type { EntryContext, ParseSink, RandomAccess, RecordBook, SourceSpec } from '../../../src/parsers/contract.ts';
import { journalFile } from '../../../src/parsers/journal-file/journal-file.ts';

const hints: PathHints = { node: null, component: null, namespace: null, pod: null, container: null, generation: 'current' };
export const context: EntryContext = { path: 'unknown', hints, modifiedAt: null, size: null, collectedAt: null };

export interface RecordedFact {
  readonly type: string;
  readonly data: unknown;
  readonly at: number | null;
  readonly offset: number;
  readonly length: number;
}

/** Keeps all a parser says. */
export class Recorder {
  readonly facts: RecordedFact[] = [];
  readonly diagnostics: { readonly code: string; readonly detail: string; readonly count: number }[] = [];
  readonly cited = new Map<number, string>();
  readonly events: { readonly line: number; readonly offset: number; readonly time: number; readonly source: number }[] = [];
  readonly specs: SourceSpec[] = [];
  text = '';
  private readonly keys: string[] = [];

  readonly sink: ParseSink = {
    source: (spec) => {
      const key = JSON.stringify(spec);
      if (!this.keys.includes(key)) {
        this.keys.push(key);
        this.specs.push(spec);
      }
      return this.keys.indexOf(key) as SourceId;
    },
    fact: (type, data, where) => {
      this.facts.push({ type, data, at: where.at, offset: where.place.offset, length: where.place.length });
    },
    diagnostic: (code, detail, _place, count = 1) => {
      this.diagnostics.push({ code, detail, count });
    },
    cite: (place, text) => {
      this.cited.set(place.offset, text);
    },
    message: () => 1,
    events: ({ offset, firstLine, raw, events }) => {
      if (offset !== Buffer.byteLength(this.text) || firstLine !== this.text.split('\n').length) throw new Error('blocks do not follow each other');
      this.text += Buffer.from(raw).toString('utf8');
      for (let i = 0; i < events.count; i += 1) {
        this.events.push({ line: events.line[i] ?? 0, offset: events.offset[i] ?? 0, time: events.time[i] ?? 0, source: events.source[i] ?? 0 });
      }
    },
    count: () => undefined,
  };

  get lines(): readonly string[] {
    return this.text.split('\n').slice(0, -1);
  }
}

export const FIXTURES = ['v252-regular-zstd', 'v254-regular-plain', 'v254-regular-xz', 'v254-compact-lz4', 'v254-compact-zstd'] as const;

export function fixture(name: (typeof FIXTURES)[number]): Buffer {
  return gunzipSync(readFileSync(fileURLToPath(new URL(`../../fixtures/journal-file/${name}.journal.gz`, import.meta.url))));
}

export function access(bytes: Uint8Array): RandomAccess {
  return { size: bytes.byteLength, read: (offset, length) => bytes.subarray(offset, Math.min(bytes.byteLength, offset + length)) };
}

export async function readJournal(bytes: Uint8Array, records?: RecordBook): Promise<Recorder> {
  const recorder = new Recorder();
  await journalFile.parse(access(bytes), recorder.sink, records === undefined ? context : { ...context, records });
  return recorder;
}

/** offset behind the last byte that is not zero */
export function usedBytes(bytes: Buffer): number {
  let end = bytes.byteLength;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Math.ceil(end / 8) * 8;
}
