import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable } from '../../src/model/text.ts';
import { csvRecord } from '../../src/report/csv.ts';
import { renderTable } from '../../src/report/table.ts';
import { exportTimeline, type TimelineFormat } from '../../src/report/timeline-export.ts';
import type { TimelineRow } from '../../src/model/ports.ts';
import { at, HOSTILE, timelineRow } from './fake-case.ts';

/** A plain RFC 4180 reader. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  while (field.lastIndex < text.length) {
    const m = field.exec(text);
    if (m === null) throw new Error('not CSV');
    row.push(m[1]?.replaceAll('""', '"') ?? m[2] ?? '');
    if (m[3] === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

const undoGuard = (field: string): string => field.replace(/^(\s*)'/, '$1');
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[=+\-@'"\t\r ,]{0,4}[a-z0-9",\n']{0,6}$/));

function drain(rows: Iterable<TimelineRow>, format: TimelineFormat): { text: string; tally: unknown } {
  const chunks = exportTimeline(rows, format);
  let text = '';
  for (;;) {
    const next = chunks.next();
    if (next.done === true) return { text, tally: next.value };
    text += next.value;
  }
}

describe('CSV', () => {
  it('comes back as it went in, for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyText, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 }), (rows) => {
        const parsed = parseCsv(rows.map(csvRecord).join(''));
        expect(parsed.map((row) => row.map(undoGuard))).toEqual(rows.map((row) => row.map(printable)));
      }),
    );
  });

  it('never lets a cell begin like a formula', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const [field] = parseCsv(csvRecord([text, '']))[0] ?? [];
        expect(/^\s*[=+\-@]/.test(field ?? '') && !/^[+-]?\d+(\.\d+)?$/.test(field ?? '')).toBe(false);
      }),
    );
  });

  it('leaves negative numbers as numbers', () => {
    expect(csvRecord(['-5', '-5.25', '=1+1', "'x", 'a"b'])).toBe(`-5,-5.25,'=1+1,''x,"a""b"\r\n`);
  });
});

describe('exportTimeline', () => {
  const rows = [
    timelineRow('plain', 'cp-0', at('09:00:41.18')),
    timelineRow(HOSTILE, 'cp-1', at('09:00:42'), at('09:00:44')),
    timelineRow('=cmd|x', 'cp-1', null),
  ];

  it('writes text with place and written time', () => {
    const { text, tally } = drain(rows, 'text');
    expect(text.split('\n')[0]).toBe('2026-11-22T09:00:41.180000Z cp-0       etcd       warn   incident/cp-0/etcd.log:3  plain');
    expect(text).toContain('(written 2026-11-22T09:00:44.000000Z)');
    expect(text).not.toContain('\u001b');
    expect(text.split('\n')).toHaveLength(4);
    expect(tally).toEqual({ rows: 3, untimed: 1 });
  });

  it('writes one JSON document a line, the text exact', () => {
    const docs = drain(rows, 'jsonl')
      .text.trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(docs[0]).toEqual({
      time: '2026-11-22T09:00:41.18Z',
      node: 'cp-0',
      component: 'etcd',
      level: 'warn',
      path: 'incident/cp-0/etcd.log',
      line: 3,
      offset: 200,
      text: 'plain',
    });
    expect(docs[1]?.['text']).toBe(HOSTILE);
    expect(docs[1]?.['writtenTime']).toBe('2026-11-22T09:00:44Z');
  });

  it('writes CSV with a header and a row for every event', () => {
    const table = parseCsv(drain(rows, 'csv').text);
    expect(table).toHaveLength(4);
    expect(table[3]?.at(-1)).toBe("'=cmd|x");
  });

  it('writes what Timesketch requires, and leaves out what has no time, counted', () => {
    const { text, tally } = drain(rows, 'timesketch');
    const [head, first, ...rest] = parseCsv(text);
    expect(head?.slice(0, 4)).toEqual(['message', 'datetime', 'timestamp', 'timestamp_desc']);
    expect(first?.slice(0, 4)).toEqual(['plain', '2026-11-22T09:00:41.180000+00:00', '1795338041180000', 'Event Logged']);
    expect(rest).toHaveLength(1);
    expect(tally).toEqual({ rows: 3, untimed: 1 });
  });

  it('hands out chunks as it reads, without waiting for the end', () => {
    let read = 0;
    function* endless(): Generator<TimelineRow> {
      for (;;) {
        read += 1;
        yield timelineRow('x'.repeat(1000), 'cp-0', at('09:00:41'));
      }
    }
    const first = exportTimeline(endless(), 'jsonl').next();
    expect(first.done).toBe(false);
    expect(read).toBeLessThan(200);
  });
});

describe('renderTable', () => {
  const render = (rows: readonly (readonly unknown[])[], format: 'table' | 'json' | 'csv', width = 60): string =>
    [...renderTable(['id', 'text', 'id'], rows, format, width)].join('');

  it('aligns, narrows the widest column and keeps to the width', () => {
    const text = render(
      [
        [1, 'a'.repeat(200), null],
        [22, '成员', -5n],
      ],
      'table',
    );
    for (const line of text.trimEnd().split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(text).toMatch(/^id {2}text +id\n──/);
    expect(text).toContain('…');
  });

  it('gives JSON objects, big integers as text so that no id is rounded', () => {
    expect(JSON.parse(render([[18_374_686_479_671_623_680n, new Uint8Array([1, 255]), 7n]], 'json'))).toEqual([
      { id: '18374686479671623680', text: "x'01ff'", id_2: 7 },
    ]);
    expect(render([], 'json')).toBe('[]\n');
  });

  it('prints control characters as escapes', () => {
    expect(render([[1, HOSTILE, 2]], 'table')).not.toContain('\u001b');
  });
});
