import { TOP_TITLES } from '../state.ts';
import type { ReactNode } from 'react';
import type { TimelineRow } from '../../model/ports.ts';
import { briefOf } from '../brief.ts';
import { cutUp, shortPath, widthOf } from '../cells.ts';
import { chipsOf } from '../filters.ts';
import { timelineLayout } from '../layout.ts';
import { itemHit } from '../hits.ts';
import type { Hit } from '../hits.ts';
import { cell, clickable, highlight, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { cellAt, momentHit } from '../lanes-model.ts';
import { orderInDoubt, slackByNode } from '../order-doubt.ts';
import { timeOf } from '../pages.ts';
import { Lines } from '../parts/lines.tsx';
import { heatLine } from '../parts/heat.ts';
import { patternOf } from '../pattern.ts';
import type { AppState } from '../state.ts';
import { LEVEL_SIGN, LEVEL_TONE, nodeTone } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatClock, formatDate, formatDateTime } from '../when.ts';

interface Widths {
  readonly time: number;
  readonly decimals: 0 | 3 | 6;
  readonly node: number;
  readonly component: number;
  readonly level: number;
}

function widthsOf(width: number, rows: readonly TimelineRow[]): Widths {
  const widest = (text: (row: TimelineRow) => string, most: number): number => Math.min(most, Math.max(4, ...rows.map((row) => widthOf(text(row)))));
  if (width < 60) return { time: 8, decimals: 0, node: widest((row) => row.source.node ?? '–', 6), component: 0, level: 0 };
  const decimals = width >= 120 ? 6 : 3;
  return {
    time: decimals === 6 ? 15 : 12,
    decimals,
    node: widest((row) => row.source.node ?? '–', width >= 120 ? 20 : 10),
    component: width < 72 ? 0 : widest((row) => row.source.component, width >= 120 ? 23 : 10),
    level: 5,
  };
}

/** A key and what it does, answering a click. */
function keyed(key: string, sign: string, what: string): Line {
  return [clickable(span(sign, 'key'), { kind: 'key', key }), clickable(span(what, 'faint'), { kind: 'key', key })];
}

function filterLine(state: AppState, width: number): Line {
  const chips = chipsOf(state.timeline.filter);
  if (chips.length === 0)
    return [span(' all lines', 'dim'), ...keyed('f', '   f', ' filter  '), ...keyed(']', ']', ' warnings only  '), ...keyed('=', '=', ' this node')];
  const line: Line = [
    span(' only ', 'dim'),
    ...chips.flatMap((chip, index) => [clickable(span(` ${chip.label} × `, 'chip'), { kind: 'chip', index }), span(' ')]),
  ];
  return width >= 60 ? [...line, span(' x', 'key'), span(' removes the last', 'faint')] : line;
}

function headLine(state: AppState, widths: Widths): Line {
  return [
    span(' '),
    cell(state.timeline.raw ? (widths.time < 12 ? 'WRITTEN' : 'AS WRITTEN') : 'UTC', widths.time, state.timeline.raw ? 'warning' : 'dim'),
    span('   '),
    cell('NODE', widths.node, 'dim'),
    ...(widths.component > 0 ? [span('  '), cell(widths.component < 9 ? 'COMP' : 'COMPONENT', widths.component, 'dim')] : []),
    ...(widths.level > 0 ? [span('  '), cell('LEVEL', widths.level, 'dim')] : []),
    span('  TEXT', 'dim'),
  ];
}

