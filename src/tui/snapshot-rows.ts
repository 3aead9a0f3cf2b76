import type { Lang } from '../model/lang.ts';
import { wordsIn } from '../model/phrases.ts';
import type { Derived, DerivedMap } from '../model/derived.ts';
import type { Citation } from '../model/evidence.ts';
import { formatDuration } from '../model/time.ts';
import { derivedOf } from './case-data.ts';
import type { CaseData } from './case-data.ts';

/** One selectable row of the restore view: something a restore could start from, or what is known of backups and damage. */
export type SnapshotRow =
  | { readonly kind: 'candidate'; readonly data: DerivedMap['restore.candidate']; readonly evidence: readonly Citation[] }
  | { readonly kind: 'remark'; readonly bad: boolean; readonly what: string; readonly detail: string; readonly evidence: readonly Citation[] };

function remarkOf(one: Derived, lang: Lang): Omit<Extract<SnapshotRow, { kind: 'remark' }>, 'kind' | 'evidence'> | null {
  switch (one.type) {
    case 'backup.newest': {
      const { age: micros } = one.data;
      const age =
        micros === null
          ? 'of unknown age'
          : micros <= 0
            ? 'made while the bundle was collected'
            : `${formatDuration(micros)} old when the bundle was collected`;
      return {
        bad: !one.data.good,
        what: one.data.good ? 'Newest backup' : 'Newest backup, not proved good',
        detail: `${one.data.path ?? 'path unknown'}, ${age}`,
      };
    }
    case 'backup.failed':
      return {
        bad: true,
        what: 'Backup failed',
        detail: `${one.data.path === null ? '' : `${one.data.path}: `}${one.data.error}${one.data.count > 1 ? ` (${one.data.count} times)` : ''}`,
      };
    case 'backup.damaged':
      return { bad: true, what: 'Backup damaged', detail: `${one.data.path}: ${wordsIn(lang, one.data.reason)}` };
    case 'restore.failed':
      return {
        bad: true,
        what: 'A restore was tried and failed',
        detail: `${one.data.path === null ? '' : `${one.data.path}: `}${wordsIn(lang, one.data.error)}`,
      };
    case 'wal.damaged':
    case 'db.damaged':
    case 'raft-snapshot.damaged':
      return {
        bad: true,
        what: `${{ 'wal.damaged': 'WAL', 'db.damaged': 'Database', 'raft-snapshot.damaged': 'Raft snapshot' }[one.type]} of ${one.data.member} damaged`,
        detail: wordsIn(lang, one.data.reason),
      };
    default:
      return null;
  }
}

/** Usable candidates by rank, then those that must not be used, then what is known of backups and damage. */
export function snapshotRows({ history, lang }: Pick<CaseData, 'history' | 'lang'>): readonly SnapshotRow[] {
  const candidates = [...derivedOf(history, 'restore.candidate')].sort(
    (a, b) => Number(b.data.usable) - Number(a.data.usable) || (a.data.rank ?? Infinity) - (b.data.rank ?? Infinity) || (a.data.path < b.data.path ? -1 : 1),
  );
  return [
    ...candidates.map(({ data, evidence }): SnapshotRow => ({ kind: 'candidate', data, evidence })),
    ...history.derived.flatMap((one): readonly SnapshotRow[] => {
      const remark = remarkOf(one, lang);
      return remark === null ? [] : [{ kind: 'remark', ...remark, evidence: one.evidence }];
    }),
  ];
}
