import type { ReactNode } from 'react';
import { DAY, formatDuration } from '../../model/time.ts';
import type { CaseData } from '../case-data.ts';
import { certificatesOf } from '../items.ts';
import { EMPTY, lineOf, rule } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { tableLines } from '../parts/table.ts';
import type { Column } from '../parts/table.ts';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatDateTime } from '../when.ts';

type Certificate = ReturnType<typeof certificatesOf>[number];

const SOON = 30 * DAY;

function state({ data }: Certificate): string {
  if (data.state !== 'valid') return data.state;
  return data.left < SOON ? 'ends soon' : 'valid';
}

const COLUMNS: readonly Column<Certificate>[] = [
  { title: 'STATE', text: state, tone: (one) => (one.data.state === 'expired' ? 'critical' : state(one) === 'valid' ? 'good' : 'warning'), most: 14, rank: 1 },
  { title: 'ENDS', text: ({ data }) => formatDateTime(data.notAfter).slice(0, 16), tone: () => 'dim', most: 16, rank: 2 },
  {
    title: 'LEFT',
    text: ({ data }) => formatDuration(data.left),
    tone: (one) => (one.data.left < 0 ? 'critical' : one.data.left < SOON ? 'warning' : 'dim'),
    most: 12,
    rank: 1,
    align: 'right',
  },
  { title: 'WHERE', text: (one) => one.nodes.join(' ') || '–', tone: () => 'accent', most: 16, rank: 3 },
  { title: 'SUBJECT', text: ({ data }) => `${data.subject}${data.authority ? ' (authority)' : ''}`, most: 60, rank: 1, grows: true },
  { title: 'FILE', text: ({ data }) => data.path, tone: () => 'dim', most: 120, rank: 4, grows: true, keepsEnd: true },
];

function at(data: CaseData): string {
  return data.history.collectedAt === null ? 'collection time unknown' : `judged at collection, ${formatDateTime(data.history.collectedAt)}`;
}

function Certificates(props: ViewProps): ReactNode {
  const { data, theme, width, height } = props;
  const certificates = certificatesOf(data);
  if (certificates.length === 0)
    return <Lines lines={[EMPTY, lineOf(' No certificate was found in this case.', 'dim')]} theme={theme} width={width} height={height} />;
  const cursor = cursorOf(props.state);
  const table = tableLines(certificates, COLUMNS, width);
  return (
    <ScrolledLines
      head={[rule(width, `Certificates (${certificates.length})`, at(data)), table.head]}
      lines={table.rows}
      selected={{ first: cursor, last: cursor }}
      itemOf={(line) => line}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

export const certificates = defineView({ id: 'certificates', key: '6', title: TOP_TITLES.certificates, component: Certificates });
