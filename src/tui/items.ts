import { wordsIn } from '../model/phrases.ts';
import type { Citation } from '../model/evidence.ts';
import type { Finding, Remediation } from '../model/finding.ts';
import { derivedOf } from './case-data.ts';
import type { CaseData } from './case-data.ts';
import { snapshotRows } from './snapshot-rows.ts';
import type { AppState, Place, Target } from './state.ts';
import { cursorOf } from './state.ts';

/** What can be selected in a finding, in the order it is shown. */
export type FindingItem =
  | { readonly kind: 'cause'; readonly finding: string; readonly why: string; readonly lag: number | null }
  | { readonly kind: 'evidence' | 'counter'; readonly citation: Citation }
  | { readonly kind: 'step'; readonly step: Remediation };

export function findingItems(finding: Finding): readonly FindingItem[] {
  return [
    ...finding.causes.map((cause) => ({ kind: 'cause' as const, ...cause })),
    ...finding.evidence.map((citation) => ({ kind: 'evidence' as const, citation })),
    ...finding.counterEvidence.map((citation) => ({ kind: 'counter' as const, citation })),
    ...finding.remediation.map((step) => ({ kind: 'step' as const, step })),
  ];
}

export function findingOf(data: CaseData, id: string): Finding | null {
  return data.findings.find((finding) => finding.id === id) ?? null;
}

export function targetOf(citation: Citation, data: CaseData): Target {
  return {
    ref: citation.ref,
    at: data.correctedAt(citation),
    why: wordsIn(data.lang, citation.why),
    ...(citation.text === undefined ? {} : { text: citation.text }),
  };
}

/** Certificates, the one that ends first at the top. */
export function certificatesOf(data: CaseData): ReturnType<typeof derivedOf<'certificate.validity'>> {
  return [...derivedOf(data.history, 'certificate.validity')].sort((a, b) => a.data.notAfter - b.data.notAfter || (a.data.path < b.data.path ? -1 : 1));
}

/** How many items a place lets one select; 0 where it has its own cursor. */
export function listLength(state: AppState, place: Place): number {
  const { data } = state;
  if (data === null) return 0;
  switch (place.view) {
    case 'overview':
    case 'lanes':
      return data.findings.length;
    case 'finding': {
      const finding = findingOf(data, place.finding);
      return finding === null ? 0 : findingItems(finding).length;
    }
    case 'members':
      return data.history.members.length;
    case 'clocks':
      return data.history.clocks.length;
    case 'certificates':
      return certificatesOf(data).length;
    case 'coverage':
      return data.coverageRows.length;
    case 'snapshots':
      return snapshotRows(data).length;
    case 'notes':
      return state.notes.length;
    case 'timeline':
    case 'evidence':
      return 0;
  }
}

/** What Enter leads to in a list. */
export function openPlace(state: AppState, place: Place): Place | null {
  const { data } = state;
  if (data === null) return null;
  const index = cursorOf(state, place);
  const cite = (citation: Citation | null | undefined): Place | null => (citation == null ? null : { view: 'evidence', target: targetOf(citation, data) });
  switch (place.view) {
    case 'overview': {
      const finding = data.findings[index];
      return finding === undefined ? null : { view: 'finding', finding: finding.id };
    }
    case 'finding': {
      const finding = findingOf(data, place.finding);
      const item = finding === null ? undefined : findingItems(finding)[index];
      if (item?.kind === 'cause') return findingOf(data, item.finding) === null ? null : { view: 'finding', finding: item.finding };
      return item?.kind === 'evidence' || item?.kind === 'counter' ? cite(item.citation) : null;
    }
    case 'members':
      return cite(data.history.members[index]?.aliases.find((alias) => alias.because !== null)?.because);
    case 'clocks':
      return cite(data.history.clocks[index]?.evidence[0]);
    case 'certificates':
      return cite(certificatesOf(data)[index]?.evidence[0]);
    case 'coverage': {
      const target = data.coverageRows[index]?.target;
      return target === undefined || target === null ? null : { view: 'evidence', target };
    }
    case 'snapshots':
      return cite(snapshotRows(data)[index]?.evidence[0]);
    case 'notes': {
      const note = state.notes[index];
      return note === undefined || note.entry === null
        ? null
        : { view: 'evidence', target: { ref: { entry: note.entry, line: note.line, offset: note.offset ?? 0, length: 0 }, at: note.at, why: note.text } };
    }
    case 'timeline':
    case 'lanes':
    case 'evidence':
      return null;
  }
}
