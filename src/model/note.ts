import type { EntryId } from './ids.ts';
import type { EpochMicros } from './time.ts';

/** What a bookmarked line was to the incident, in the eyes of whoever noted it. */
export type NoteTag = 'trigger' | 'impact' | 'fix' | 'question';
export const NOTE_TAGS: readonly NoteTag[] = ['trigger', 'impact', 'fix', 'question'];

/** What a person wrote down about a place in the bundle, or about the case as a whole (`entry` null). Kept in the case. */
export interface Note {
  readonly id: number;
  readonly entry: EntryId | null;
  /** 1-based; null in binary entries */
  readonly line: number | null;
  readonly offset: number | null;
  /** corrected time of the place; null where it has none */
  readonly at: EpochMicros | null;
  readonly tag: NoteTag | null;
  /** may be empty: a bare bookmark */
  readonly text: string;
  /** when it was written, by the clock of whoever wrote it */
  readonly created: EpochMicros;
}

/** The notes of one case, in the order of their places in time. Changes are on disk when a call returns; throws UsageError when they cannot be. */
export interface NoteStore {
  list(): readonly Note[];
  add(note: Omit<Note, 'id'>): Note;
  change(id: number, change: { readonly text?: string; readonly tag?: NoteTag | null }): void;
  remove(id: number): void;
  close(): void;
}
