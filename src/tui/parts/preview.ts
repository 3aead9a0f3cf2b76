import { wordsIn } from '../../model/phrases.ts';
import type { Finding } from '../../model/finding.ts';
import type { CaseAccess } from '../access.ts';
import { briefOf } from '../brief.ts';
import type { CaseData } from '../case-data.ts';
import { wrapCells } from '../cells.ts';
import { findingOf } from '../items.ts';
import { EMPTY, clickable, span } from '../line.ts';
import type { Line } from '../line.ts';
import { SEVERITY_SIGN } from '../theme.ts';
import { formatSpan } from '../when.ts';
import { whereText } from './incident.ts';

const OPENS = { kind: 'key', key: 'enter' } as const;

const wrapped = (text: string, width: number, most: number): readonly Line[] => wrapCells(text, width, most).map((one) => [span(one)]);

const MOST_CAUSES = 3;
/** Lines of title and time at the top, an empty one included. */
export const PREVIEW_HEAD = 3;

function causeLine(id: string, data: CaseData): Line {
  const cause = findingOf(data, id);
  const where = cause === null ? '' : whereText(cause, data);
  return [span('← ', 'accent'), span(cause?.title ?? id), span(where === '' ? '' : ` · ${where}`, 'accent')];
}

/** A finding at a glance, beside the list: summary, causes, first evidence, first step. */
export function previewLines(finding: Finding, data: CaseData, access: CaseAccess, width: number): readonly Line[] {
  const [evidence] = finding.evidence;
  const [step] = finding.remediation;
  const quoted = evidence === undefined ? '' : (evidence.text ?? access.text(evidence.ref) ?? '');
  return [
    [span(`${SEVERITY_SIGN[finding.severity]} `, finding.severity), span(finding.title, 'strong')],
    [span(formatSpan(finding.start, finding.end), 'dim')],
    EMPTY,
    ...wrapped(finding.summary, width, 8),
    ...(finding.causes.length === 0 ? [] : [EMPTY, [span('Caused by', 'heading')]]),
    ...finding.causes.slice(0, MOST_CAUSES).map((cause) => causeLine(cause.finding, data)),
    ...(finding.causes.length > MOST_CAUSES ? [[span(`  ${finding.causes.length - MOST_CAUSES} more`, 'dim')]] : []),
    ...(evidence === undefined
      ? []
      : [
          EMPTY,
          [span('Evidence', 'heading'), span(` 1 of ${finding.evidence.length}`, 'dim')],
          ...wrapped(wordsIn(data.lang, evidence.why), width, 2),
          ...wrapCells(briefOf(quoted), width - 2, 4).map((one): Line => [span('│ ', 'rule'), span(one, 'dim')]),
        ]),
    ...(step === undefined
      ? []
      : [
          EMPTY,
          [span('Next step', 'heading'), span(` risk: ${step.risk}`, 'dim')],
          ...wrapped(step.step, width, 3),
          ...(step.command === null
            ? []
            : wrapCells(step.command, width - 2, 6).map((one, i): Line => [span(i === 0 ? '$ ' : '  ', 'faint'), span(one, 'accent')])),
        ]),
    EMPTY,
    [clickable(span('Enter', 'key'), OPENS), clickable(span(' opens it', 'dim'), OPENS)],
  ];
}
