import type { ReactNode } from 'react';
import type { NodeClock } from '../../model/history.ts';
import { formatDuration, formatOffset } from '../../model/time.ts';
import type { CaseData } from '../case-data.ts';
import { EMPTY, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { tableLines } from '../parts/table.ts';
import type { Column } from '../parts/table.ts';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { nodeTone } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatDateTime } from '../when.ts';

/** A positive offset is a clock that runs ahead of the reference. */
function ahead(offset: number | null): string {
  if (offset === null) return 'unknown';
  if (offset === 0) return '0';
  return `${formatDuration(Math.abs(offset))} ${offset > 0 ? 'ahead' : 'behind'}`;
}

const signed = (value: number | null): string => (value === null ? '?' : formatOffset(value));

const SCALE_CELLS = 31;

/** A dot on a line, zero in the middle; the bracket is what is proved. */
function scaleText(clock: NodeClock, most: number): string {
  const at = (value: number): number => Math.max(0, Math.min(SCALE_CELLS - 1, Math.round(((value / most + 1) / 2) * (SCALE_CELLS - 1))));
  const cells: string[] = Array.from({ length: SCALE_CELLS }, (_, i) => (i === (SCALE_CELLS - 1) / 2 ? '┼' : '─'));
  if (clock.low !== null && clock.high !== null) for (let i = at(clock.low); i <= at(clock.high); i++) cells[i] = '═';
  if (clock.offset !== null) cells[at(clock.offset)] = '●';
  return cells.join('');
}

function columns(data: CaseData): readonly Column<NodeClock>[] {
  const most = Math.max(1, ...data.history.clocks.flatMap((one) => [one.offset, one.low, one.high]).map((value) => Math.abs(value ?? 0)));
  const big = (one: NodeClock): boolean => Math.abs(one.offset ?? 0) >= 1_000_000;
  return [
    { title: 'NODE', text: (one) => one.node, tone: (one) => nodeTone(data.history.nodes.indexOf(one.node)), most: 28, rank: 1 },
    {
      title: 'CLOCK',
      text: (one) => (one.reference ? 'the reference' : ahead(one.offset)),
      tone: (one) => (one.reference ? 'good' : big(one) ? 'warning' : 'text'),
      most: 22,
      rank: 1,
    },
    {
      title: 'PROVED BETWEEN',
      text: (one) => (one.reference ? '' : one.low === null && one.high === null ? 'no bounds' : `${signed(one.low)} … ${signed(one.high)}`),
      tone: () => 'dim',
      most: 28,
      rank: 2,
    },
    { title: 'FROM', text: (one) => one.basis.join(', '), tone: () => 'dim', most: 34, rank: 3 },
    { title: 'BEHIND        0         AHEAD', text: (one) => scaleText(one, most), tone: () => 'accent', most: SCALE_CELLS, rank: 4 },
  ];
}

function segmentLines(clock: NodeClock): readonly Line[] {
  if (clock.segments.length < 2) return [];
  return [
    EMPTY,
    [span(` ${clock.node} was stepped`, 'heading')],
    ...clock.segments.map((one): Line => [
      span(one.from === null ? '   at first'.padEnd(36) : `   from ${formatDateTime(one.from)} as written`.padEnd(36), 'dim'),
      span(ahead(one.offset)),
    ]),
  ];
}

function Clocks({ state, data, theme, width, height }: ViewProps): ReactNode {
  const { clocks } = data.history;
  const cursor = cursorOf(state);
  if (clocks.length === 0)
    return (
      <Lines lines={[EMPTY, lineOf(' Nothing in this case says how the clocks stood to each other.', 'dim')]} theme={theme} width={width} height={height} />
    );
  const table = tableLines(clocks, columns(data), width);
  const selected = clocks[cursor];
  const after = [
    EMPTY,
    lineOf(' Shown times are corrected by these; t in the timeline shows them as written.', 'dim'),
    ...(selected === undefined ? [] : segmentLines(selected)),
  ];
  return (
    <ScrolledLines
      head={[rule(width, `Clocks (${clocks.length})`), table.head]}
      lines={[...table.rows.slice(0, clocks.length), ...after]}
      selected={{ first: cursor, last: cursor }}
      itemOf={(line) => (line < clocks.length ? line : null)}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

export const clocks = defineView({ id: 'clocks', key: '5', title: TOP_TITLES.clocks, component: Clocks });
