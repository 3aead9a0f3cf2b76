import { wordsIn } from '../../model/phrases.ts';
import type { ReactNode } from 'react';
import { formatDuration } from '../../model/time.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import { briefOf } from '../brief.ts';
import { shortPath, widthOf, wrapCells } from '../cells.ts';
import { itemHit } from '../hits.ts';
import { findingItems, findingOf } from '../items.ts';
import type { FindingItem } from '../items.ts';
import type { Hit } from '../hits.ts';
import { EMPTY, beside, lineOf, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { besideFinding } from '../parts/beside-finding.ts';
import { whereText } from '../parts/incident.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import type { Range } from '../parts/lines.tsx';
import { cursorOf, placeOf } from '../state.ts';
import { SEVERITY_SIGN, nodeTone } from '../theme.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatClock, formatSpan } from '../when.ts';

const RISK_TONE = { none: 'good', low: 'good', medium: 'warning', high: 'critical' } as const;

function citationLines(citation: Citation, { access, data, width, height }: ViewProps): readonly Line[] {
  const path = access.entry(citation.ref.entry)?.path ?? 'unknown file';
  const node = data.nodeOf(citation.ref);
  const tag = node === null ? '' : `${node}  `;
  const where = `${shortPath(path, Math.max(12, width - 30 - widthOf(tag)))}${citation.ref.line === null ? ` at byte ${citation.ref.offset}` : `:${citation.ref.line}`}`;
  const text = citation.text ?? access.text(citation.ref);
  return [
    [
      span(`   ${formatClock(data.correctedAt(citation), width >= 100 ? 6 : 3)}  `, 'dim'),
      span(tag, nodeTone(node === null ? -1 : data.history.nodes.indexOf(node))),
      span(where, 'accent'),
    ],
    ...wrapCells(wordsIn(data.lang, citation.why), width - 6, 2).map((one): Line => [span('     '), span(one)]),
    ...(text === null
      ? [lineOf('     │ the text of this file was not kept', 'faint')]
      : wrapCells(briefOf(text), width - 8, height >= 30 ? 3 : 2).map((one): Line => [span('     │ ', 'rule'), span(one, 'dim')])),
  ];
}

function itemLines(item: FindingItem, props: ViewProps, index: number): readonly Line[] {
  const { data, width } = props;
  switch (item.kind) {
    case 'cause': {
      const cause = findingOf(data, item.finding);
      const lag =
        item.lag === null
          ? ''
          : Math.abs(item.lag) < 1000
            ? ', at the same time'
            : item.lag < 0
              ? `, ${formatDuration(-item.lag)} later`
              : `, ${formatDuration(item.lag)} before`;
      return [
        [
          span('   ← ', 'accent'),
          span(cause === null ? '' : `${SEVERITY_SIGN[cause.severity]} `, cause?.severity ?? 'dim'),
          span(cause?.title ?? item.finding, 'strong'),
          span(cause === null || cause.nodes.length === 0 ? '' : ` · ${whereText(cause, data)}`, 'accent'),
          span(
            cause === null ? '' : cause === data.story?.root ? '  root cause' : data.story?.also.includes(cause) === true ? '  also upstream' : '',
            'critical',
          ),
        ],
        ...wrapCells(`${item.why}${lag}`, width - 7, 3).map((one): Line => [span('     '), span(one, 'dim')]),
      ];
    }
    case 'evidence':
    case 'counter':
      return citationLines(item.citation, props);
    case 'step': {
      const { step } = item;
      const [first = '', ...rest] = wrapCells(step.step, width - 24);
      return [
        [span(`   ${index + 1}. `, 'key'), span(first), span(`  risk: ${step.risk}`, RISK_TONE[step.risk])],
        ...rest.map((one): Line => [span('      '), span(one)]),
        ...(step.riskNote === null ? [] : wrapCells(step.riskNote, width - 8, 3).map((one): Line => [span('      '), span(one, 'dim')])),
        ...(step.command === null
          ? []
          : wrapCells(step.command, width - 10).map((one, i): Line => [span(i === 0 ? '      $ ' : '        ', 'faint'), span(one, 'accent')])),
      ];
    }
  }
}

const HEADS = { cause: 'Caused by', evidence: 'Evidence', counter: 'What speaks against it', step: 'What to do next' } as const satisfies Record<
  FindingItem['kind'],
  string
>;

function counted(finding: Finding, kind: FindingItem['kind']): string {
  return {
    cause: `${finding.causes.length}`,
    evidence: `${finding.evidence.length}`,
    counter: `${finding.counterEvidence.length}`,
    step: `${finding.remediation.length}`,
  }[kind];
}

/** The whole finding as lines, and which of them the selected item takes. */
export function findingLines(
  finding: Finding,
  props: ViewProps,
  cursor: number,
): { readonly lines: readonly Line[]; readonly items: readonly (number | null)[]; readonly selected: Range | null } {
  const { width, height } = props;
  const small = height < 12;
  const lines: Line[] = [
    ...(small
      ? []
      : [[span(` ${SEVERITY_SIGN[finding.severity]} `, finding.severity), ...wrapCells(finding.title, width - 7, 1).map((one) => span(one, 'strong'))]]),
    [
      span(` ${formatSpan(finding.start, finding.end)}`, 'dim'),
      span(finding.nodes.length === 0 ? '' : '  on ', 'dim'),
      span(finding.nodes.join(' '), 'accent'),
      span(`  rule ${finding.rule}`, 'faint'),
    ],
    ...(small ? [] : [EMPTY]),
    ...wrapCells(finding.summary, Math.min(width - 2, 120)).map((one): Line => [span(' '), span(one)]),
  ];
  const items: (number | null)[] = [];
  let selected: Range | null = null;
  let kind: FindingItem['kind'] | null = null;
  let inKind = 0;
  findingItems(finding).forEach((item, i) => {
    if (item.kind !== kind) {
      kind = item.kind;
      inKind = 0;
      lines.push(...(small ? [] : [EMPTY]), rule(width, HEADS[item.kind], counted(finding, item.kind)));
    }
    const own = itemLines(item, props, inKind);
    inKind += 1;
    if (i === cursor) selected = { first: lines.length, last: lines.length + own.length - 1 };
    while (items.length < lines.length) items.push(null);
    lines.push(...own);
    while (items.length < lines.length) items.push(i);
  });
  return { lines, items, selected };
}

/** From this width on the selected item is shown beside the list. */
const WIDE = 160;

/** The selected item a third down. */
function topFor(selected: Range | null, total: number, height: number): number {
  return Math.max(0, Math.min((selected?.first ?? 0) - Math.floor(height / 3), total - height));
}

/** Marks a line of the selected item where the bar of selection would run across both halves. */
function picked(line: Line): Line {
  const [first, ...rest] = line;
  return first === undefined ? line : [{ text: '▌', tone: 'accent' }, { ...first, text: first.text.slice(1) }, ...rest];
}

function FindingView(props: ViewProps): ReactNode {
  const { state, data, theme, width, height } = props;
  const place = placeOf(state);
  const finding = place.view === 'finding' ? findingOf(data, place.finding) : null;
  if (finding === null) return <Lines lines={[lineOf(' This finding is not in the case.', 'dim')]} theme={theme} width={width} height={height} />;
  const cursor = cursorOf(state);
  const item = findingItems(finding)[cursor];
  const left = width >= WIDE && item !== undefined ? Math.floor(width * 0.52) : width;
  const { lines, items, selected } = findingLines(finding, { ...props, width: left }, cursor);
  const right = left < width && item !== undefined ? besideFinding(item, data, props.access, width - left - 2, height) : null;
  if (right !== null) {
    const top = cursor === 0 && (selected === null || selected.last < height) ? 0 : topFor(selected, lines.length, height);
    const shown = lines
      .slice(top, top + height)
      .map((line, i) => (selected !== null && top + i >= selected.first && top + i <= selected.last ? picked(line) : line));
    const hits = (row: number, column: number): Hit | null => itemHit(column < left ? items[row + top] : null);
    return <Lines lines={beside(shown, right, left, width, height)} theme={theme} width={width} height={height} hits={hits} />;
  }
  // The first item keeps the summary above it in sight.
  if (cursor === 0 && (selected === null || selected.last < height || (height < 12 && selected.first < height)))
    return <Lines lines={lines} selected={selected} theme={theme} width={width} height={height} hits={(row) => itemHit(items[row])} />;
  return <ScrolledLines lines={lines} selected={selected} itemOf={(line) => items[line] ?? null} theme={theme} width={width} height={height} />;
}

export const finding = defineView({ id: 'finding', key: null, title: 'Finding', component: FindingView });
