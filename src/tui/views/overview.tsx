import type { ReactNode } from 'react';
import type { Finding } from '../../model/finding.ts';
import { formatBytes } from '../../model/text.ts';
import { formatDuration } from '../../model/time.ts';
import type { CaseData } from '../case-data.ts';
import { counted, formatCount } from '../cells.ts';
import { itemHit } from '../hits.ts';
import type { Hit } from '../hits.ts';
import { EMPTY, beside, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { lanesGeometry, memberNames } from '../lanes-model.ts';
import { axisLines, cursorCell, leaderlessLane, memberLanes } from '../parts/lane-lines.ts';
import { incidentLines, whereText } from '../parts/incident.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { tableLines } from '../parts/table.ts';
import type { Column } from '../parts/table.ts';
import { PREVIEW_HEAD, previewLines } from '../parts/preview.ts';
import { TOP_TITLES, cursorOf } from '../state.ts';
import type { AppState } from '../state.ts';
import { SEVERITY_SIGN } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatClock, formatDateTime, sameDay } from '../when.ts';

/** What the conclusions rest on, and what is missing, in one line; what is missing stays when room is short. */
export function evidenceLine(data: CaseData, width: number): Line {
  const { coverage } = data;
  const doubts = data.undecided.length + data.history.undecided.length;
  const part = (n: number, text: string, bad: 'warning' | 'critical'): Line => [span(' · ', 'faint'), span(`${formatCount(n)} ${text}`, n > 0 ? bad : 'dim')];
  return [
    span(' Evidence ', 'heading'),
    span(
      width >= 100
        ? `${counted(coverage.entries, 'file')}, ${formatBytes(coverage.bytes)}, ${counted(coverage.lines, 'line')}`
        : counted(coverage.entries, 'file'),
      'dim',
    ),
    ...part(coverage.damaged.length, 'damaged', 'critical'),
    ...part(coverage.unparsed, 'unparsed', 'warning'),
    ...part(coverage.skipped.length, 'skipped', 'warning'),
    ...part(doubts, width >= 64 ? 'could not be told' : 'untold', 'warning'),
  ];
}

/** Rows below a short list from which the selected finding is shown there. */
const LEAST_PREVIEW = 6;

/** Members of the strip of lanes; more stand in their own view. */
const MOST_LANES = 7;

/** Cells from which the list has room for what each finding says. */
const TELLING = 96;

function columns(data: CaseData, width: number): readonly Column<Finding>[] {
  const [first] = data.findings.filter((one) => one.start !== null);
  const oneDay = data.findings.every((one) => one.start === null || (first?.start != null && sameDay(one.start, first.start)));
  const telling = width >= TELLING;
  const lasting = (one: Finding): string =>
    one.start === null ? '' : one.end === null ? (one.severity === 'info' ? '' : 'ongoing') : one.end === one.start ? '' : formatDuration(one.end - one.start);
  return [
    { title: 'SEV', text: (one) => SEVERITY_SIGN[one.severity], tone: (one) => one.severity, most: 7, rank: 1 },
    {
      title: 'FROM (UTC)',
      text: (one) => (one.start === null ? '–' : oneDay ? formatClock(one.start) : formatDateTime(one.start).slice(5)),
      tone: () => 'dim',
      most: 14,
      rank: 3,
    },
    { title: 'LASTED', text: lasting, tone: (one) => (one.end === null ? 'warning' : 'dim'), most: 12, rank: 4, align: 'right' },
    { title: 'WHERE', text: (one) => whereText(one, data), tone: () => 'accent', most: 18, rank: 2 },
    { title: 'WHAT', text: (one) => (one === data.story?.root ? `${one.title}  ← root cause` : one.title), most: telling ? 44 : 200, rank: 1, grows: !telling },
    ...(telling ? [{ title: '', text: (one: Finding) => one.summary, tone: () => 'faint' as const, most: 200, rank: 5, grows: true }] : []),
  ];
}

