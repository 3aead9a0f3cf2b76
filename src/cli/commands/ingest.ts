import { removeOnSignal } from '../left-behind.ts';
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { formatBytes, printable } from '../../model/text.ts';
import { buildCase, removeCase } from '../../pipeline/build-case.ts';
import { openCase } from '../../store/case-reader.ts';
import { EXIT } from '../exit-codes.ts';
import { caseRequest, isCase } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';
import { progressLine } from '../progress-line.ts';

export function addIngest(program: Command): void {
  withBuildOptions(program.command('ingest <bundle...>'))
    .description('build the case (one SQLite file) and stop')
    .requiredOption('-o, --output <file.inquest>', 'the case file to write; must not exist')
    .action(async (paths: readonly string[], options: BuildOptions & { readonly output: string }) => {
      if (isCase(paths)) throw new UsageError('ingest takes bundles; this is a case already', { subject: paths[0] ?? null });
      if (existsSync(options.output)) throw new UsageError('the output exists already; remove it or name another', { subject: options.output });
      const line = progressLine();
      const kept = removeOnSignal(() => removeCase(options.output), { resend: true });
      await buildCase(caseRequest(paths, options.output, options), line.tell).finally(line.clear);
      kept();
      const reader = openCase(options.output);
      try {
        const { entries, bytes, lines, events, continuations, unparsed, skipped, damaged } = reader.coverage();
        writeAll(
          [
            `${printable(options.output)}: ${entries} entries, ${formatBytes(bytes)}\n`,
            `${lines} log lines: ${events} events, ${continuations} continuations, ${unparsed} unparsed\n`,
            `${reader.findings().length} findings; ${skipped.length} entries not read, ${damaged.length} damaged\n`,
          ],
          undefined,
        );
        process.exitCode = damaged.length > 0 ? EXIT.damaged : EXIT.done;
      } finally {
        reader.close();
      }
    });
}
