import { wordsIn } from '../../model/phrases.ts';
import type { ReactNode } from 'react';
import type { Member } from '../../model/history.ts';
import { formatDuration } from '../../model/time.ts';
import type { CaseData } from '../case-data.ts';
import { derivedOf } from '../case-data.ts';
import { itemHit } from '../hits.ts';
import type { Hit } from '../hits.ts';
import { EMPTY, beside, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { tableLines } from '../parts/table.ts';
import type { Column } from '../parts/table.ts';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { nodeTone } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatDateTime } from '../when.ts';

function lastRole(data: CaseData, member: Member): string {
  if (member.removedAt !== null) return 'removed';
  const last = data.history.roles.filter((one) => one.member === member.name).at(-1);
  return last === undefined ? 'unknown' : last.raftTerm === null ? last.role : `${last.role}, term ${last.raftTerm}`;
}

function downTotal(data: CaseData, member: Member): number {
  return derivedOf(data.history, 'member.down')
    .filter((one) => one.data.member === member.name && !one.data.planned)
    .reduce((sum, one) => sum + (one.data.duration ?? 0), 0);
}

function columns(data: CaseData): readonly Column<Member>[] {
  const led = (one: Member): number => data.history.leadership.filter((other) => other.name === one.name).length;
  return [
    { title: 'MEMBER', text: (one) => one.name, tone: () => 'strong', most: 24, rank: 1 },
    { title: 'ID', text: (one) => one.id ?? '–', tone: () => 'dim', most: 16, rank: 3 },
    {
      title: 'NODE',
      text: (one) => one.node ?? '–',
      tone: (one) => nodeTone(one.node === null ? -1 : data.history.nodes.indexOf(one.node)),
      most: 24,
      rank: 2,
    },
    { title: 'VERSION', text: (one) => one.version ?? '–', most: 10, rank: 4 },
    {
      title: 'LAST SEEN AS',
      text: (one) => lastRole(data, one),
      tone: (one) => (/down|removed/.test(lastRole(data, one)) ? 'critical' : 'text'),
      most: 24,
      rank: 2,
    },
    { title: 'LED', text: (one) => `${led(one)}×`, tone: () => 'dim', most: 5, rank: 5, align: 'right' },
    {
      title: 'DOWN',
      text: (one) => (downTotal(data, one) === 0 ? '–' : formatDuration(downTotal(data, one))),
      tone: (one) => (downTotal(data, one) === 0 ? 'dim' : 'critical'),
      most: 12,
      rank: 4,
      align: 'right',
    },
  ];
}

/** Everything one member is called, and why. */
function detailLines(data: CaseData, member: Member): readonly Line[] {
  const leads = data.history.leadership.filter((one) => one.name === member.name);
  return [
    [span(member.name, 'strong'), span(member.removedAt === null ? '' : `  removed ${formatDateTime(member.removedAt)}`, 'warning')],
    ...(member.clusterId === null ? [] : [[span('cluster ', 'faint'), span(member.clusterId, 'dim')]]),
    ...member.peerUrls.map((url): Line => [span('peers   ', 'faint'), span(url)]),
    ...member.clientUrls.map((url): Line => [span('clients ', 'faint'), span(url)]),
    EMPTY,
    [span('Also known as', 'heading')],
    ...(member.aliases.length === 0
      ? [lineOf('nothing else', 'dim')]
      : member.aliases.map((one): Line => [
          span(`${one.kind} `.padEnd(13), 'faint'),
          span(one.text),
          span(one.because === null ? '' : `  ${wordsIn(data.lang, one.because.why)}`, 'faint'),
        ])),
    ...(leads.length === 0 ? [] : [EMPTY, [span('Led', 'heading')]]),
    ...leads.map((one): Line => [
      span(`term ${one.raftTerm} `.padEnd(10), 'accent'),
      span(`${formatDateTime(one.from)} – ${one.to === null ? 'the end' : formatDateTime(one.to)}`, 'dim'),
      span(one.endReason === null ? '' : `  ${one.endReason}`, 'faint'),
    ]),
  ];
}

function Members({ state, data, theme, width, height }: ViewProps): ReactNode {
  const { members } = data.history;
  const cursor = cursorOf(state);
  const table = tableLines(members, columns(data), width);
  const member = members[cursor];
  if (member === undefined)
    return <Lines lines={[EMPTY, lineOf(' No etcd member is known in this case.', 'dim')]} theme={theme} width={width} height={height} />;
  const top = [rule(width, `Members (${members.length})`), table.head];
  const room = height - top.length - 1;
  const listHeight = Math.min(members.length, Math.max(2, Math.floor(room / 2)));
  if (room < 8)
    return (
      <ScrolledLines
        head={top}
        lines={table.rows}
        selected={{ first: cursor, last: cursor }}
        itemOf={(line) => line}
        theme={theme}
        width={width}
        height={height}
      />
    );
  const first = Math.max(0, Math.min(cursor - listHeight + 1, members.length - listHeight));
  const detail = detailLines(data, member);
  const detailHeight = height - top.length - listHeight - 2;
  const block =
    width >= 160 && detail.length > detailHeight
      ? beside(detail.slice(0, detailHeight), detail.slice(detailHeight), Math.floor(width / 2), width, detailHeight)
      : detail.slice(0, detailHeight);
  const cut = detail.length > detailHeight && width < 160;
  const body = [
    ...top,
    ...table.rows.slice(first, first + listHeight),
    EMPTY,
    rule(width, 'Who is this', cut ? 'more with W' : ''),
    ...block.map((line): Line => [span(' '), ...line]),
  ];
  const at = top.length + cursor - first;
  const hits = (row: number): Hit | null => itemHit(row >= top.length && row < top.length + listHeight ? first + row - top.length : null);
  return <Lines lines={body} selected={{ first: at, last: at }} theme={theme} width={width} height={height} hits={hits} />;
}

export const members = defineView({ id: 'members', key: '4', title: TOP_TITLES.members, component: Members });
