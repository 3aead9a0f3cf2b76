import type { Lang } from '../../model/lang.ts';
import { wordsIn } from '../../model/phrases.ts';
import type { ReactNode } from 'react';
import { formatDuration } from '../../model/time.ts';
import { cutStart, formatCount, wrapCells } from '../cells.ts';
import { snapshotRows } from '../snapshot-rows.ts';
import type { SnapshotRow } from '../snapshot-rows.ts';
import { EMPTY, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import type { Range } from '../parts/lines.tsx';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';

function candidateLines({ data }: Extract<SnapshotRow, { kind: 'candidate' }>, lang: Lang, width: number): readonly Line[] {
  const verdict = data.usable ? span(data.rank === null ? ' usable ' : ` ${data.rank}. `, 'good') : span(' NO ', 'critical');
  const lost = [
    data.revision === null ? '' : `revision ${formatCount(data.revision)}`,
    data.lostRevisions === null ? '' : `${formatCount(data.lostRevisions)} revisions behind`,
    data.lostTime === null ? '' : `loses the last ${formatDuration(data.lostTime)}`,
  ]
    .filter((one) => one !== '')
    .join(' · ');
  return [
    [verdict, span(cutStart(data.path, width - 8), data.usable ? 'strong' : 'text')],
    ...wrapCells(lost, width - 7, 2).map((one): Line => [span('      '), span(one, 'accent')]),
    ...wrapCells(wordsIn(lang, data.reason), width - 7, 3).map((one): Line => [span('      '), span(one, 'dim')]),
  ];
}

function rowLines(row: SnapshotRow, lang: Lang, width: number): readonly Line[] {
  if (row.kind === 'candidate') return candidateLines(row, lang, width);
  return [
    [span(row.bad ? ' ! ' : ' · ', row.bad ? 'critical' : 'dim'), span(row.what, 'strong')],
    ...wrapCells(row.detail, width - 7, 3).map((one): Line => [span('      '), span(one, 'dim')]),
  ];
}

function Snapshots({ state, data, theme, width, height }: ViewProps): ReactNode {
  const rows = snapshotRows(data);
  if (rows.length === 0)
    return (
      <Lines
        lines={[
          EMPTY,
          lineOf(' The bundle holds no snapshot, no data directory and no word of a backup.', 'dim'),
          lineOf(' Nothing here can be restored from; ask for the newest snapshot file.', 'dim'),
        ]}
        theme={theme}
        width={width}
        height={height}
      />
    );
  const cursor = Math.min(cursorOf(state), rows.length - 1);
  const lines: Line[] = [];
  const items: number[] = [];
  let selected: Range | null = null;
  let section = '';
  rows.forEach((row, i) => {
    const title = row.kind === 'candidate' ? (row.data.usable ? 'Restore from, best first' : 'Not to restore from') : 'Backups and damage';
    if (title !== section) lines.push(rule(width, title));
    section = title;
    const own = rowLines(row, data.lang, width);
    if (i === cursor) selected = { first: lines.length, last: lines.length + own.length - 1 };
    lines.push(...own);
    while (items.length < lines.length) items.push(i);
  });
  return <ScrolledLines lines={lines} selected={selected} itemOf={(line) => items[line] ?? null} theme={theme} width={width} height={height} />;
}

export const snapshots = defineView({ id: 'snapshots', key: '8', title: TOP_TITLES.snapshots, component: Snapshots });