/** Members over the whole time, for a first look. */
function laneStrip(state: AppState, data: CaseData, width: number): readonly Line[] {
  const names = memberNames(data).length;
  if (names === 0) return [];
  const geometry = { ...lanesGeometry(state), from: data.from, to: data.to };
  const cursor = cursorCell(state.instant, geometry);
  return [
    rule(width, 'Lanes', '3 opens them'),
    ...axisLines(geometry, cursor),
    ...memberLanes(data, geometry, cursor, MOST_LANES),
    leaderlessLane(data, geometry, cursor),
  ];
}

function Overview({ state, data, access, theme, width, height }: ViewProps): ReactNode {
  const cursor = cursorOf(state);
  const wide = width >= 140;
  const listWidth = wide ? Math.floor(width * 0.56) : width;
  const roomy = height >= 16;
  // what the list leaves free goes to the sentences about it
  const spare = Math.max(0, height - data.findings.length - 9);
  const incident = incidentLines(data, width, roomy ? 4 + Math.min(spare, 4) : 3);
  const above: readonly Line[] =
    height < 7
      ? incident.slice(0, 1)
      : [...incident, ...(roomy ? [EMPTY] : []), ...(height < 10 ? [] : [evidenceLine(data, width)]), ...(roomy ? [EMPTY] : [])];
  const table = tableLines(data.findings, columns(data, listWidth), listWidth);
  const head: Line[] = [...above, rule(width, data.findings.length === 0 ? 'No findings' : `Findings ${cursor + 1} of ${data.findings.length}`)];
  // A tall and wide screen has room for the lanes below; the list keeps at least as much.
  const strip = wide && height - head.length >= 2 * (memberNames(data).length + 5) && data.timed ? laneStrip(state, data, width) : [];
  const room = height - head.length - strip.length;
  const selected = data.findings[cursor];
  if (data.findings.length === 0)
    return (
      <Lines
        lines={[...head, EMPTY, lineOf(' Nothing was found. See what was read, and what could not be told, in view 7.', 'dim')]}
        theme={theme}
        width={width}
        height={height}
      />
    );
  if (height >= 9) head.push(table.head);
  const left = height - head.length - data.findings.length - 1;
  if (!wide && selected !== undefined && left >= LEAST_PREVIEW) {
    const at = head.length + cursor;
    // its row above says title and time already
    const preview = previewLines(selected, data, access, width - 2)
      .slice(PREVIEW_HEAD)
      .map((line): Line => [span(' '), ...line]);
    return (
      <Lines
        lines={[...head, ...table.rows.slice(0, data.findings.length), rule(width, selected.title), ...preview.slice(0, left)]}
        selected={{ first: at, last: at }}
        theme={theme}
        width={width}
        height={height}
        hits={(row) => itemHit(row < head.length || row >= head.length + data.findings.length ? null : row - head.length)}
      />
    );
  }
  if (!wide)
    return (
      <ScrolledLines
        head={head}
        lines={table.rows}
        selected={{ first: cursor, last: cursor }}
        itemOf={(line) => line}
        theme={theme}
        width={width}
        height={height}
      />
    );
  const top = Math.max(0, Math.min(cursor - Math.floor(room / 2), table.rows.length - room + 1));
  const list = [
    table.head,
    ...table.rows
      .slice(top, top + room - 1)
      .map((row, i): Line =>
        top + i === cursor
          ? [{ text: '▌', tone: 'accent' }, ...row.slice(1).map((one) => ({ ...one, tone: one.tone === 'text' ? ('strong' as const) : one.tone }))]
          : row,
      ),
  ];
  const preview = selected === undefined ? [] : previewLines(selected, data, access, width - listWidth - 2);
  const body = [...head.slice(0, -1), ...beside(list, preview, listWidth, width, room), ...strip];
  const hits = (row: number, column: number): Hit | null => {
    if (row >= height - strip.length) return { kind: 'key', key: '3' };
    return itemHit(column >= listWidth || row < head.length || row - head.length + top >= data.findings.length ? null : row - head.length + top);
  };
  return <Lines lines={body} theme={theme} width={width} height={height} hits={hits} />;
}

export const overview = defineView({ id: 'overview', key: '1', title: TOP_TITLES.overview, component: Overview });
