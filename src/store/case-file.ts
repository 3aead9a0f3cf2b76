import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { APPLICATION_ID, SCHEMA_VERSION } from './schema.ts';
import { UsageError } from '../model/errors.ts';

/** What the first 100 bytes say. Upstream: sqlite.org/fileformat2.html, "The Database Header". */
interface Header {
  readonly bytes: number;
  readonly pageSize: number;
  readonly pages: number;
  readonly schemaVersion: number;
}

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

/** True when the file begins as an inquest case does, finished or not; false also when it cannot be read. */
export function isCaseFile(path: string): boolean {
  try {
    return readHeader(path) !== null;
  } catch {
    return false;
  }
}

/** Throws UsageError (3) when the file cannot be a case this version reads. */
export function checkCaseFile(path: string): void {
  let header: Header | null;
  try {
    header = readHeader(path);
  } catch (cause) {
    throw new UsageError(`the case cannot be read: ${reason(cause)}`, { exitCode: 3, subject: path });
  }
  if (header === null) throw new UsageError('not an inquest case; make one with `inquest ingest BUNDLE -o FILE.inquest`', { exitCode: 3, subject: path });
  if (header.schemaVersion !== SCHEMA_VERSION) {
    throw new UsageError(
      `the case was written by another version of inquest (case schema ${header.schemaVersion}, this one reads ${SCHEMA_VERSION}); ingest the bundle again`,
      { exitCode: 3, subject: path },
    );
  }
  if (header.bytes < header.pages * header.pageSize) throw cutOff(path);
}

/** For a case whose building or copying did not come to its end. */
export function cutOff(path: string): UsageError {
  return new UsageError('the case was cut off while it was built or copied; ingest the bundle again', { exitCode: 3, subject: path });
}

/** null when the file is no case at all; throws what the operating system says */
function readHeader(path: string): Header | null {
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return null;
    const head = Buffer.alloc(HEADER_BYTES);
    if (readSync(file, head, 0, HEADER_BYTES, 0) < HEADER_BYTES) return null;
    if (head.toString('latin1', 0, 16) !== MAGIC || head.readUInt32BE(68) !== APPLICATION_ID) return null;
    const size = head.readUInt16BE(16);
    return { bytes: stat.size, pageSize: size === 1 ? 65_536 : size, pages: head.readUInt32BE(28), schemaVersion: head.readUInt32BE(60) };
  } finally {
    closeSync(file);
  }
}

function reason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return cause instanceof Error ? cause.message : String(cause);
}
