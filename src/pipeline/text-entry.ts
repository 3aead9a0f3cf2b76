import type { EpochMicros } from '../model/time.ts';

/** An entry's text as it comes from a bundle or a case. */
export interface TextEntry {
  readonly path: string;
  readonly modifiedAt: EpochMicros | null;
  readonly head: Uint8Array;
  /** why it cannot be written; null when it can */
  readonly missing: string | null;
  chunks(): AsyncIterable<Uint8Array>;
}
