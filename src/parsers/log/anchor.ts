import { microsFromUtc } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { EntryContext } from '../contract.ts';
import type { HeadView } from './recognise.ts';

/** Where nothing tells a year, it is taken for one that no log has. */
const FAR_FUTURE = 4_102_444_800_000_000;
/** Archives made to be reproducible, and zip files without times, date all they hold before any log of today. */
const NO_TIME = microsFromUtc(2005, 1, 1);

/** When the evidence was collected as far as a file and its place tell: times without a year lie in the year before. */
export interface Anchor {
  readonly micros: number;
  /** null where nothing told */
  readonly told: EpochMicros | null;
  /** only a header of the file itself is beyond doubt */
  readonly doubtful: boolean;
}

export function anchorOf(head: Pick<HeadView, 'headerEnd' | 'newest'>, { collectedAt, modifiedAt }: EntryContext): Anchor {
  const modified = modifiedAt !== null && modifiedAt > NO_TIME ? modifiedAt : null;
  const told = (head.headerEnd ?? collectedAt ?? modified ?? head.newest) as EpochMicros | null;
  return { micros: told ?? FAR_FUTURE, told, doubtful: head.headerEnd === null };
}
