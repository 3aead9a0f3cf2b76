import type { Words } from './phrases.ts';
import type { EntryId } from './ids.ts';
import type { EpochMicros } from './time.ts';

/** A place in the bundle. `line` is 1-based in the decompressed entry, `offset` and `length` are bytes there; `line` is null in binary entries. */
export interface EvidenceRef {
  readonly entry: EntryId;
  readonly line: number | null;
  readonly offset: number;
  readonly length: number;
}

/** A place, when it was written, and why it is cited. `text` is set where the entry's raw text is not kept (binary, secret-bearing). */
export interface Citation {
  readonly ref: EvidenceRef;
  readonly at: EpochMicros | null;
  readonly why: Words;
  readonly text?: string;
}
