import type { ReactNode } from 'react';
import { formatDuration } from '../../model/time.ts';
import { EMPTY, linesFor, lineOf, rule, span, spread } from '../line.ts';
import type { Line } from '../line.ts';
import { lanesGeometry, memberNames, momentHit } from '../lanes-model.ts';
import { axisLines, cursorCell, findingLane, heatLane, leaderlessLane, memberLanes, sideLaneLines } from '../parts/lane-lines.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { SEVERITY_SIGN } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatClock, formatDateTime } from '../when.ts';

function legend(width: number): Line {
  const parts: Line = [
    span(' L', 'accent'),
    span(' leader + term  ', 'faint'),
    span('f', 'accent'),
    span(' follower  ', 'faint'),
    span('c p', 'accent'),
    span(' (pre-)candidate  ', 'faint'),
    span('x', 'accent'),
    span(' down  ', 'faint'),
    span('?', 'accent'),
    span(' unknown  ', 'faint'),
    ...(width >= 112 ? [span('▒', 'accent'), span(' clock too uncertain to tell  ', 'faint')] : []),
    ...(width >= 150 ? [span('- ! ~ 2', 'accent'), span(' lost, unavailable, stale, two at once', 'faint')] : []),
  ];
  return width >= 76 ? parts : [span(' L leader f follower x down', 'faint')];
}

/** What stands under the cursor: the moment, who led, in which term. */
function cursorLine({ state, data, width }: ViewProps, from: number, to: number): Line {
  const at = state.instant;
  if (at === null) return EMPTY;
  const leader = data.history.leadership.find((one) => (one.from ?? -Infinity) <= at && at < (one.to ?? Infinity));
  const none = data.leaderless.stretches.find((one) => (one.from ?? -Infinity) <= at && at < (one.to ?? Infinity));
  const who: Line =
    none !== undefined
      ? [span('no leader', 'critical')]
      : leader === undefined
        ? [span('leader unknown', 'dim')]
        : [span(leader.name, 'strong'), span(` leads term ${leader.raftTerm}`, 'dim')];
  const precise = to - from < 600_000_000 ? formatClock(at, 3).slice(8) : '';
  const left: Line = [span(` ▏${formatDateTime(at)}${precise}  `, 'accent'), ...who];
  return spread(left, [span(`${formatDuration(to - from)} across `, 'faint')], width);
}

function Lanes(props: ViewProps): ReactNode {
  const { state, data, access, theme, width, height } = props;
  if (!data.timed) return <Lines lines={[EMPTY, lineOf(' Nothing in this case carries a time.', 'dim')]} theme={theme} width={width} height={height} />;
  const geometry = lanesGeometry(state);
  const cursor = cursorCell(state.instant, geometry);
  const selected = cursorOf(state);
  const small = height < 12;
  const names = memberNames(data).length;
  const others = data.sideLanes.length;
  // Rows that are always there: cursor, axis, no leader, warnings and errors; and at least a few findings.
  const fixed = small ? 4 : 6;
  const kept = Math.max(2, Math.min(data.findings.length, small ? 2 : Math.floor(height / 4)));
  const room = Math.max(1, height - fixed - kept);
  const most = Math.min(names, Math.max(1, others === 0 ? room : Math.floor(room * 0.7)));
  const below = Math.max(0, Math.min(others, room - most));
  const members = names === 0 ? [lineOf(' No etcd member is known in this case.', 'dim')] : memberLanes(data, geometry, cursor, most);
  const hidden = [
    ...(names > most ? [`${names - most} more members in view 4`] : []),
    ...(others > below ? [`${others - below} more lanes in a larger window`] : []),
  ].join(', ');
  const legends = height >= fixed + kept + most + below + 3;
  const head: readonly Line[] = [
    cursorLine(props, geometry.from, geometry.to),
    ...(small ? axisLines(geometry, cursor).slice(0, 1) : axisLines(geometry, cursor)),
    ...members,
    leaderlessLane(data, geometry, cursor),
    ...sideLaneLines(data, geometry, cursor, below),
    heatLane(access, geometry, cursor),
    ...(legends ? [legend(width)] : []),
    ...(small ? [] : [rule(width, 'Findings', hidden === '' ? 'j k to choose, o to open' : hidden)]),
  ];
  const findings = linesFor(data.findings, (one, i) => findingLane(one, `${i === selected ? '▸' : ' '}${SEVERITY_SIGN[one.severity]}`, geometry, cursor));
  return (
    <ScrolledLines
      head={head}
      lines={findings.length === 0 ? [lineOf('  none', 'dim')] : findings}
      selected={findings.length === 0 ? null : { first: selected, last: selected }}
      itemOf={(line) => (findings.length === 0 ? null : line)}
      hits={(row, column) => (row === 0 || row >= head.length - (small ? 0 : 1) ? null : momentHit(column - geometry.label - 1, geometry))}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

export const lanes = defineView({ id: 'lanes', key: '3', title: TOP_TITLES.lanes, component: Lanes });
