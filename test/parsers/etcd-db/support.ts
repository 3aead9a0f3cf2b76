import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FactType } from '../../../src/model/fact.ts';
import { sourceId } from '../../../src/model/ids.ts';
import type { BinaryParser, EntryContext, ParseSink, Place, RandomAccess } from '../../../src/parsers/contract.ts';

const FIXTURES = new URL('../../fixtures/', import.meta.url);

export function fixture(path: string): Buffer {
  return readFileSync(new URL(path, FIXTURES));
}

export function fixtureNames(path: string): string[] {
  return readdirSync(fileURLToPath(new URL(path, FIXTURES))).sort();
}

/** Bytes in memory; counts what is read, so that a test can bound it. */
export function memory(bytes: Uint8Array): RandomAccess & { bytesRead: number } {
  return {
    size: bytes.length,
    bytesRead: 0,
    read(offset, length) {
      const part = bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + length, bytes.length));
      this.bytesRead += part.length;
      return part;
    },
  };
}

export interface Collected {
  readonly facts: { readonly type: FactType; readonly data: Readonly<Record<string, unknown>>; readonly at: number | null; readonly place: Place }[];
  readonly diagnostics: { readonly code: string; readonly detail: string; readonly offset: number | undefined }[];
  readonly cites: { readonly place: Place; readonly text: string }[];
}

export function context(path: string, size: number | null): EntryContext {
  const hints = { node: null, component: null, namespace: null, pod: null, container: null, generation: 'current' } as const;
  return { path, hints, modifiedAt: null, size, collectedAt: null };
}

export function parse(parser: BinaryParser, bytes: Uint8Array, path = 'unknown'): Collected {
  const collected: Collected = { facts: [], diagnostics: [], cites: [] };
  const sink: ParseSink = {
    source: () => sourceId(1),
    fact: (type, data, where) => collected.facts.push({ type, data: { ...data }, at: where.at, place: where.place }),
    diagnostic: (code, detail, place) => collected.diagnostics.push({ code, detail, offset: place?.offset }),
    cite: (place, text) => collected.cites.push({ place, text }),
    message: () => 0,
    events: () => {},
    count: () => {},
  };
  void parser.parse(memory(bytes), sink, context(path, bytes.length));
  return collected;
}

export function factsOf(collected: Collected, type: FactType): Readonly<Record<string, unknown>>[] {
  return collected.facts.filter((f) => f.type === type).map((f) => f.data);
}
