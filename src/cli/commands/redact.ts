import { existsSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { archiveStem } from '../../bundle/entry-path.ts';
import { UsageError } from '../../model/errors.ts';
import { printable } from '../../model/text.ts';
import { redact } from '../../pipeline/redact.ts';
import { EXIT } from '../exit-codes.ts';
import { isCase, openOrBuild } from '../open-case.ts';
import { limitsOf, withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';
import { progressLine } from '../progress-line.ts';

export function addRedact(program: Command): void {
  withBuildOptions(program.command('redact <bundle|case>'))
    .description('the same bundle with pseudonyms for names and addresses, and without secrets')
    .requiredOption('-o, --output <file.tar.gz>', 'the archive to write; must not exist')
    .option('--map <file>', 'where to write which pseudonym stands for what (OUT.map.json); must not exist')
    .action(async (path: string, options: BuildOptions & { readonly output: string; readonly map?: string }) => {
      const map = options.map ?? `${options.output}.map.json`;
      if (resolve(map) === resolve(options.output)) throw new UsageError('the map and the archive cannot be one file', { subject: map });
      for (const file of [options.output, map]) checkOutput(file, path);
      const line = progressLine();
      const reader = await openOrBuild([path], options, line.tell).finally(line.clear);
      try {
        const bundle = isCase([path]) ? null : path;
        const topFolder = archiveStem(basename(resolve(bundle ?? reader.bundles()[0]?.path ?? 'bundle')));
        const { files, leftOut, replaced, lost } = await redact({ reader, bundle, topFolder, output: options.output, map, limits: limitsOf(options) });
        writeAll([`${printable(options.output)}: ${files} files rewritten; the map is ${printable(map)}: keep it to yourself\n`], undefined);
        const told = (list: readonly unknown[], rest: string): void => {
          if (list.length > 0)
            process.stderr.write(`inquest: ${list.length} ${list.length === 1 ? 'file' : 'files'} ${rest}, as REDACTED.txt in the archive lists\n`);
        };
        told(replaced, `replaced by what was read from ${replaced.length === 1 ? 'it' : 'them'}`);
        told(leftOut, 'left out');
        if (lost.length > 0) process.stderr.write(`inquest: findings that rest on what was left out may not be found again: ${lost.join(', ')}\n`);
        process.exitCode = reader.coverage().damaged.length > 0 ? EXIT.damaged : EXIT.done;
      } finally {
        reader.close();
      }
    });
}

/** Said before the long work begins: nothing is overwritten, and nothing is written into the input. */
function checkOutput(file: string, input: string): void {
  if (existsSync(file)) throw new UsageError('the output exists already; remove it or name another', { subject: file });
  if (!existsSync(dirname(resolve(file)))) throw new UsageError('the folder of the output does not exist', { subject: file });
  const inside = relative(resolve(input), resolve(file));
  if (existsSync(input) && statSync(input).isDirectory() && !inside.startsWith('..'))
    throw new UsageError('the output would lie within the input; name a place outside', { subject: file });
}
