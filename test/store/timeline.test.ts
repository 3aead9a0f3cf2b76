import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LEVELS } from '../../src/model/event.ts';
import type { CaseWriter, TimelineRow } from '../../src/model/ports.ts';
import { epochMicros } from '../../src/model/time.ts';
import { addBundle, addLines, addSource, build, clock, COUNTS, historyOf } from './builder.ts';

const BASE = 1_700_000_000_000_000;
const NODES = ['cp1', 'cp2', 'cp3'] as const;

interface Spec {
  readonly clocks: readonly { readonly node: string; readonly segments: readonly { readonly from: number | null; readonly offset: number }[] }[];
  readonly entries: readonly {
    readonly nodes: readonly (string | null)[];
    readonly lines: readonly { readonly pick: number; readonly time: number | null; readonly level: number }[];
  }[];
}

const spec: fc.Arbitrary<Spec> = fc.record({
  clocks: fc.subarray([...NODES]).chain((nodes) =>
    fc.tuple(
      ...nodes.map((node) =>
        fc.record({
          node: fc.constant(node),
          segments: fc
            .tuple(
              fc.integer({ min: -40, max: 40 }),
              fc.array(fc.record({ from: fc.integer({ min: 0, max: 200 }), offset: fc.integer({ min: -40, max: 40 }) }), { maxLength: 2 }),
            )
            .map(([offset, more]) => [{ from: null, offset }, ...more.map((m) => ({ from: BASE + m.from, offset: m.offset })).sort((a, b) => a.from - b.from)]),
        }),
      ),
    ),
  ),
  entries: fc.array(
    fc.record({
      nodes: fc.array(fc.constantFrom(...NODES, null), { minLength: 1, maxLength: 3 }),
      lines: fc.array(fc.record({ pick: fc.nat(2), time: fc.option(fc.integer({ min: 0, max: 200 }), { freq: 4 }), level: fc.nat(6) }), { maxLength: 40 }),
    }),
    { maxLength: 5 },
  ),
});

interface Expected {
  readonly at: number;
  readonly source: number;
  readonly offset: number;
  readonly node: string | null;
  readonly level: number;
  readonly text: string;
}

function compare(a: Expected, b: Expected): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.source - b.source || a.offset - b.offset;
}

/** Fills the case and returns what a plain sort gives. */
async function fill(writer: CaseWriter, { clocks, entries }: Spec): Promise<Expected[]> {
  const all: Expected[] = [];
  const bundle = addBundle(writer);
  const correct = (node: string | null, time: number): number => {
    const segments = clocks.find((c) => c.node === node)?.segments ?? [];
    const held = segments.filter((s) => s.from === null || s.from <= time).at(-1);
    return time - (held?.offset ?? 0);
  };
  for (const [n, { nodes, lines }] of entries.entries()) {
    const entry = writer.beginEntry({ bundle, path: `e${n}.log`, modifiedAt: null });
    const sources = nodes.map((node) => addSource(writer, entry, node));
    const made = lines.map((line, i) => {
      const which = line.pick % nodes.length;
      const source = sources[which];
      if (source === undefined) throw new Error('no source');
      return { source, node: nodes[which] ?? null, time: line.time === null ? NaN : BASE + line.time, level: line.level, text: `entry ${n} line ${i} ünï` };
    });
    // Small batches, with gaps in the line numbers forced by a second entry, make several blocks.
    const offsets = addLines(writer, entry, made, 3);
    for (const [i, line] of made.entries()) {
      const own = made.filter((m) => m.source === line.source);
      const before = made
        .slice(0, i + 1)
        .filter((m) => m.source === line.source && !Number.isNaN(m.time))
        .at(-1);
      const place = before ?? own.find((m) => !Number.isNaN(m.time));
      all.push({
        at: place === undefined ? Infinity : correct(line.node, place.time),
        source: line.source,
        offset: offsets[i] ?? -1,
        node: line.node,
        level: line.level,
        text: line.text,
      });
    }
    writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 0, lines: lines.length, events: lines.length });
  }
  await writer.analysis(historyOf(clocks.map((c) => clock(c.node, c.segments))), [], [], 'en');
  return all.sort(compare);
}

const seen = (rows: Iterable<TimelineRow>): unknown[] =>
  [...rows].map((r) => [r.at ?? Infinity, r.event.source, r.event.offset, r.source.node, r.event.level, r.text]);
const told = (rows: readonly Expected[]): unknown[] => rows.map((r) => [r.at, r.source, r.offset, r.node, LEVELS[r.level], r.text]);

