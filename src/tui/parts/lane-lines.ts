import type { CaseAccess } from '../access.ts';
import type { CaseData } from '../case-data.ts';
import { widthOf } from '../cells.ts';
import { cell, span } from '../line.ts';
import type { Line, Span } from '../line.ts';
import { ROLE_LETTER, cellAt, cellRange, laneCells } from '../lanes-model.ts';
import type { LaneCell, LanesGeometry } from '../lanes-model.ts';
import { SIDE_SIGNS, sideLabel } from '../side-lanes.ts';
import type { SideLane } from '../../timeline/side-lanes.ts';
import type { EpochMicros } from '../../model/time.ts';
import { epochMicros } from '../../model/time.ts';
import { termTone } from '../theme.ts';
import type { Tone } from '../theme.ts';
import { formatTick, tickStep } from '../when.ts';
import { heatLine, merged } from './heat.ts';

const FILL = { leader: '━', follower: '─', candidate: '╌', 'pre-candidate': '╌', down: '░', unknown: '·' } as const satisfies Record<LaneCell['role'], string>;

/** Where a change may as well have come sooner or later. */
const BLUR = '▒';

function toneOf(one: LaneCell): Tone {
  switch (one.role) {
    case 'leader':
      return termTone(one.raftTerm);
    case 'candidate':
    case 'pre-candidate':
      return 'candidate';
    case 'down':
      return 'down';
    case 'follower':
      return 'dim';
    case 'unknown':
      return 'faint';
  }
}

/** Lays the shared cursor over a line of one-cell characters. */
export function withCursor(spans: readonly Span[], at: number | null): Line {
  if (at === null || at < 0) return merged(spans);
  const single = spans.flatMap((one) => Array.from(one.text).map((text) => ({ text, tone: one.tone })));
  return merged(single.map((one, i): Span => (i === at ? { text: one.text === ' ' ? '│' : one.text, tone: 'cursor' } : one)));
}

/** `L7━━━━━━`: the letter of the role, the term where it fits, a fill that tells the roles apart without colour. */
function laneSpans(cells: readonly LaneCell[]): readonly Span[] {
  const out: Span[] = [];
  for (let i = 0; i < cells.length;) {
    const one = cells[i];
    if (one === undefined) break;
    let end = i + 1;
    while (end < cells.length && cells[end]?.starts === false) end += 1;
    const run = end - i;
    const term = one.role === 'leader' && one.raftTerm !== null ? String(one.raftTerm) : '';
    const label = ROLE_LETTER[one.role] + (run > term.length + 1 ? term : '');
    const fill = Array.from({ length: Math.max(0, run - label.length) }, (_, n) =>
      cells[i + label.length + n]?.blurred === true ? BLUR : FILL[one.role],
    ).join('');
    out.push({ text: label + fill, tone: toneOf(one) });
    i = end;
  }
  return out;
}

export function axisLines(geometry: LanesGeometry, cursor: number | null): readonly Line[] {
  const perCell = (geometry.to - geometry.from) / geometry.cells;
  const step = tickStep(perCell * 14);
  const labels: string[] = Array.from({ length: geometry.cells }, () => ' ');
  const marks: string[] = Array.from({ length: geometry.cells }, () => '─');
  for (let at = Math.ceil(geometry.from / step) * step; at <= geometry.to; at += step) {
    const i = Math.floor((at - geometry.from) / perCell);
    if (i < 0 || i >= geometry.cells) continue;
    marks[i] = '┬';
    const text = formatTick(epochMicros(at), step);
    if (i + text.length > geometry.cells) continue;
    for (let n = 0; n < text.length; n++) labels[i + n] = text[n] ?? ' ';
  }
  const lead = span(' '.repeat(geometry.label + 1));
  return [
    [lead, { text: labels.join(''), tone: 'dim' }],
    [lead, ...withCursor([{ text: marks.join(''), tone: 'rule' }], cursor)],
  ];
}

const label = (text: string, geometry: LanesGeometry, tone: Tone = 'text'): Span => cell(` ${text}`, geometry.label + 1, tone);

/** One lane for each member. */
export function memberLanes(data: CaseData, geometry: LanesGeometry, cursor: number | null, most: number): readonly Line[] {
  return [...data.rolesOf].slice(0, most).map(([name, roles]) => {
    const node = roles[0]?.node ?? name;
    return [label(name, geometry), ...withCursor(laneSpans(laneCells(roles, geometry, data.to, data.slack.get(node) ?? 0)), cursor)];
  });
}

