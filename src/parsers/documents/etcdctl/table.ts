import type { TextLine } from './reading.ts';

export interface TableRow {
  readonly line: number;
  /** by header name, upper case; a cell's wrapped lines joined by a space */
  readonly cells: ReadonlyMap<string, string>;
}

export interface Table {
  readonly headers: readonly string[];
  readonly rows: readonly TableRow[];
  /** index in the lines after the table's last */
  readonly next: number;
}

const BORDER = /^\s*[+┌├└╭╰┏┣┗][-+─━┬┼┴┐┤┘╮╯═=┳╋┻┓┫┛]+\s*$/;
const ROW = /^\s*[|│┃].*[|│┃]\s*$/;

/**
 * A table as etcdctl prints it: `+---+` borders with `|` (olekukonko/tablewriter before 1.0, which wraps long cells onto
 * lines whose first cell is blank), or box drawing. Null when no table starts at this line.
 */
export function readTable(lines: readonly TextLine[], start: number): Table | null {
  if (!BORDER.test(lines[start]?.text ?? '')) return null;
  let i = start + 1;
  const headers = cellsOf(lines[i]?.text ?? '');
  if (headers.length < 2) return null;
  i += 1;
  for (; i < lines.length && ROW.test(lines[i]?.text ?? ''); i += 1) {
    const more = cellsOf(lines[i]?.text ?? '');
    more.forEach((cell, column) => {
      if (cell !== '') headers[column] = `${headers[column] ?? ''} ${cell}`.trim();
    });
  }
  if (!BORDER.test(lines[i]?.text ?? '')) return null;
  i += 1;
  const rows: { line: number; cells: string[] }[] = [];
  for (; i < lines.length; i += 1) {
    const text = lines[i]?.text ?? '';
    if (BORDER.test(text)) {
      // a closing border is followed by something else; a separator by another row
      if (ROW.test(lines[i + 1]?.text ?? '')) continue;
      i += 1;
      break;
    }
    if (!ROW.test(text)) break;
    const cells = cellsOf(text);
    const last = rows.at(-1);
    if (cells[0] === '' && last !== undefined) {
      cells.forEach((cell, column) => {
        if (cell !== '') last.cells[column] = `${last.cells[column] ?? ''} ${cell}`.trim();
      });
    } else if (cells.length === headers.length) rows.push({ line: lines[i]?.line ?? 0, cells });
  }
  return {
    headers: headers.map((header) => header.toUpperCase()),
    rows: rows.map((row) => ({ line: row.line, cells: new Map(headers.map((header, column) => [header.toUpperCase(), row.cells[column] ?? ''])) })),
    next: i,
  };
}

function cellsOf(text: string): string[] {
  if (!ROW.test(text)) return [];
  return text
    .trim()
    .slice(1, -1)
    .split(/[|│┃]/)
    .map((cell) => cell.trim());
}
