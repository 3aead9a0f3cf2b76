import type { Citation } from '../../model/evidence.ts';
import type { CaseAccess } from '../access.ts';
import { briefOf } from '../brief.ts';
import type { CaseData } from '../case-data.ts';
import { cutStart, cutUp, wrapCells } from '../cells.ts';
import { findingOf } from '../items.ts';
import type { FindingItem } from '../items.ts';
import { EMPTY, rule, span } from '../line.ts';
import type { Line } from '../line.ts';
import { previewLines } from './preview.ts';

/** The cited line whole, and its neighbours as messages. */
function citedLines({ ref, text }: Citation, access: CaseAccess, width: number, height: number): readonly Line[] {
  const path = access.entry(ref.entry)?.path ?? 'unknown file';
  const where = ref.line === null ? `byte ${ref.offset}` : `line ${ref.line}, byte ${ref.offset}`;
  const whole = text ?? access.text(ref) ?? '';
  const head: readonly Line[] = [
    rule(width, 'The line', where),
    [span(cutStart(path, width), 'accent')],
    ...cutUp(whole, width, 8).map((one): Line => [span(one)]),
    EMPTY,
  ];
  const room = height - head.length - 1;
  const half = Math.floor((room - 1) / 2);
  const around = ref.line === null || half < 2 ? [] : access.around(ref, half);
  if (around.length < 2) return head;
  const gutter = String(around.at(-1)?.line ?? 0).length;
  return [
    ...head,
    rule(width, 'Around it'),
    ...around.map(({ line, text: other }): Line => {
      const cited = line === ref.line;
      return [
        span(String(line).padStart(gutter), cited ? 'accent' : 'faint'),
        span(cited ? ' ► ' : '   ', 'accent'),
        span(briefOf(other).slice(0, 4 * width), cited ? 'strong' : 'dim'),
      ];
    }),
  ];
}

/** What the selected item of a finding leads to, for the right half of a wide screen. */
export function besideFinding(item: FindingItem, data: CaseData, access: CaseAccess, width: number, height: number): readonly Line[] {
  switch (item.kind) {
    case 'evidence':
    case 'counter':
      return citedLines(item.citation, access, width, height);
    case 'cause': {
      const cause = findingOf(data, item.finding);
      return cause === null ? [] : previewLines(cause, data, access, width);
    }
    case 'step':
      return [
        rule(width, 'The step', `risk: ${item.step.risk}`),
        ...wrapCells(item.step.step, width).map((one): Line => [span(one)]),
        ...(item.step.riskNote === null ? [] : wrapCells(item.step.riskNote, width).map((one): Line => [span(one, 'dim')])),
        ...(item.step.command === null ? [] : [EMPTY, ...wrapCells(item.step.command, width).map((one): Line => [span(one, 'accent')])]),
      ];
  }
}
