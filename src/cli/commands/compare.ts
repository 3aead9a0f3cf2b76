import type { Command } from 'commander';
import { compareCases } from '../../report/compare.ts';
import { openOrBuild } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';

export function addCompare(program: Command): void {
  withBuildOptions(program.command('compare <case|bundle> <case|bundle>'))
    .description('two cases side by side: before and after, or two sites')
    .action(async (first: string, second: string, options: BuildOptions) => {
      const a = await openOrBuild([first], options);
      const b = await openOrBuild([second], options);
      try {
        writeAll([compareCases(a, b, { lang: options.lang ?? a.lang, width: process.stdout.isTTY ? process.stdout.columns : 120 })], undefined);
      } finally {
        a.close();
        b.close();
      }
    });
}
