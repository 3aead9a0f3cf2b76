import { createHash } from 'node:crypto';
import { constants, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import type { NoteStore } from '../../model/note.ts';
import type { CaseReader } from '../../model/ports.ts';
import { openNotes } from '../../store/notes.ts';
import { EXIT } from '../exit-codes.ts';
import { checkPaths } from '../no-such.ts';
import { isCase, openOrBuild } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { systemReason } from '../system-error.ts';
import { analyzeCommand } from './analyze.ts';
import { whoisLines } from './whois.ts';

/** Whether a screen can be drawn; a dumb terminal has lines alone. */
function hasScreen(): boolean {
  return process.stdout.isTTY && process.stdin.isTTY && process.env['TERM'] !== 'dumb';
}

interface OpenOptions extends BuildOptions {
  readonly theme?: 'dark' | 'light' | 'none' | 'colour-blind';
  readonly clipboard?: boolean;
  readonly mouse: boolean;
}

/** What `inquest <bundle>…` does: the terminal UI, or the text report where there is no terminal. */
export function addOpen(program: Command): void {
  withBuildOptions(program.command('open <bundle|case...>', { isDefault: true }))
    .description('ingest, then open the terminal UI; where standard output is no terminal, print the text report')
    .addOption(new Option('--theme <theme>', 'colours (the ones used last for a case file, else dark)').choices(['dark', 'light', 'none', 'colour-blind']))
    .option('--clipboard', 'let y set the clipboard of the terminal (OSC 52)')
    .option('--no-mouse', 'leave the mouse to the terminal')
    .action(async (paths: readonly string[], options: OpenOptions) => {
      checkPaths(
        paths,
        program.commands.map((one) => one.name()),
      );
      if (!hasScreen()) {
        process.exitCode = await analyzeCommand(paths, { ...options, format: 'text' });
        return;
      }
      const { runTui } = await import('../../tui/run-tui.tsx');
      const end = await runTui({
        open: (tell, signal) => openOrBuild(paths, options, tell, { signal }),
        title: paths.map((path) => basename(path)).join(', '),
        env: { noColor: process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '', columns: process.stdout.columns, rows: process.stdout.rows },
        whois: whoisLines,
        ...(isCase(paths) ? { session: sessionFile(resolve(paths[0] ?? '')) } : { save: saveCopy }),
        notes: (reader) => openNotes(reader.path),
        ...(options.theme === undefined ? {} : { theme: options.theme }),
        clipboard: options.clipboard ?? false,
        mouse: options.mouse,
        stdin: process.stdin,
        stdout: process.stdout,
        host: process,
      });
      if (end.kind === 'signal') process.kill(process.pid, end.signal);
      else process.exit(EXIT.done);
    });
}

/** Copies a temporary case, its notes included, and goes on with the notes of the copy. */
function saveCopy(reader: CaseReader, path: string): NoteStore {
  const target = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  try {
    copyFileSync(reader.path, target, constants.COPYFILE_EXCL);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    throw new UsageError(code === 'EEXIST' ? `${target} exists already; name another file` : `the case cannot be saved: ${systemReason(cause)}`);
  }
  return openNotes(target);
}

/** Where the screen of one case file was left, kept under XDG_STATE_HOME. Nothing depends on it, so nothing it meets is an error. */
function sessionFile(casePath: string): { load: () => unknown; save: (session: unknown) => void } {
  const folder = join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'inquest', 'sessions');
  const file = join(folder, `${createHash('sha256').update(casePath).digest('hex').slice(0, 32)}.json`);
  return {
    load() {
      try {
        const session: unknown = JSON.parse(readFileSync(file, 'utf8'));
        return session;
      } catch {
        return null;
      }
    },
    save(session) {
      try {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, JSON.stringify(session));
      } catch {
        // a read-only home is no reason to complain when one leaves
      }
    },
  };
}