describe('timeline', () => {
  test('forward, backward, windows, filters and pages agree with a plain sort', async () => {
    await fc.assert(
      fc.asyncProperty(
        spec,
        fc.integer({ min: -40, max: 240 }),
        fc.integer({ min: 0, max: 120 }),
        fc.integer({ min: 1, max: 9 }),
        async (given, start, length, page) => {
          let expected: Expected[] = [];
          await build(
            async (writer) => {
              expected = await fill(writer, given);
            },
            (reader) => {
              expect(seen(reader.timeline({}))).toEqual(told(expected));
              expect(seen(reader.timeline({ direction: 'backward' }))).toEqual(told([...expected].reverse()));
              const [from, to] = [epochMicros(BASE + start), epochMicros(BASE + start + length)];
              const window = expected.filter((r) => r.at >= from && r.at < to);
              expect(seen(reader.timeline({ from, to }))).toEqual(told(window));
              expect(seen(reader.timeline({ from, limit: page }))).toEqual(told(expected.filter((r) => r.at >= from && r.at < Infinity).slice(0, page)));
              expect(seen(reader.timeline({ to, limit: page, direction: 'backward' }))).toEqual(
                told(
                  expected
                    .filter((r) => r.at < to)
                    .reverse()
                    .slice(0, page),
                ),
              );
              for (const row of reader.timeline({})) {
                expect(reader.eventAt(row.source.entry, row.event.line)).toEqual({ line: row.event.line, offset: row.event.offset, at: row.at });
              }
              expect([...reader.timelineSteps({})].filter((row) => row !== null)).toEqual([...reader.timeline({})]);
              expect(seen(reader.timeline({ nodes: ['cp2'], minLevel: 'warn' }))).toEqual(told(expected.filter((r) => r.node === 'cp2' && r.level >= 4)));
              expect(seen(reader.timeline({ grep: /line 1\d? ünï$/g }))).toEqual(told(expected.filter((r) => /line 1\d? ünï$/.test(r.text))));
              expect(reader.eventCount()).toBe(expected.length);
              const counted = reader.density(epochMicros(BASE - 1000), epochMicros(BASE + 1000), 7).reduce((sum, bin) => sum + bin.total, 0);
              expect(counted).toBe(expected.filter((r) => r.at < Infinity).length);
            },
          );
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  test('many blocks that overlap come out in order, both ways', async () => {
    const per = 4000;
    await build(
      async (writer) => {
        const bundle = addBundle(writer);
        for (const node of NODES) {
          const entry = writer.beginEntry({ bundle, path: `${node}.log`, modifiedAt: null });
          const source = addSource(writer, entry, node);
          addLines(
            writer,
            entry,
            Array.from({ length: per }, (_, i) => ({ source, time: BASE + i * 1000 + ((i * 7919) % 5000), text: `${node} ${i} ${'x'.repeat(400)}` })),
            500,
          );
          writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 0, lines: per, events: per });
        }
        await writer.analysis(historyOf([clock('cp2', [{ from: null, offset: 60_000_000 }])]), [], [], 'en');
      },
      (reader) => {
        expect([...reader.query('SELECT count(*) > 6 FROM blocks').rows]).toEqual([[1]]);
        const forward = [...reader.timeline({})].map((r) => [r.at ?? 0, r.event.source, r.event.offset] as const);
        expect(forward).toHaveLength(3 * per);
        for (const [i, [at, source, offset]] of forward.entries()) {
          const before = forward[i - 1];
          if (before !== undefined)
            expect(before[0] < at || (before[0] === at && (before[1] < source || (before[1] === source && before[2] < offset)))).toBe(true);
        }
        const backward = [...reader.timeline({ direction: 'backward' })].map((r) => [r.at ?? 0, r.event.source, r.event.offset]);
        expect(backward.reverse()).toEqual(forward);
        const [first] = reader.timeline({ limit: 1 });
        expect(first?.source.node).toBe('cp2');
        const [raw] = reader.timeline({ limit: 1, raw: true });
        expect(raw?.source.node).toBe('cp1');
      },
    );
  });

  test('density counts the same from events and from the counts kept while reading', async () => {
    const nodes = [...NODES, null];
    await build(
      async (writer) => {
        const bundle = addBundle(writer);
        for (let n = 0; n < 48; n += 1) {
          const entry = writer.beginEntry({ bundle, path: `${n}.log`, modifiedAt: null });
          const source = addSource(writer, entry, nodes[n % 4] ?? null);
          // Five seconds apart, for ever longer stretches: the last ones need buckets of several seconds.
          addLines(
            writer,
            entry,
            Array.from({ length: n === 47 ? 9000 : 50 }, (_, i) => ({ source, time: BASE + i * 5_000_000, level: i % 7, text: 'x' })),
            1000,
          );
          writer.endEntry(entry, { ...COUNTS, sha256: '', bytes: 0, lines: 0, events: 0 });
        }
        await writer.analysis(historyOf([clock('cp1', [{ from: null, offset: 250_000_000 }])]), [], [], 'en');
      },
      (reader) => {
        const overview = reader.density(epochMicros(BASE - 300_000_000), epochMicros(BASE + 50_000_000_000), 10);
        const sum = (key: 'total' | 'warnings' | 'errors'): number => overview.reduce((n, bin) => n + bin[key], 0);
        const rows = [...reader.timeline({})];
        expect(sum('total')).toBe(rows.length);
        expect(sum('warnings')).toBe(rows.filter((r) => r.event.level === 'warn').length);
        expect(sum('errors')).toBe(rows.filter((r) => r.event.level === 'error' || r.event.level === 'fatal').length);
        expect(new Set(overview.map((b) => b.node))).toEqual(new Set(nodes));
        expect(reader.density(epochMicros(BASE - 250_000_000), epochMicros(BASE - 249_000_000), 4)).toEqual([
          { from: BASE - 250_000_000, node: 'cp1', total: 12, warnings: 0, errors: 0 },
        ]);
        expect(reader.density(epochMicros(BASE), epochMicros(BASE), 4)).toEqual([]);
      },
    );
  });
});
