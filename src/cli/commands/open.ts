import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { narrate } from '../../rules/narrate.ts';
import { EXIT } from '../exit-codes.ts';
import { openOrBuild } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { analyzeCommand } from './analyze.ts';
import { whoisLines } from './whois.ts';

interface OpenOptions extends BuildOptions {
  readonly theme: 'dark' | 'light' | 'none' | 'colour-blind';
  readonly clipboard?: boolean;
}

/** What `inquest <bundle>…` does: the terminal UI, or the text report where there is no terminal. */
export function addOpen(program: Command): void {
  withBuildOptions(program.command('open <bundle|case...>', { isDefault: true }))
    .description('ingest, then open the terminal UI; where standard output is no terminal, print the text report')
    .addOption(new Option('--theme <theme>', 'colours').choices(['dark', 'light', 'none', 'colour-blind']).default('dark'))
    .option('--clipboard', 'let y set the clipboard of the terminal (OSC 52)')
    .action(async (paths: readonly string[], options: OpenOptions) => {
      if (!process.stdout.isTTY || !process.stdin.isTTY) {
        process.exitCode = await analyzeCommand(paths, { ...options, format: 'text' });
        return;
      }
      const missing = paths.find((path) => !existsSync(path));
      if (missing !== undefined) throw new UsageError('there is no such file or directory', { exitCode: 3, subject: missing });
      // React reads this while it loads; its development build is several times slower
      process.env['NODE_ENV'] ??= 'production';
      const { runTui } = await import('../../tui/run-tui.tsx');
      const end = await runTui({
        open: (tell, signal) => openOrBuild(paths, options, tell, { signal }),
        title: paths.map((path) => basename(path)).join(', '),
        env: { noColor: process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '', columns: process.stdout.columns, rows: process.stdout.rows },
        narrate: (reader) => narrate(reader.findings(), reader.history(), options.lang),
        whois: whoisLines,
        theme: options.theme,
        clipboard: options.clipboard ?? false,
        stdin: process.stdin,
        stdout: process.stdout,
        host: process,
      });
      if (end.kind === 'signal') process.kill(process.pid, end.signal);
      else process.exit(EXIT.done);
    });
}