/** Rows of the window that are on screen, as lines. */
function rowLines({ state, data, width }: ViewProps, height: number, widths: Widths): readonly Line[] {
  const { rows, top, raw, shift } = state.timeline;
  const slack = slackByNode(data.history.clocks);
  const pattern = patternOf(state.search?.pattern ?? '');
  const noted = new Set(state.notes.map((note) => `${note.entry ?? ''}:${note.offset ?? ''}`));
  return rows.slice(top, top + height).map((row, i): Line => {
    const { node, component } = row.source;
    const { level } = row.event;
    const doubt = !raw && orderInDoubt(rows[top + i - 1], row, slack);
    const fixed: Line = [
      span(top + i === state.timeline.cursor ? '▌' : noted.has(`${row.source.entry}:${row.event.offset}`) ? '●' : ' ', 'accent'),
      cell(formatClock(timeOf(row, raw), widths.decimals), widths.time, 'dim'),
      span(doubt ? ' ≈ ' : '   ', 'faint'),
      cell(node ?? '–', widths.node, nodeTone(node === null ? -1 : data.history.nodes.indexOf(node))),
      ...(widths.component > 0 ? [span('  '), cell(component, widths.component, 'dim')] : []),
      ...(widths.level > 0 ? [span('  '), cell(LEVEL_SIGN[level], widths.level, LEVEL_TONE[level])] : []),
      span('  '),
    ];
    const room = width - fixed.reduce((sum, one) => sum + widthOf(one.text), 0);
    const brief = briefOf(row.text).slice(shift, shift + 8 * room + 8);
    const tone = level === 'error' || level === 'fatal' ? 'critical' : level === 'warn' ? 'warning' : 'text';
    return [...fixed, ...highlight(span(shift > 0 ? `…${brief}` : brief, tone), pattern)];
  });
}

function detailLines(row: TimelineRow | undefined, width: number, height: number): readonly Line[] {
  if (height === 0) return [];
  if (row === undefined) return [rule(width)];
  const where = `${shortPath(row.path, Math.max(10, width - 50))}:${row.event.line}`;
  return [rule(width, formatDate(row.at), where), ...cutUp(row.text, width - 2, height - 1).map((one): Line => [span(' '), span(one, 'dim')])];
}

function Timeline(props: ViewProps): ReactNode {
  const { state, data, access, theme, width, height } = props;
  const { timeline } = state;
  const layout = timelineLayout(state);
  const row = timeline.rows[timeline.cursor];
  const lines: Line[] = [];
  if (layout.density && data.timed) {
    const geometry = { label: 0, cells: width - 2, from: data.from, to: data.to };
    const at = row?.at ?? state.instant;
    lines.push([span(' '), ...heatLine(access.heat(data.from, data.to, width - 2), width - 2, 'all', at === null ? null : cellAt(at, geometry))]);
    const start = formatDateTime(data.from);
    const end = formatDateTime(data.to);
    const middle = at === null ? '' : formatDateTime(at);
    const gap = Math.max(1, width - 2 - start.length - end.length - middle.length);
    lines.push(
      width >= 64
        ? [span(` ${start}${' '.repeat(Math.floor(gap / 2))}`, 'faint'), span(middle, 'accent'), span(`${' '.repeat(Math.ceil(gap / 2))}${end}`, 'faint')]
        : [span(` ${middle}`, 'accent')],
    );
  }
  if (layout.chips) lines.push(filterLine(state, width));
  const visible = timeline.rows.slice(timeline.top, timeline.top + layout.rows);
  const widths = widthsOf(width, visible);
  if (layout.head) lines.push(headLine(state, widths));
  const first = lines.length;
  if (timeline.rows.length === 0) {
    lines.push(
      lineOf(
        timeline.want === null
          ? chipsOf(timeline.filter).length > 0
            ? ' No line passes these filters. X removes them all.'
            : ' The case holds no events.'
          : ' looking …',
        'dim',
      ),
    );
  } else {
    lines.push(...rowLines(props, layout.rows, widths));
  }
  while (lines.length < first + layout.rows) lines.push([]);
  lines.push(...detailLines(row, width, layout.detail));
  const at = first + timeline.cursor - timeline.top;
  const hits = (line: number, column: number): Hit | null =>
    line === 0 && layout.density && data.timed
      ? momentHit(column - 1, { cells: width - 2, from: data.from, to: data.to })
      : itemHit(line < first || line >= first + Math.min(visible.length, layout.rows) ? null : timeline.top + line - first);
  return <Lines lines={lines} selected={row === undefined ? null : { first: at, last: at }} theme={theme} width={width} height={height} hits={hits} />;
}

export const timeline = defineView({ id: 'timeline', key: '2', title: TOP_TITLES.timeline, component: Timeline });
