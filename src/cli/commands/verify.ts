import type { Command } from 'commander';
import { printable } from '../../model/text.ts';
import { verify } from '../../pipeline/verify.ts';
import { openCase } from '../../store/case-reader.ts';
import { EXIT } from '../exit-codes.ts';
import { limitsOf, withLimits } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';

export function addVerify(program: Command): void {
  withLimits(program.command('verify <case> <bundle...>'))
    .description('check every cited line and hash of a case against the bundles again')
    .action(async (path: string, bundles: readonly string[], options: Pick<BuildOptions, `limit${string}`>) => {
      const reader = openCase(path);
      try {
        const { entries, citations, differences, missing } = await verify(reader, bundles, limitsOf(options));
        writeAll(
          [...differences, ...missing.map((name) => `${name}: in the case, in none of the bundles`)].map((line) => `${printable(line)}\n`),
          undefined,
        );
        writeAll([`${entries} entries and ${citations} cited lines checked: ${differences.length} differ, ${missing.length} missing\n`], undefined);
        process.exitCode = differences.length + missing.length > 0 ? EXIT.findingReached : EXIT.done;
      } finally {
        reader.close();
      }
    });
}
