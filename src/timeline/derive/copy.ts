import type { Words } from '../../model/phrases.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import type { ClusterId, EntryId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';

/** A snapshot or a data directory: in the bundle, or only spoken of. */
export interface Copy {
  readonly path: string;
  /** `elsewhere`: a snapshot the bundle speaks of but does not hold */
  readonly origin: 'data-dir' | 'snapshot' | 'elsewhere';
  readonly entry: EntryId | null;
  revision: number | null;
  readonly hash: number | null;
  readonly sizeBytes: number | null;
  readonly sha256: 'ok' | 'mismatch' | 'absent' | null;
  /** newest sign of when it was taken, corrected */
  at: EpochMicros | null;
  readonly cluster: ClusterId | null;
  /** names of the members its own member list holds */
  readonly lists: ReadonlySet<string>;
  /** whose data directory it is */
  readonly member: Member | null;
  /** the bolt pages add up */
  readonly sound: boolean;
  /** the raft index its content is applied to */
  readonly consistentIndex: number | null;
  damage: Words | null;
  readonly nodes: readonly string[];
  readonly evidence: Citation[];
}
