import type { CaseAccess } from './access.ts';
import { findingItems, findingOf, targetOf } from './items.ts';
import { selectedRow, rowTarget } from './reduce-timeline.ts';
import { cursorOf, placeOf } from './state.ts';
import { formatRfc3339 } from '../model/time.ts';
import type { AppState, Target } from './state.ts';

/** A place as one cites it: path, line or byte, hash of the file, and the line itself. */
function citationText(target: Target, access: CaseAccess): string {
  const entry = access.entry(target.ref.entry);
  const where = target.ref.line === null ? `@${target.ref.offset}` : `:${target.ref.line}`;
  const text = target.text ?? access.text(target.ref) ?? '';
  return [
    `${entry?.path ?? 'unknown file'}${where}`,
    ...(entry === null ? [] : [`sha256 ${entry.sha256}`]),
    ...(target.at === null ? [] : [formatRfc3339(target.at)]),
    ...(text === '' ? [] : [text]),
  ].join('\n');
}

/** What `y` copies here: a step's command, or the citation of what is selected; null when there is nothing. */
export function copyTextOf(state: AppState, access: CaseAccess): string | null {
  const place = placeOf(state);
  if (state.data === null) return null;
  if (place.view === 'evidence') return citationText(place.target, access);
  if (place.view === 'timeline') {
    const row = selectedRow(state);
    return row === null ? null : citationText(rowTarget(row), access);
  }
  if (place.view !== 'finding') return null;
  const finding = findingOf(state.data, place.finding);
  const item = finding === null ? undefined : findingItems(finding)[cursorOf(state)];
  switch (item?.kind) {
    case 'evidence':
    case 'counter':
      return citationText(targetOf(item.citation, state.data), access);
    case 'step':
      return item.step.command ?? item.step.step;
    default:
      return null;
  }
}