/** Where nobody led; planned stretches are calm. */
export function leaderlessLane(data: CaseData, geometry: LanesGeometry, cursor: number | null): Line {
  const marks: Span[] = Array.from({ length: geometry.cells }, () => ({ text: ' ', tone: 'faint' }));
  for (const one of data.leaderless.stretches) {
    const range = cellRange(one.from, one.to, geometry);
    for (let i = range?.first ?? 0; range !== null && i <= range.last; i++)
      marks[i] = one.data.planned ? { text: '╌', tone: 'dim' } : { text: '!', tone: 'none-leads' };
  }
  return [label('no leader', geometry, data.leaderless.count > 0 ? 'critical' : 'dim'), ...withCursor(marks, cursor)];
}

/** The lane as one-cell spans; what is quiet is dotted, the gravest sign wins a cell. */
function sideCells(lane: SideLane, geometry: LanesGeometry): readonly Span[] {
  const cells: Span[] = Array.from({ length: geometry.cells }, () => ({ text: '·', tone: 'faint' }));
  for (const mark of lane.marks) {
    const [text, tone] = SIDE_SIGNS[mark.kind];
    const range = cellRange(mark.from, mark.to, geometry);
    for (let i = range?.first ?? 0; range !== null && i <= range.last; i++) if (cells[i]?.tone !== 'critical') cells[i] = { text, tone };
  }
  return cells;
}

/** Leases, API servers, addresses, backups, certificates: what went wrong with them. */
export function sideLaneLines(data: CaseData, geometry: LanesGeometry, cursor: number | null, most: number): readonly Line[] {
  return data.sideLanes.slice(0, most).map((lane) => [label(sideLabel(lane), geometry, 'dim'), ...withCursor(sideCells(lane, geometry), cursor)]);
}

export function heatLane(access: CaseAccess, geometry: LanesGeometry, cursor: number | null): Line {
  const strip = heatLine(access.heat(geometry.from, geometry.to, geometry.cells), geometry.cells, 'trouble', null);
  return [label('warn/err', geometry, 'dim'), ...withCursor(strip, cursor)];
}

/** Fewer cells than this say nothing. */
const LEAST_TITLE = 8;

/** A finding's span with its title beside or inside it. */
export function findingLane(finding: CaseData['findings'][number], sign: string, geometry: LanesGeometry, cursor: number | null): Line {
  const head = label(sign, geometry, finding.severity);
  const range = finding.start === null && finding.end === null ? null : cellRange(finding.start, finding.end, geometry);
  const title = span(finding.nodes.length === 0 || finding.nodes.length > 2 ? finding.title : `${finding.title} · ${finding.nodes.join(' ')}`).text;
  if (range === null) return [head, span(`  ${title}`, 'faint')];
  const open = finding.end === null ? '►' : '';
  const length = range.last - range.first + 1;
  const around = Math.max(range.first - 1, geometry.cells - range.last - 2);
  // a title that finds no room beside its bar stands in it
  if (widthOf(title) > around && length >= widthOf(title) + 8) {
    const rest = '▬'.repeat(length - widthOf(title) - 5 - open.length) + open;
    const inside: readonly Span[] = [
      span(' '.repeat(range.first)),
      { text: '▬▬▬ ', tone: finding.severity },
      { text: `${title} `, tone: 'text' },
      { text: rest, tone: finding.severity },
    ];
    return [head, ...(cursor === null ? inside : withCursor(inside, cursorCharacter(inside, cursor)))];
  }
  const bar = '▬'.repeat(Math.max(1, length - open.length)) + open;
  const after = geometry.cells - range.last - 2;
  const text = widthOf(title) <= after || after >= range.first ? { at: 'after' as const, room: after } : { at: 'before' as const, room: range.first - 1 };
  const shown = cell(title, text.room < LEAST_TITLE ? 0 : Math.min(text.room, widthOf(title)), 'dim');
  const before: readonly Span[] =
    text.at === 'before'
      ? [span(' '.repeat(Math.max(0, range.first - 1 - widthOf(shown.text)))), shown, span(' '.repeat(Math.min(1, range.first)))]
      : [span(' '.repeat(range.first))];
  const spans: readonly Span[] = [...before, { text: bar, tone: finding.severity }, ...(text.at === 'after' ? [span(' '), shown] : [])];
  const inBar = cursor !== null && cursor >= range.first && cursor <= range.last;
  return [head, ...(inBar ? withCursor(spans, cursorCharacter(spans, cursor)) : spans)];
}

/** Index of the character that stands in a cell; wide characters take two. */
function cursorCharacter(spans: readonly Span[], at: number): number {
  let cells = 0;
  let index = 0;
  for (const c of spans.map((one) => one.text).join('')) {
    if (cells >= at) break;
    cells += widthOf(c);
    index += 1;
  }
  return index;
}

export function cursorCell(instant: EpochMicros | null, geometry: LanesGeometry): number | null {
  if (instant === null || instant < geometry.from || instant > geometry.to) return null;
  return Math.min(geometry.cells - 1, cellAt(instant, geometry));
}
