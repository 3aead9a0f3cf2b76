import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Component } from '../../src/model/bundle.ts';
import type { EventColumns } from '../../src/model/event.ts';
import type { History, NodeClock } from '../../src/model/history.ts';
import type { BundleId, EntryId, SourceId } from '../../src/model/ids.ts';
import type { CaseReader, CaseWriter } from '../../src/model/ports.ts';
import { epochMicros } from '../../src/model/time.ts';
import { openCase } from '../../src/store/case-reader.ts';
import { createCase } from '../../src/store/case-writer.ts';

/** One line of a test entry; `time` NaN = none. */
export interface Line {
  readonly source: SourceId;
  readonly time: number;
  readonly level?: number;
  readonly text: string;
  readonly message?: number;
}

export function withFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'store-test-'));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  let result: T;
  try {
    result = run(folder);
  } catch (cause) {
    clean();
    throw cause;
  }
  if (result instanceof Promise) {
    void result.then(clean, clean);
    return result;
  }
  clean();
  return result;
}

export const COUNTS = { parser: 'etcd-log', skipped: null, continuations: 0, unparsed: 0 } as const;

export function addBundle(writer: CaseWriter): BundleId {
  return writer.bundle({ path: 'bundle.tgz', sha256: 'ab'.repeat(32), bytes: 1234, layout: 'generic', collectedAt: epochMicros(1_700_000_100_000_000) });
}

export function addSource(writer: CaseWriter, entry: EntryId, node: string | null, component: Component = 'etcd'): SourceId {
  const id = writer.source({ entry, host: node, component, pod: null, container: null, generation: 'current' });
  writer.updateSources([{ id, node }]);
  return id;
}

export function columns(count: number): EventColumns {
  return {
    count,
    source: new Uint32Array(count),
    line: new Float64Array(count),
    offset: new Float64Array(count),
    time: new Float64Array(count),
    level: new Uint8Array(count),
    message: new Uint32Array(count),
  };
}

/** Hands lines in as batches of `size` lines; returns the offsets of the lines. */
export function addLines(writer: CaseWriter, entry: EntryId, lines: readonly Line[], size = 7): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (let from = 0; from < lines.length; from += size) {
    const some = lines.slice(from, from + size);
    const events = columns(some.length);
    const start = offset;
    const parts = some.map((line, i) => {
      const bytes = Buffer.from(`${line.text}\n`);
      events.source[i] = line.source;
      events.line[i] = from + i + 1;
      events.offset[i] = offset;
      events.time[i] = line.time;
      events.level[i] = line.level ?? 2;
      events.message[i] = line.message ?? 0;
      offsets.push(offset);
      offset += bytes.byteLength;
      return bytes;
    });
    writer.events({ entry, offset: start, firstLine: from + 1, lineCount: some.length, raw: Buffer.concat(parts), events });
  }
  return offsets;
}

export function clock(node: string, segments: readonly { from: number | null; offset: number }[]): NodeClock {
  return {
    node,
    reference: false,
    offset: segments.at(-1)?.offset ?? null,
    low: null,
    high: null,
    basis: ['prober'],
    segments: segments.map((s) => ({ from: s.from === null ? null : epochMicros(s.from), offset: s.offset, low: null, high: null })),
    evidence: [],
  };
}

export function historyOf(clocks: readonly NodeClock[]): History {
  return {
    collectedAt: null,
    from: null,
    to: null,
    members: [],
    nodes: clocks.map((c) => c.node),
    clocks,
    leadership: [],
    roles: [],
    derived: [],
    undecided: [],
  };
}

/** Builds a case, finishes it, lets `check` read it, and removes it. */
export async function build(fill: (writer: CaseWriter) => void | Promise<void>, check: (reader: CaseReader) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'store-test-'));
  try {
    const path = join(folder, 'case.inquest');
    const writer = createCase(path);
    await fill(writer);
    await writer.flush();
    writer.finish();
    const reader = openCase(path);
    try {
      check(reader);
    } finally {
      reader.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
