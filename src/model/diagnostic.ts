import type { PhraseText } from './phrases.ts';
import type { EntryId } from './ids.ts';

/** Everything that can be wrong with the input. Closed: a new kind of damage gets a new code and a line in docs/diagnostics.md. */
export const DIAGNOSTIC_CODES = {
  ARCHIVE_TRUNCATED: 'the archive ends before its last entry does',
  ARCHIVE_CORRUPT: 'the archive cannot be read further',
  COMPRESSION_CORRUPT: 'the compressed data is damaged; what came before is kept',
  COMPRESSION_TRUNCATED: 'the compressed data ends early; what came before is kept',
  ENTRY_UNREADABLE: 'the file cannot be opened or read',
  ENTRY_TOO_LARGE: 'the file is larger than the limit for its kind',
  ENTRY_LIMIT: 'the bundle holds more entries than the limit',
  NESTING_LIMIT: 'archives are nested deeper than the limit',
  EXPANSION_LIMIT: 'the archive expands more than the limit allows',
  PATH_ESCAPES: 'the path climbs out of the bundle; it is kept as a name only',
  PATH_DUPLICATE: 'the archive holds this path more than once',
  LINK_OUTSIDE: 'a link leads out of the bundle; it was not followed',
  ENCRYPTED: 'the file is encrypted and cannot be read',
  LINE_TOO_LONG: 'a line is longer than the limit and was cut',
  LINE_UNPARSED: 'lines could not be read as any known form',
  LINE_DAMAGED: 'a line was cut or hard-wrapped',
  TIME_INFERRED: 'times in this file lack a year or a zone, which was inferred',
  TIME_IMPOSSIBLE: 'a timestamp cannot be',
  DOCUMENT_INVALID: 'the document does not have the form its kind requires',
  DOCUMENT_EMPTY: 'the command that should have filled this file printed nothing',
  COMMAND_FAILED: 'the command that should have filled this file failed; its error text is read instead',
  DB_META_INVALID: 'a bbolt meta page is damaged',
  DB_PAGE_INVALID: 'a bbolt page is damaged',
  DB_TRUNCATED: 'the bbolt file is shorter than its pages',
  DB_CHECKSUM_MISMATCH: 'the SHA-256 at the end of the snapshot does not match its content',
  DB_VALUE_INVALID: 'a stored value does not decode',
  WAL_CRC_MISMATCH: 'the CRC chain of the write-ahead log is broken',
  WAL_TORN: 'the write-ahead log ends in a torn record',
  WAL_SEQUENCE_GAP: 'write-ahead log segments are missing',
  WAL_RECORD_INVALID: 'a write-ahead log record does not decode',
  RAFT_SNAPSHOT_INVALID: 'a .snap file is damaged',
  JOURNAL_INVALID: 'the journal file is damaged',
  JOURNAL_TRUNCATED: 'the journal file is shorter than its header says',
  RECORD_DUPLICATE: 'records that another file holds too were counted once',
  SECRET_WITHHELD: 'the file holds secrets; they were not stored',
} as const satisfies Readonly<Record<string, PhraseText>>;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** Damage as data: counted, stored and shown, never thrown and never swallowed. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly entry: EntryId | null;
  /** where, for people, when there is no entry: a path */
  readonly path: string;
  readonly line: number | null;
  readonly offset: number | null;
  readonly detail: string;
  /** how many times, when one row stands for many */
  readonly count: number;
}

/** Codes of what stands in the bundle and was not read for a reason of its own, though nothing is damaged: `coverage.skipped` names it. */
export const UNREAD_CODES: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>(['LINK_OUTSIDE', 'ENCRYPTED', 'ENTRY_TOO_LARGE']);

/** Codes that make `coverage.damaged` and exit status 4; the others are remarks. */
export const DAMAGE_CODES: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>([
  'ARCHIVE_TRUNCATED',
  'ARCHIVE_CORRUPT',
  'COMPRESSION_CORRUPT',
  'COMPRESSION_TRUNCATED',
  'ENTRY_UNREADABLE',
  'ENTRY_LIMIT',
  'NESTING_LIMIT',
  'EXPANSION_LIMIT',
  'DB_TRUNCATED',
  'DB_META_INVALID',
  'DB_PAGE_INVALID',
  'DB_CHECKSUM_MISMATCH',
  'WAL_CRC_MISMATCH',
  'WAL_RECORD_INVALID',
  'RAFT_SNAPSHOT_INVALID',
  'JOURNAL_INVALID',
  'JOURNAL_TRUNCATED',
]);
