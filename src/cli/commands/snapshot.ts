import { existsSync, statSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { formatBytes, printable } from '../../model/text.ts';
import type { Salvage } from '../../parsers/etcd-db/salvage.ts';
import { isDatabase, readDiff, readHashKv, readHistory, readKeys, readLeases, readSnapshotStatus, readSpace } from '../../parsers/etcd-db/commands.ts';
import type { DbHealth } from '../../parsers/etcd-db/commands.ts';
import type { RandomAccess } from '../../parsers/contract.ts';
import { checkTrailerApart } from '../../pipeline/checksum-apart.ts';
import { openFile } from '../../pipeline/random-access.ts';
import { safeJson } from '../../report/json.ts';
import { renderTable } from '../../report/table.ts';
import { EXIT } from '../exit-codes.ts';
import { writeAll } from '../output.ts';

/** Files from this size on are hashed in a thread of their own. */
const APART_BYTES = 32 << 20;

interface FormatOption {
  readonly format: 'text' | 'json';
}

const format = (): Option => new Option('--format <format>', 'form of the output').choices(['text', 'json']).default('text');

function revision(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('it takes a revision: a whole number, 0 for the current one');
  return value;
}

/** Opens a database for reading; says in one line what is wrong when it is none. */
export function openDatabaseFile(path: string): RandomAccess & { close(): void } {
  if (!existsSync(path)) throw new UsageError('there is no such file', { exitCode: EXIT.unreadable, subject: path });
  const info = statSync(path);
  if (!info.isFile()) throw new UsageError('this is not a file', { exitCode: EXIT.unreadable, subject: path });
  if (info.size === 0) throw new UsageError('the file is empty', { exitCode: EXIT.unreadable, subject: path });
  return openFile(path);
}

function withFile<Result>(path: string, read: (file: RandomAccess) => Result): Result {
  const file = openDatabaseFile(path);
  try {
    if (!isDatabase(file)) throw new UsageError('this is no etcd database: neither of its meta pages is one', { exitCode: EXIT.unreadable, subject: path });
    return read(file);
  } finally {
    file.close();
  }
}

/** Damage goes to standard error, and to the exit status. */
function tellHealth(path: string, { problems, problemCount }: DbHealth): void {
  for (const problem of problems.slice(0, 20)) process.stderr.write(`inquest: ${printable(problem.detail)} (${printable(path)})\n`);
  if (problemCount > 20) process.stderr.write(`inquest: and ${problemCount - 20} more (${printable(path)})\n`);
  if (problemCount > 0) process.exitCode = EXIT.damaged;
}

/** What leaf pages of a database without a tree told; may be of earlier states. */
function salvageRow({ leaves, revision: seen, contents }: Salvage) {
  const { members, consistentIndex, raftTerm } = contents;
  return { leaves, revision: seen, consistentIndex, raftTerm, members: members.map(({ id, name }) => (name === null ? id : `${id} ${name}`)) };
}

const json = (value: unknown): string => `${safeJson(value)}\n`;
const width = (): number => (process.stdout.isTTY ? process.stdout.columns : 200);

function rows(columns: readonly string[], data: readonly (readonly unknown[])[], options: FormatOption): void {
  writeAll(renderTable(columns, data, options.format === 'json' ? 'json' : 'table', width()), undefined);
}

export function addSnapshot(program: Command): void {
  const snapshot = program.command('snapshot').description('read an etcd snapshot or a member’s db file natively');
  snapshot
    .command('status <file>')
    .description('hash, revision, keys and size as etcdutl prints them, and whether the SHA-256 at the end holds')
    .addOption(format())
    .action(async (path: string, options: FormatOption) => {
      // walking the pages and hashing the file each need one pass: both at once
      const check = withFile(path, (file) => file.size) > APART_BYTES ? checkTrailerApart(path) : null;
      const status = withFile(path, (file) => readSnapshotStatus(file, 'auto', check === null ? 'check' : 'skip'));
      const { hash, revision: rev, totalKey, totalSize, version, salvaged } = status;
      const { sha256 } = check === null ? status : await check;
      if (options.format === 'json')
        writeAll(
          [json({ hash, revision: rev, totalKey, totalSize, version, sha256, ...(salvaged === null ? {} : { salvaged: salvageRow(salvaged) }) })],
          undefined,
        );
      else
        rows(
          ['hash', 'revision', 'total keys', 'total size', 'version', 'sha256'],
          [[hash.toString(16), rev, totalKey, formatBytes(totalSize), version, sha256]],
          options,
        );
      tellHealth(path, status);
      if (salvaged !== null) {
        const { leaves, revision: seen, members } = salvageRow(salvaged);
        const who = members.length === 0 ? 'no members' : `members ${members.join(', ')}`;
        process.stderr.write(`inquest: salvaged from ${leaves} leaf pages: revision ${seen ?? 'unknown'} at least, ${printable(who)} (${printable(path)})\n`);
      }
      if (sha256 === 'mismatch') process.exitCode = EXIT.damaged;
    });
  snapshot
    .command('hashkv <file>')
    .description('the hash of the key space at a revision, as etcd computes it')
    .option('--rev <revision>', 'revision; 0 = the current one', revision, 0)
    .addOption(format())
    .action((path: string, options: FormatOption & { readonly rev: number }) => {
      const report = withFile(path, (file) => readHashKv(file, options.rev));
      if (!report.ok)
        throw new UsageError(
          `revision ${options.rev} ${report.reason === 'compacted' ? 'was compacted away' : 'is in the future'}; the database holds ${report.compact} to ${report.current}`,
          { subject: path },
        );
      const row = { hash: report.hash, hash_revision: report.revision, compact_revision: report.compactRevision };
      if (options.format === 'json') writeAll([json(row)], undefined);
      else rows(Object.keys(row), [Object.values(row)], options);
      tellHealth(path, report);
    });
  snapshot
    .command('keys <file>')
    .description('the live keys; values are never shown')
    .option('--prefix <prefix>', 'only keys that begin so', '')
    .addOption(format())
    .action((path: string, options: FormatOption & { readonly prefix: string }) => {
      const report = withFile(path, (file) => readKeys(file, options.prefix));
      rows(
        ['key', 'create revision', 'mod revision', 'version', 'value bytes', 'lease', 'kind'],
        report.rows.map((r) => [r.key, r.createRevision, r.modRevision, r.version, r.valueBytes, r.lease, r.kind]),
        options,
      );
      tellHealth(path, report);
    });
  snapshot
    .command('history <key> <file>')
    .description('the revisions of one key that the database still holds')
    .addOption(format())
    .action((key: string, path: string, options: FormatOption) => {
      const report = withFile(path, (file) => readHistory(file, key));
      rows(
        ['mod revision', 'version', 'value bytes', 'deleted', 'kind'],
        report.rows.map((r) => [r.modRevision, r.version, r.valueBytes, r.deleted, r.kind]),
        options,
      );
      tellHealth(path, report);
    });
  snapshot
    .command('leases <file>')
    .description('etcd leases and how many keys hang on each')
    .addOption(format())
    .action((path: string, options: FormatOption) => {
      const report = withFile(path, (file) => readLeases(file));
      const [first] = report.rows;
      rows(
        Object.keys(first ?? { id: '', ttl: '', keys: '' }),
        report.rows.map((row): readonly unknown[] => Object.values(row)),
        options,
      );
      tellHealth(path, report);
    });
  snapshot
    .command('space <file>')
    .description('where the bytes are: by bucket, Kubernetes resource and prefix, and what could be reclaimed')
    .addOption(format())
    .action((path: string, options: FormatOption) => {
      const report = withFile(path, (file) => readSpace(file));
      if (options.format === 'json') writeAll([json(report)], undefined);
      else {
        writeAll([`${formatBytes(report.totalBytes)} in all, ${formatBytes(report.freeBytes)} of it free and reclaimable by defragmentation\n`], undefined);
        rows(
          ['by', 'name', 'keys', 'revisions', 'bytes', 'dead bytes'],
          report.rows.map((u) => [u.by, u.name, u.keys, u.revisions, u.bytes, u.deadBytes]),
          options,
        );
      }
      tellHealth(path, report);
    });
  snapshot
    .command('diff <a> <b>')
    .description('the first revision at which two members’ databases part, and the keys that differ')
    .addOption(format())
    .action((a: string, b: string, options: FormatOption) => {
      const report = withFile(a, (first) => withFile(b, (second) => readDiff(first, second)));
      if (options.format === 'json') writeAll([json(report)], undefined);
      else {
        writeAll(
          [
            `${report.firstDifferentRevision === null ? `no difference up to revision ${report.comparedTo}` : `the databases part at revision ${report.firstDifferentRevision}`}\n`,
          ],
          undefined,
        );
        rows(
          ['key', 'revision in A', 'bytes in A', 'revision in B', 'bytes in B'],
          report.keys.map((k) => [k.key, k.a?.modRevision ?? null, k.a?.valueBytes ?? null, k.b?.modRevision ?? null, k.b?.valueBytes ?? null]),
          options,
        );
      }
      tellHealth(a, report.problemsA);
      tellHealth(b, report.problemsB);
    });
}
