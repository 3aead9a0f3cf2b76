import type { BackupFailure } from '../../../model/facts/backup.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { parseRfc3339 } from '../../../model/time.ts';
import { scalarAt, stringAt } from '../../json/json-access.ts';
import { humanBytes } from '../numbers.ts';
import { causeOf, withCause } from './client-log.ts';
import type { ClientLog } from './client-log.ts';
import { snapshotPathOf, verbOf } from './commands.ts';
import { nowOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { errorOf } from './text-lines.ts';

type Mode = 'save' | 'status' | 'restore';

/** Follows `snapshot save`, `status` and `restore` through a job's output: one attempt at a time. */
export interface BackupReading {
  mode: Mode | null;
  path: string | null;
  size: number | null;
  /** this attempt already ended in a fact */
  settled: boolean;
  /** why the last client call failed */
  cause: string | null;
}

export function newBackupReading(): BackupReading {
  return { mode: null, path: null, size: null, settled: false, cause: null };
}

function begin(backup: BackupReading, mode: Mode, path: string | null): void {
  backup.mode = mode;
  backup.path = path;
  backup.size = null;
  backup.settled = false;
  backup.cause = null;
}

/** A prompt or trace that runs a snapshot command begins an attempt. */
export function backupCommand(backup: BackupReading, command: string): void {
  const verb = verbOf(command);
  const mode = verb === 'snapshot save' ? 'save' : verb === 'snapshot status' ? 'status' : verb === 'snapshot restore' ? 'restore' : null;
  begin(backup, mode ?? 'save', snapshotPathOf(command));
  backup.mode = mode;
}

/** Log lines of `client/v3/snapshot` and `etcdutl/snapshot` (3.4: `clientv3/snapshot`). */
export function backupLog(reading: Reading, backup: BackupReading, log: ClientLog, line: number): void {
  const path = stringAt(log.fields, 'path');
  const when = nowOf(reading);
  if (log.error !== null) backup.cause = causeOf(log.error);
  switch (log.message) {
    case 'created temporary db file':
      begin(backup, 'save', path?.replace(/\.part$/, '') ?? null);
      reading.kinds.add('backup');
      break;
    case 'opened snapshot stream; downloading':
    case 'completed snapshot read; closing':
    case 'fetching snapshot':
      if (backup.mode !== 'save') begin(backup, 'save', null);
      reading.kinds.add('backup');
      break;
    case 'fetched snapshot':
      backup.size = humanBytes(scalarAt(log.fields, 'size') ?? '');
      break;
    case 'saved':
      if (path !== null) saved(reading, backup, path, line);
      break;
    case 'restoring snapshot':
      begin(backup, 'restore', path);
      reading.kinds.add('backup');
      reading.drafts.push((emitter) => emitter.fact('restore.started', { path }, line, when));
      break;
    case 'restored snapshot':
      reading.kinds.add('backup');
      backup.settled = true;
      reading.drafts.push((emitter) => emitter.fact('restore.finished', { path }, line, when));
      break;
    default:
  }
}

function saved(reading: Reading, backup: BackupReading, path: string, line: number): void {
  reading.kinds.add('backup');
  if (backup.mode === 'save' && backup.settled && backup.path === path) return;
  const sizeBytes = backup.size;
  const when = nowOf(reading);
  backup.mode = 'save';
  backup.path = path;
  backup.settled = true;
  reading.drafts.push((emitter) => emitter.fact('backup.saved', { path, sizeBytes }, line, when));
}

// the words of etcdutl snapshot restore and status about a file that is no good
const DAMAGED =
  /expected sha256 \[|snapshot missing hash|invalid database|snapshot file integrity check failed|file size too small|version mismatch|checksum error|meta0? page|unexpected type\/flags/;
const RESTORE = /expected sha256 \[|snapshot missing hash|data-dir "|wal-dir "|in the initial cluster configuration|--initial-cluster has/;
const SAVE =
  /could not open .*\.part\b|\.part: |sha256 checksum not found|could not (?:write|rename|fsync|sync)|snapshot must be requested to one selected node/;
const PANIC = /^(?:panic: |fatal error: (?:fault|unexpected signal)|unexpected fault address |SIGBUS)/;

/** Plain lines: results, errors, panics and a script's own words. True when the line is settled here. */
export function backupLine(reading: Reading, backup: BackupReading, text: string, line: number): boolean {
  const path = /^Snapshot saved at (.+?)\s*$/.exec(text)?.[1];
  if (path !== undefined) {
    saved(reading, backup, path, line);
    return true;
  }
  const deprecated = /^Deprecated: Use `etcdutl snapshot (status|restore)` instead/.exec(text)?.[1];
  if (deprecated !== undefined) {
    const keep = backup.mode === deprecated ? backup.path : null;
    begin(backup, deprecated === 'status' ? 'status' : 'restore', keep ?? snapshotPathOf(reading.command));
    return true;
  }
  if (/^Server version \d/.test(text) && backup.mode === 'save') return true;
  if (PANIC.test(text)) return panic(reading, backup, text, line);
  const error = errorOf(text);
  if (error !== null) return failure(reading, backup, error, line);
  return ownWords(reading, backup, text, line);
}

function panic(reading: Reading, backup: BackupReading, text: string, line: number): boolean {
  const about = backup.mode === 'status' || backup.mode === 'restore' || /assertion failed|unexpected type|fault|page \d+/.test(text);
  if (!about) return false;
  reading.kinds.add('backup');
  if (!backup.settled) damaged(reading, backup, text.trim(), line);
  backup.settled = true;
  return true;
}

function damaged(reading: Reading, backup: BackupReading, reason: string, line: number): void {
  const { path } = backup;
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('backup.damaged', { path, reason }, line, when));
}

function failure(reading: Reading, backup: BackupReading, error: string, line: number): boolean {
  const mode: Mode | null = RESTORE.test(error) ? 'restore' : SAVE.test(error) ? 'save' : backup.settled ? null : backup.mode;
  const bad = DAMAGED.test(error);
  if (mode === null && !bad) return false;
  // after an attempt that ended, an error belongs to another one: what it names itself counts, not what the last one wrote to
  const named = /(?:open|write|could not open) (\S+?)(?:\.part)?:? /.exec(`${error} `)?.[1] ?? null;
  const path = backup.settled ? named : (backup.path ?? named);
  if (backup.settled) begin(backup, mode ?? 'status', path);
  backup.path = path;
  reading.kinds.add('backup');
  const when = nowOf(reading);
  const full = withCause(error, backup.cause);
  if (bad) damaged(reading, backup, error, line);
  if (mode === 'restore') reading.drafts.push((emitter) => emitter.fact('restore.failed', { error: full, path }, line, when));
  if (mode === 'save') {
    const cause = backupCause(full);
    reading.drafts.push((emitter) => emitter.fact('backup.failed', { error: full, cause, path }, line, when));
  }
  if (mode === 'status' && !bad) reading.drafts.push((emitter) => emitter.fact('etcdctl.failed', { command: 'snapshot status', error: full }, line, when));
  backup.settled = true;
  backup.cause = null;
  reading.lastCause = null;
  return true;
}

/** What keeps a backup from being made, from its error text. */
export function backupCause(error: string): BackupFailure {
  if (/no space left on device|disk quota exceeded/i.test(error)) return 'no-space';
  if (/read-only file system/i.test(error)) return 'read-only';
  if (/etcdserver: (?:permission denied|authentication|invalid auth|user name)|code = (?:Unauthenticated|PermissionDenied)/.test(error)) return 'auth';
  if (/permission denied|operation not permitted|access ?denied/i.test(error)) return 'permission';
  if (/x509:|tls:|handshake failed/.test(error)) return 'tls';
  if (/connection refused|no route to host|network is unreachable|no such host|i\/o timeout|connection reset/.test(error)) return 'unreachable';
  if (/checksum not found|unexpected EOF|context canceled|signal: |interrupt|transport is closing|error reading from server/.test(error)) return 'interrupted';
  if (/deadline exceeded|timed? ?out/i.test(error)) return 'timeout';
  return 'other';
}

/** A script's own sentences: they begin attempts, and say that one failed when etcdctl itself left no error. */
function ownWords(reading: Reading, backup: BackupReading, text: string, line: number): boolean {
  if (!/\b(?:snapshot|backup)\b/i.test(text) || text.length > 400 || text.startsWith('{') || text.startsWith('|')) return false;
  // another program's log line, which its own reader knows
  if (/^(?:time=|level=|[IWEF]\d{4} )/.test(text)) return false;
  if (/\b(?:start(?:ing|ed)?|begin(?:ning)?|running|taking)\b/i.test(text) && !/\bfail/i.test(text)) {
    begin(backup, 'save', null);
    return true;
  }
  if (!/\b(?:fail(?:ed|ure)?|unsuccessful|exit (?:code|status) [1-9])\b/i.test(text) || /\b(?:no|0) failures?\b/i.test(text)) return false;
  if (backup.settled || backup.mode !== 'save') return reading.kinds.has('backup');
  const error = text.trim();
  const when = nowOf(reading);
  const { path } = backup;
  reading.drafts.push((emitter) => emitter.fact('backup.failed', { error, cause: backupCause(error), path }, line, when));
  reading.kinds.add('backup');
  backup.settled = true;
  return true;
}

const STAMP = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)(?:\s?(Z|UTC|[+-]\d\d:?\d\d))?\]?/;

/** The time a script wrote at the start of a line; where it says no zone, `zone` is taken (null = UTC, and `zoned` false). */
export function stampOf(text: string, zone: string | null): { readonly at: EpochMicros; readonly zoned: boolean } | null {
  const m = STAMP.exec(text);
  if (m === null) return null;
  const own = m[2] === 'UTC' ? 'Z' : (m[2] ?? zone ?? '');
  const at = parseRfc3339(`${m[1] ?? ''}${own}`);
  return at === null ? null : { at, zoned: own !== '' };
}
