import { utf8 } from '../log/latin1.ts';
import { isRecord } from '../log/line.ts';
import { readRecord } from '../log/record-fields.ts';
import type { FoundRecord } from './found-record.ts';

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

interface Row {
  readonly cells: readonly string[];
  readonly offset: number;
  readonly end: number;
}

/** Rows as RFC 4180 has them: cells may be quoted, and hold separators, quotes and line feeds then. */
export function* csvRows(s: string, separator: string): Generator<Row> {
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n][^${separator}\\r\\n]*|))(${separator}|\\r?\\n|$)`, 'y');
  cell.lastIndex = s.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  let cells: string[] = [];
  let offset = cell.lastIndex;
  while (cell.lastIndex < s.length) {
    const m = cell.exec(s);
    if (m === null) return;
    cells.push(m[1] === undefined ? (m[2] ?? '') : m[1].replaceAll('""', '"'));
    if (m[3] === separator) continue;
    yield { cells, offset, end: cell.lastIndex };
    cells = [];
    offset = cell.lastIndex;
  }
}

/** The separator of a table whose header has more than one column. */
export function separatorOf(s: string): string | null {
  const header = /^[^\r\n]*/.exec(s)?.[0] ?? '';
  return [',', ';', '\t'].find((separator) => header.includes(separator)) ?? null;
}

/** Grafana writes a column of labels as JSON. */
function value(text: string): unknown {
  if (!text.startsWith('{')) return text;
  try {
    const parsed: unknown = JSON.parse(text);
    return isRecord(parsed) ? parsed : text;
  } catch {
    return text;
  }
}

/** The records of a table with a column of lines and one of times. `s` is bytes read as Latin-1, so indexes are offsets. */
export function* csvRecords(s: string): Generator<FoundRecord> {
  const separator = separatorOf(s);
  if (separator === null) return;
  let names: readonly string[] | null = null;
  for (const { cells, offset, end } of csvRows(s, separator)) {
    if (names === null) {
      names = cells.map(utf8);
      continue;
    }
    // the lines that programs wrote may be JSON: only the labels are looked into
    const fields = Object.fromEntries(names.map((name, at) => [name, name === 'labels' ? value(utf8(cells[at] ?? '')) : utf8(cells[at] ?? '')]));
    const record = readRecord(fields);
    if (record !== null) yield { record, offset, length: end - offset };
  }
}
