import type { Lang } from '../model/lang.ts';
import { wordsIn } from '../model/phrases.ts';
import type { Entry } from '../model/bundle.ts';
import { DAMAGE_CODES, DIAGNOSTIC_CODES, UNREAD_CODES } from '../model/diagnostic.ts';
import type { Diagnostic } from '../model/diagnostic.ts';
import type { Undecided } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import type { Coverage } from '../model/ports.ts';
import { formatBytes } from '../model/text.ts';
import { counted, formatCount } from './cells.ts';
import type { Target } from './state.ts';

/** What the coverage view is made of. */
interface Read {
  readonly lang: Lang;
  readonly history: Pick<History, 'undecided'>;
  readonly coverage: Coverage;
  readonly undecided: readonly Undecided[];
  readonly diagnostics: readonly Diagnostic[];
  readonly entries: readonly Entry[];
}

/** One selectable line of the coverage view. */
export interface CoverageRow {
  readonly section: 'Damaged' | 'Could not tell' | 'Skipped' | 'Remarks' | 'Files read';
  readonly what: string;
  readonly detail: string;
  readonly target: Target | null;
}

function placeOfDiagnostic(one: Diagnostic, lang: Lang): Target | null {
  if (one.entry === null || (one.line === null && one.offset === null)) return null;
  return { ref: { entry: one.entry, line: one.line, offset: one.offset ?? 0, length: 0 }, at: null, why: wordsIn(lang, DIAGNOSTIC_CODES[one.code]) };
}

function remark(section: CoverageRow['section'], one: Diagnostic, lang: Lang): CoverageRow {
  const times = one.count > 1 ? ` (${one.count} times)` : '';
  const line = one.line === null ? '' : `:${one.line}`;
  return {
    section,
    what: `${one.path}${line}`,
    detail: `${wordsIn(lang, DIAGNOSTIC_CODES[one.code])}${times}${one.detail === '' ? '' : `: ${wordsIn(lang, one.detail)}`}`,
    target: placeOfDiagnostic(one, lang),
  };
}

/** Documents and binary files have no lines to speak of. */
function linesOf({ lines, events, unparsed, bytes }: Entry): string {
  if (lines === 0) return formatBytes(bytes);
  return `${counted(lines, 'line')}, ${counted(events, 'event')}${unparsed > 0 ? `, ${formatCount(unparsed)} unparsed` : ''}`;
}

/** Everything that was not read, not understood or not decided, and what was read, in one list. */
export function coverageRows(data: Read): readonly CoverageRow[] {
  const { coverage, history, lang } = data;
  const damage = data.diagnostics.filter((one) => DAMAGE_CODES.has(one.code));
  const told = new Set(damage.map((one) => one.path));
  return [
    ...damage.map((one) => remark('Damaged', one, lang)),
    ...coverage.damaged
      .filter((one) => !told.has(one.path))
      .map((one): CoverageRow => ({ section: 'Damaged', what: one.path, detail: wordsIn(lang, one.reason), target: null })),
    ...data.undecided.map((one): CoverageRow => ({ section: 'Could not tell', what: one.rule, detail: one.because, target: null })),
    ...history.undecided.map((one): CoverageRow => ({ section: 'Could not tell', what: one.about, detail: wordsIn(lang, one.because), target: null })),
    ...coverage.skipped.map((one): CoverageRow => ({ section: 'Skipped', what: one.path, detail: wordsIn(lang, one.reason), target: null })),
    ...data.diagnostics.filter((one) => !DAMAGE_CODES.has(one.code) && !UNREAD_CODES.has(one.code)).map((one) => remark('Remarks', one, lang)),
    ...data.entries
      .filter((entry) => entry.skipped === null)
      .map((entry): CoverageRow => ({
        section: 'Files read',
        what: entry.path,
        detail: `${entry.parser ?? 'no parser'} · ${linesOf(entry)}`,
        target: null,
      })),
  ];
}
