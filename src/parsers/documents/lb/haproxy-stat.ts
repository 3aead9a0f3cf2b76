import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import { integer } from '../numbers.ts';

const HEADER = /^(?:# )?pxname,svname,/;

/** Cells of a CSV line, quotes undone. */
function cellsOf(text: string): readonly string[] {
  const cells: string[] = [];
  const cell = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;
  for (const m of text.matchAll(cell)) cells.push(m[1] === undefined ? (m[2] ?? '') : m[1].replaceAll('""', '"'));
  return cells;
}

/** HAProxy's `show stat` (management guide, 9.1 CSV format), read by column name; servers only. */
export const haproxyStat = defineParser({
  kind: 'document',
  id: 'haproxy-stat',
  title: 'HAProxy show stat',
  keep: 'all',
  accepts: (head) =>
    head
      .split('\n')
      .slice(0, 20)
      .some((line) => HEADER.test(line)),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'haproxy' });
    let names: readonly string[] | null = null;
    for (const { text, line } of document.lines) {
      if (HEADER.test(text)) {
        names = cellsOf(text.replace(/^# /, ''));
        continue;
      }
      if (names === null || text.trim() === '') continue;
      const cells = cellsOf(text);
      const columns = names;
      const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
      const server = cell('svname');
      if (server === '' || server === 'FRONTEND' || server === 'BACKEND' || cell('status') === '') continue;
      emitter.fact(
        'lb.server-stat',
        {
          backend: cell('pxname'),
          server,
          status: cell('status'),
          checkStatus: cell('check_status').replace(/^\* /, '') || null,
          lastChangeSeconds: integer(cell('lastchg')),
          address: cell('addr') || null,
        },
        line,
      );
    }
  },
});
