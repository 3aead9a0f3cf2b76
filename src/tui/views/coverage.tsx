import type { ReactNode } from 'react';
import { formatBytes } from '../../model/text.ts';
import { cutStart, formatCount, widthOf, wrapCells } from '../cells.ts';
import type { CoverageRow } from '../coverage-rows.ts';
import { EMPTY, cell, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { ScrolledLines } from '../parts/lines.tsx';
import type { Range } from '../parts/lines.tsx';
import { TOP_TITLES, cursorOf } from '../state.ts';
import type { Tone } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';

const TONES = { Damaged: 'critical', 'Could not tell': 'warning', Skipped: 'warning', Remarks: 'dim', 'Files read': 'dim' } as const satisfies Record<
  CoverageRow['section'],
  Tone
>;

function totals({ data, width }: ViewProps): readonly Line[] {
  const { coverage } = data;
  const sum = coverage.events + coverage.continuations + coverage.unparsed;
  const adds = sum === coverage.lines;
  return [
    rule(width, 'Where every byte went', `${coverage.entries} files, ${formatBytes(coverage.bytes)}`),
    [
      span(` ${formatCount(coverage.lines)} lines`, 'strong'),
      span(` = ${formatCount(coverage.events)} events + ${formatCount(coverage.continuations)} continuations + `, 'dim'),
      span(`${formatCount(coverage.unparsed)} unparsed`, coverage.unparsed > 0 ? 'warning' : 'dim'),
      span(adds ? '' : `  (${coverage.lines - sum} unaccounted for)`, 'critical'),
    ],
  ];
}

function rowLines(row: CoverageRow, width: number, open: boolean): readonly Line[] {
  const nameWidth = Math.max(12, Math.min(Math.floor(width * 0.45), width - 30));
  const name = cell(cutStart(row.what, nameWidth), nameWidth, row.section === 'Files read' ? 'text' : 'strong');
  const room = width - nameWidth - 5;
  const detail = open ? wrapCells(row.detail, room, 4) : wrapCells(row.detail, room, 1);
  const mark = row.target === null ? '   ' : ' › ';
  return detail.length === 0
    ? [[span(mark, 'accent'), name]]
    : detail.map((text, i): Line => [
        span(i === 0 ? mark : '   ', 'accent'),
        i === 0 ? name : span(' '.repeat(widthOf(name.text))),
        span('  '),
        span(text, TONES[row.section]),
      ]);
}

/** Rows laid out on each side of the cursor. */
const NEAR = 150;

function Coverage(props: ViewProps): ReactNode {
  const { state, data, theme, width, height } = props;
  const cursor = cursorOf(state);
  // A bundle may hold 200 000 files: only those near the cursor become lines.
  const start = Math.max(0, cursor - NEAR);
  const rows = data.coverageRows.slice(start, start + 2 * NEAR);
  const lines: Line[] = [];
  const items: (number | null)[] = [];
  let selected: Range | null = null;
  let section = '';
  const counts = new Map<string, number>();
  for (const one of data.coverageRows) counts.set(one.section, (counts.get(one.section) ?? 0) + 1);
  rows.forEach((row, near) => {
    const i = start + near;
    if (row.section !== section) {
      section = row.section;
      lines.push(...(height >= 12 ? [EMPTY] : []), rule(width, section, String(counts.get(row.section) ?? 0)));
      while (items.length < lines.length) items.push(null);
    }
    const own = rowLines(row, width, i === cursor);
    if (i === cursor) selected = { first: lines.length, last: lines.length + own.length - 1 };
    lines.push(...own);
    while (items.length < lines.length) items.push(i);
  });
  return (
    <ScrolledLines head={totals(props)} lines={lines} selected={selected} itemOf={(line) => items[line] ?? null} theme={theme} width={width} height={height} />
  );
}

export const coverage = defineView({ id: 'coverage', key: '7', title: TOP_TITLES.coverage, component: Coverage });
