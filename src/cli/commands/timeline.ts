import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import type { EpochMicros } from '../../model/time.ts';
import { exportTimeline } from '../../report/timeline-export.ts';
import { openOrBuild } from '../open-case.ts';
import { collect, parseTime, withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';

/** Names told where none fits. */
const MOST_NAMED = 20;

const FORMATS = ['text', 'jsonl', 'csv', 'timesketch'] as const;

interface TimelineOptions extends BuildOptions {
  readonly from?: EpochMicros;
  readonly to?: EpochMicros;
  readonly node?: readonly string[];
  readonly component?: readonly string[];
  readonly grep?: string;
  readonly raw?: boolean;
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
}

export function addTimeline(program: Command): void {
  withBuildOptions(program.command('timeline <bundle|case...>'))
    .description('every event of every source in one order, clocks corrected')
    .option('--from <time>', 'from this moment (corrected) on', parseTime)
    .option('--to <time>', 'before this moment (corrected)', parseTime)
    .option('--node <node>', 'only this node; may be repeated', collect)
    .option('--component <component>', 'only this component; may be repeated', collect)
    .option('--grep <regex>', 'only lines that match')
    .option('--raw', 'times as written, not corrected')
    .addOption(new Option('--format <format>', 'form of the rows').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'write there instead of to standard output')
    .action(async (paths: readonly string[], options: TimelineOptions) => {
      const grep = options.grep === undefined ? {} : { grep: parsePattern(options.grep) };
      if (options.from !== undefined && options.to !== undefined && options.to <= options.from) throw new UsageError('--to takes a time after that of --from');
      const reader = await openOrBuild(paths, options);
      try {
        const sources = reader.sources();
        checkNames('node', options.node, [...reader.history().nodes, ...sources.flatMap(({ node }) => node ?? [])]);
        checkNames(
          'component',
          options.component,
          sources.map(({ component }) => component),
        );
        const rows = reader.timeline({
          ...(options.from === undefined ? {} : { from: options.from }),
          ...(options.to === undefined ? {} : { to: options.to }),
          ...(options.node === undefined ? {} : { nodes: options.node }),
          ...(options.component === undefined ? {} : { components: options.component }),
          ...(options.raw === undefined ? {} : { raw: options.raw }),
          ...grep,
        });
        writeAll(exportTimeline(rows, options.format), options.output);
      } finally {
        reader.close();
      }
    });
}

/** A name that is nobody's would give an empty timeline, which looks like silence. */
function checkNames(what: string, asked: readonly string[] | undefined, known: readonly string[]): void {
  const names = [...new Set(known)].sort();
  const stranger = asked?.find((name) => !names.includes(name));
  if (stranger === undefined) return;
  const there =
    names.length === 0 ? `the case names no ${what}` : `the case has ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ' …' : ''}`;
  throw new UsageError(`there is no such ${what}; ${there}`, { subject: stranger });
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'i');
  } catch (error) {
    throw new UsageError(`--grep takes a regular expression: ${error instanceof Error ? error.message : String(error)}`, { subject: text });
  }
}
