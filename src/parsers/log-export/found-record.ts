import type { LogRecord } from '../log/record-fields.ts';

/** A record and where it stands in the file. */
export interface FoundRecord {
  readonly record: LogRecord;
  readonly offset: number;
  readonly length: number;
}
