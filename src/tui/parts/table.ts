import { cutStart, widthOf } from '../cells.ts';
import { cell, linesFor } from '../line.ts';
import type { Line, LineSource, Span } from '../line.ts';
import type { Tone } from '../theme.ts';

export interface Column<Item> {
  readonly title: string;
  readonly text: (item: Item) => string;
  readonly tone?: (item: Item) => Tone;
  readonly align?: 'left' | 'right';
  /** cells it never takes more than */
  readonly most: number;
  /** 1 = given up last; columns with a higher number go first where room is short */
  readonly rank: number;
  /** takes what is left over */
  readonly grows?: boolean;
  /** cut at its beginning, as paths are */
  readonly keepsEnd?: boolean;
}

/** Cells a column that grows wants before others are left out for it. */
const LEAST_GROWN = 20;

/** A table that fits: columns as wide as their content, the least needed ones left out. */
export function tableLines<Item>(
  items: readonly Item[],
  columns: readonly Column<Item>[],
  width: number,
  indent = 1,
): { readonly head: Line; readonly rows: LineSource } {
  const measured = columns.map((column) => ({
    column,
    wish: Math.min(column.most, Math.max(widthOf(column.title), ...items.slice(0, 500).map((item) => widthOf(column.text(item))))),
  }));
  let kept = measured;
  const needed = (): number => kept.reduce((sum, one) => sum + 2 + (one.column.grows === true ? Math.min(one.wish, LEAST_GROWN) : one.wish), indent - 2);
  while (kept.length > 1 && needed() > width) {
    const worst = Math.max(...kept.map((one) => one.column.rank));
    kept = kept.filter((one) => one.column.rank !== worst);
  }
  const fixed = kept.reduce((sum, one) => sum + (one.column.grows === true ? 0 : one.wish + 2), indent);
  const growing = kept.filter((one) => one.column.grows === true).length;
  const share = growing === 0 ? 0 : Math.floor((width - fixed) / growing) - 2;
  const lead: Span = { text: ' '.repeat(indent), tone: 'text' };
  const lineFor = (textOf: (column: Column<Item>) => Span): Line => [
    lead,
    ...kept.flatMap(({ column }, i) => [textOf(column), ...(i === kept.length - 1 ? [] : [{ text: '  ', tone: 'text' as const }])]),
  ];
  const cells = (column: Column<Item>, wish: number): number => (column.grows === true ? Math.max(4, Math.min(share + 2, Math.max(share, 0) || wish)) : wish);
  const widthFor = new Map(kept.map(({ column, wish }) => [column, cells(column, wish)]));
  return {
    head: lineFor((column) => cell(column.title, widthFor.get(column) ?? 0, 'dim', column.align)),
    rows: linesFor(items, (item) =>
      lineFor((column) => {
        const width = widthFor.get(column) ?? 0;
        return cell(column.keepsEnd === true ? cutStart(column.text(item), width) : column.text(item), width, column.tone?.(item) ?? 'text', column.align);
      }),
    ),
  };
}
