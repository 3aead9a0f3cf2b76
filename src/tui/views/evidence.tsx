import type { ReactNode } from 'react';
import { formatBytes } from '../../model/text.ts';
import { cutCells, cutStart, cutUp, wrapCells } from '../cells.ts';
import { itemHit } from '../hits.ts';
import { EMPTY, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { cursorOf, placeKey, placeOf } from '../state.ts';
import type { Target } from '../state.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatDateTime, formatClock } from '../when.ts';

function headLines(target: Target, { access, width, height }: ViewProps): readonly Line[] {
  const entry = access.entry(target.ref.entry);
  const { line, offset } = target.ref;
  const where = line === null ? `byte ${offset}` : `line ${line}, byte ${offset}`;
  const at = target.at === null ? '' : `  ${formatDateTime(target.at)}${formatClock(target.at, 6).slice(8)} corrected`;
  const path: Line = [span(' '), span(cutStart(entry?.path ?? 'unknown file', width - 2), 'strong')];
  if (height < 10) return [path];
  return [
    path,
    [span(` ${where}`, 'accent'), span(at, 'dim'), span(entry === null ? '' : `  of ${formatBytes(entry.bytes)}`, 'faint')],
    ...(entry === null ? [] : [[span(' sha256 ', 'faint'), span(cutCells(entry.sha256, width - 9), 'dim')]]),
    ...(target.why === '' ? [] : wrapCells(target.why, width - 2, 2).map((one): Line => [span(' '), span(one)])),
  ];
}

function shifted(text: string, shift: number): string {
  return shift === 0 ? text : `…${text.slice(shift)}`;
}

function EvidenceView(props: ViewProps): ReactNode {
  const { state, access, theme, width, height } = props;
  const place = placeOf(state);
  if (place.view !== 'evidence') return null;
  const { target } = place;
  const head = [...headLines(target, props), rule(width, 'In its file', 'Enter: timeline here')];
  const around = state.surroundings?.key === placeKey(place) ? state.surroundings.lines : [];
  if (around.length === 0) {
    const text = target.text ?? access.text(target.ref);
    const body =
      text === null
        ? [lineOf(' The text of this file was not kept; the place above is where it stands in the bundle.', 'dim')]
        : wrapCells(text, width - 4).map((one): Line => [span('  │ ', 'accent'), span(one)]);
    return <Lines lines={[...head, EMPTY, ...body]} theme={theme} width={width} height={height} />;
  }
  const gutter = String(around.at(-1)?.line ?? 0).length + 1;
  const room = width - gutter - 4;
  const cited = target.ref.line ?? -1;
  const lines: Line[] = [];
  const items: number[] = [];
  let selected = { first: 0, last: 0 };
  for (const one of around) {
    const isCited = one.line === cited;
    const under = one.line === cited + cursorOf(state);
    const number = span(String(one.line).padStart(gutter), isCited ? 'accent' : 'faint');
    const mark = span(isCited ? ' ► ' : '   ', 'accent');
    const parts = isCited && state.timeline.shift === 0 ? cutUp(one.text, room, 8) : [shifted(one.text, state.timeline.shift)];
    if (under) selected = { first: lines.length, last: lines.length + Math.max(1, parts.length) - 1 };
    if (parts.length === 0) lines.push([number, mark]);
    parts.forEach((part, i) =>
      lines.push([i === 0 ? number : span(' '.repeat(gutter)), i === 0 ? mark : span('   '), span(cutCells(part, room), isCited ? 'strong' : 'dim')]),
    );
    while (items.length < lines.length) items.push(one.line - cited);
  }
  // Opens with the cited line a third down, so that what came before it is in sight.
  const room2 = Math.max(1, height - head.length);
  const first = Math.max(0, Math.min(selected.first - Math.floor(room2 / 3), lines.length - room2));
  if (cursorOf(state) === 0)
    return (
      <Lines
        lines={[...head, ...lines.slice(first)]}
        selected={{ first: head.length + selected.first - first, last: head.length + selected.last - first }}
        hits={(row) => itemHit(row < head.length ? undefined : items[row - head.length + first])}
        theme={theme}
        width={width}
        height={height}
      />
    );
  return <ScrolledLines head={head} lines={lines} selected={selected} itemOf={(line) => items[line] ?? null} theme={theme} width={width} height={height} />;
}

export const evidence = defineView({ id: 'evidence', key: null, title: 'Evidence', component: EvidenceView });
