import { describe, expect, it } from 'vitest';
import { sourceId } from '../../src/model/ids.ts';
import type { FactSource, TimeShift } from '../../src/model/ports.ts';
import { parseRfc3339 } from '../../src/model/time.ts';
import type { EpochMicros } from '../../src/model/time.ts';
import { inferYears } from '../../src/timeline/years.ts';

const at = (text: string): EpochMicros => parseRfc3339(text) ?? (0 as EpochMicros);

/** A case with one source of yearless lines from then to then, and what `date` printed. */
function caseOf(from: string, to: string, date: string | null, elsewhere = false): FactSource {
  const source = sourceId(1);
  const facts = [
    { type: 'log.year', at: null, source, ref: { entry: 1, offset: 900, length: 1, line: 9 }, data: { anchor: null } },
    ...(date === null ? [] : [{ type: 'node.date', at: at(date), source: sourceId(2), ref: { entry: 2, offset: 0, length: 1, line: 1 }, data: {} }]),
  ];
  return {
    facts: (types: readonly string[]) => facts.filter(({ type }) => types.includes(type)),
    sources: () => [{ id: source, entry: 1, from: at(from), to: at(to) }],
    // what `date` printed may be of another bundle
    entries: () => [1, 2].map((id) => ({ id, bundle: id === 2 && elsewhere ? 2 : 1 })),
    bundles: () => [],
  } as unknown as FactSource;
}

/** Where these times come to lie, the shifts done one after the other as the store does. */
function moved(shifts: readonly TimeShift[], times: readonly string[]): readonly string[] {
  return times.map((text) => {
    let time: number = at(text);
    for (const { by, from = -Infinity, before = Infinity } of shifts) if (time >= from && time < before) time -= by;
    return new Date(time / 1000).toISOString().slice(0, 19);
  });
}

const settled = (times: readonly string[], date: string | null): readonly string[] => {
  const sorted = times.toSorted();
  return moved(inferYears(caseOf(sorted[0] ?? '', sorted.at(-1) ?? '', date)), times);
};

describe('times without a year', () => {
  it('are put right around New Year by what date printed', () => {
    const read = ['2026-11-20T10:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T00:00:01Z', '2026-01-31T23:59:00Z'];
    expect(settled(read, '2027-02-01T00:10:00Z')).toEqual(['2026-11-20T10:00:00', '2026-12-31T23:59:59', '2027-01-01T00:00:01', '2027-01-31T23:59:00']);
  });

  it('are moved by whole years, the day after a 29 February too', () => {
    const read = ['2026-02-28T23:58:00Z', '2024-02-29T23:59:59Z', '2026-03-01T00:00:01Z'];
    const right = ['2024-02-28T23:58:00', '2024-02-29T23:59:59', '2024-03-01T00:00:01'];
    expect(settled(read, '2024-03-01T00:10:00Z')).toEqual(right);
    // nothing tells of the collection: the one sure date does
    expect(settled(read, null)).toEqual(right);
  });

  it('are moved back from a year in which nothing was collected', () => {
    expect(settled(['2099-11-22T09:00:00Z', '2099-11-22T10:00:00Z'], '2026-11-22T10:10:00Z')).toEqual(['2026-11-22T09:00:00', '2026-11-22T10:00:00']);
  });

  it('are not put back for other logs that end earlier, nor for the lack of a date', () => {
    const source = caseOf('2026-11-22T09:00:00Z', '2026-11-22T10:00:00Z', null);
    const [own] = source.sources();
    const other = { ...own, id: sourceId(3), from: at('2025-03-01T00:00:00Z'), to: at('2025-03-02T00:00:00Z') };
    const both = { ...source, sources: () => [...source.sources(), other] } as FactSource;
    const dated = {
      ...both,
      facts: (types: readonly string[]) => [...source.facts(types as never)].map((fact) => ({ ...fact, data: { anchor: at('2026-11-29T00:00:00Z') } })),
    };
    expect(inferYears(dated as unknown as FactSource)).toEqual([]);
    expect(inferYears(both)).not.toEqual([]);
  });

  it('stay where another bundle was collected later', () => {
    const read = '2025-12-24T00:00:00Z';
    expect(inferYears(caseOf(read, read, '2027-02-22T10:00:00Z'))).not.toEqual([]);
    expect(inferYears(caseOf(read, read, '2027-02-22T10:00:00Z', true))).toEqual([]);
  });

  it('stay where a clock runs ahead by days, or the log is older than a month', () => {
    for (const read of ['2026-11-24T12:00:00Z', '2026-10-01T00:00:00Z', '2025-12-24T00:00:00Z'])
      expect(inferYears(caseOf(read, read, '2026-11-22T10:00:00Z'))).toEqual([]);
  });
});
