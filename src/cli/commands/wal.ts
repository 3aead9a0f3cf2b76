import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { printable } from '../../model/text.ts';
import { dumpWal, inSequence, walTerms } from '../../parsers/etcd-wal/commands.ts';
import type { WalFile } from '../../parsers/etcd-wal/commands.ts';
import { openFile } from '../../pipeline/random-access.ts';
import { renderTable } from '../../report/table.ts';
import { EXIT } from '../exit-codes.ts';
import { writeAll } from '../output.ts';

/** Damage told one by one. */
const MAX_TOLD = 20;

interface WalOptions {
  readonly format: 'table' | 'json' | 'csv';
}

const format = (): Option => new Option('--format <format>', 'form of the rows').choices(['table', 'json', 'csv']).default('table');
const width = (): number => (process.stdout.isTTY ? process.stdout.columns : 200);

function holdsRecord(files: readonly WalFile[]): boolean {
  for (const row of dumpWal(files)) if (row.damage === null) return true;
  return false;
}

/** The segments of a WAL directory (or of a member or data directory above it), or one file. */
function withSegments(path: string, read: (files: readonly WalFile[]) => void): void {
  if (!existsSync(path)) throw new UsageError('there is no such file or directory', { exitCode: EXIT.unreadable, subject: path });
  const folder = [path, join(path, 'wal'), join(path, 'member', 'wal')].find(
    (at) => existsSync(at) && statSync(at).isDirectory() && readdirSync(at).some((name) => name.endsWith('.wal')),
  );
  const paths = statSync(path).isFile()
    ? [path]
    : folder === undefined
      ? []
      : readdirSync(folder)
          .filter((name) => name.endsWith('.wal'))
          .map((name) => join(folder, name));
  if (paths.length === 0) throw new UsageError('no .wal file there', { exitCode: EXIT.unreadable, subject: path });
  const open = paths.map((at) => ({ name: basename(at), file: openFile(at) }));
  try {
    const files = inSequence(open);
    if (!holdsRecord(files)) throw new UsageError('this is no etcd write-ahead log: no record in it can be read', { exitCode: EXIT.unreadable, subject: path });
    read(files);
  } finally {
    for (const { file } of open) file.close();
  }
}

export function addWal(program: Command): void {
  const wal = program.command('wal').description('read an etcd write-ahead log natively');
  wal
    .command('dump <dir|file>')
    .description('every record; values are never shown')
    .addOption(format())
    .action((path: string, options: WalOptions) =>
      withSegments(path, (files) => {
        let damaged = false;
        const rows = function* () {
          for (const row of dumpWal(files)) {
            damaged ||= row.damage !== null;
            yield [row.file, row.offset, row.type, row.raftTerm, row.raftIndex, row.sound, row.text];
          }
        };
        writeAll(renderTable(['file', 'offset', 'type', 'term', 'index', 'sound', 'what'], rows(), options.format, width()), undefined);
        if (damaged) process.exitCode = EXIT.damaged;
      }),
    );
  wal
    .command('terms <dir|file>')
    .description('raft terms: where each began, votes and commit')
    .addOption(format())
    .action((path: string, options: WalOptions) =>
      withSegments(path, (files) => {
        let told = 0;
        const rows = walTerms(files, (what) => {
          told += 1;
          if (told <= MAX_TOLD) process.stderr.write(`inquest: ${printable(what)} (${printable(path)})\n`);
          process.exitCode = EXIT.damaged;
        }).map((t) => [t.raftTerm, t.firstIndex, t.lastIndex, t.entries, t.vote, t.commitIndex, t.file, t.offset]);
        writeAll(
          renderTable(['term', 'first index', 'last index', 'entries', 'voted for', 'commit', 'file', 'offset'], rows, options.format, width()),
          undefined,
        );
      }),
    );
}
