import { printable } from '../model/text.ts';
import { csvRecord } from './csv.ts';
import { displayWidth, fit, padTo } from './format.ts';
import { safeJson } from './json.ts';

export type TableFormat = 'table' | 'json' | 'csv';

/** Rows a table is measured by; later rows are cut to the widths these gave. */
const MEASURED = 500;
const MIN_COLUMN = 6;

/** Query results as chunks of text. CSV and JSON are streamed; a table measures its first rows, fits `width` columns and streams the rest. */
export function renderTable(columns: readonly string[], rows: Iterable<readonly unknown[]>, format: TableFormat, width = 100): Iterable<string> {
  return FORMATS[format](columns, rows, width);
}

const FORMATS = { table: tableChunks, json: jsonChunks, csv: csvChunks } as const satisfies Record<
  TableFormat,
  (columns: readonly string[], rows: Iterable<readonly unknown[]>, width: number) => Iterable<string>
>;

function* csvChunks(columns: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string> {
  yield csvRecord(columns);
  for (const row of rows) yield csvRecord(columns.map((_, i) => cellText(row[i])));
}

/** An array of objects; a column name that comes twice gets a number. */
function* jsonChunks(columns: readonly string[], rows: Iterable<readonly unknown[]>): Generator<string> {
  const names = distinct(columns);
  let any = false;
  for (const row of rows) {
    const entries = names.map((name, i) => [name, jsonValue(row[i])] as const);
    yield `${any ? ',\n' : '[\n'}  ${safeJson(Object.fromEntries(entries))}`;
    any = true;
  }
  yield any ? '\n]\n' : '[]\n';
}

function* tableChunks(columns: readonly string[], rows: Iterable<readonly unknown[]>, width: number): Generator<string> {
  const head = columns.map(printable);
  const first: string[][] = [];
  let widths: readonly number[] | null = null;
  const begin = function* (): Generator<string> {
    widths = columnWidths([head, ...first], width);
    yield tableLine(head, widths);
    yield `${widths.map((w) => '─'.repeat(w)).join('──')}\n`;
    for (const row of first) yield tableLine(row, widths);
  };
  for (const row of rows) {
    const cells = printableRow(columns, row);
    if (widths !== null) yield tableLine(cells, widths);
    else if (first.push(cells) === MEASURED) yield* begin();
  }
  if (widths === null) yield* begin();
}

function printableRow(columns: readonly string[], row: readonly unknown[]): string[] {
  return columns.map((_, i) => printable(cellText(row[i])));
}

function tableLine(cells: readonly string[], widths: readonly number[]): string {
  return `${cells
    .map((cell, i) => padTo(fit(cell, widths[i] ?? 0), widths[i] ?? 0))
    .join('  ')
    .trimEnd()}\n`;
}

/** Natural widths, the widest columns narrowed first until the row fits. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(1, ...rows.map((row) => displayWidth(row[i] ?? ''))));
  let over = widths.reduce((a, b) => a + b + 2, -2) - width;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= MIN_COLUMN) break;
    const at = widths.indexOf(widest);
    const second = Math.max(MIN_COLUMN, ...widths.filter((w, i) => i !== at && w < widest));
    const take = Math.max(1, Math.min(over, widest - second));
    widths[at] = widest - take;
    over -= take;
  }
  return widths;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return `x'${hex(value)}'`;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : safeJson(value);
}

/** Integers beyond 2^53 become text, since a JSON number would round them. */
function jsonValue(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  return value instanceof Uint8Array ? `x'${hex(value)}'` : value === undefined ? null : value;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

function distinct(columns: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return columns.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
