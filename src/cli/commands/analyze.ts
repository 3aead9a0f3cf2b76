import { createHash } from 'node:crypto';
import { Option } from 'commander';
import type { Command } from 'commander';
import { SEVERITIES } from '../../model/finding.ts';
import type { CaseReader } from '../../model/ports.ts';
import { renderHtml } from '../../report/html/render.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown.ts';
import { buildReport } from '../../report/model.ts';
import { renderSarif } from '../../report/sarif.ts';
import { renderText } from '../../report/text.ts';
import { readNotes } from '../../store/notes.ts';
import { EXIT } from '../exit-codes.ts';
import { openOrBuild } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';
import { version } from '../version.ts';

const FORMATS = ['text', 'json', 'markdown', 'html', 'sarif'] as const;
type Format = (typeof FORMATS)[number];

export interface AnalyzeOptions extends BuildOptions {
  readonly format: Format;
  readonly output?: string;
  readonly failOn?: string;
}

export function addAnalyze(program: Command): void {
  withBuildOptions(program.command('analyze <bundle|case...>'))
    .description('the whole analysis as a report, never interactive')
    .addOption(new Option('--format <format>', 'form of the report').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'write the report there instead of to standard output')
    .addOption(new Option('--fail-on <severity>', 'exit with 1 when a finding reaches this severity').choices([...SEVERITIES]))
    .action(async (paths: readonly string[], options: AnalyzeOptions) => {
      process.exitCode = await analyzeCommand(paths, options);
    });
}

/** Returns the exit status. */
export async function analyzeCommand(paths: readonly string[], options: AnalyzeOptions): Promise<number> {
  const reader = await openOrBuild(paths, options);
  try {
    writeAll([rendered(reader, options)], options.output);
    return statusOf(reader, options.failOn);
  } finally {
    reader.close();
  }
}

function rendered(reader: CaseReader, { format, lang = reader.lang, output }: AnalyzeOptions): string {
  const notes = readNotes(reader.path);
  const report = buildReport(reader, { version, lang, notes });
  switch (format) {
    case 'json':
      return renderJson(report);
    case 'markdown':
      return renderMarkdown(report, { lang });
    case 'html':
      return renderHtml(reader, { version, lang, notes, sha256Base64: (text) => createHash('sha256').update(text, 'utf8').digest('base64') });
    case 'sarif':
      return renderSarif(report);
    case 'text':
      return renderText(report, { lang, ...terminal(output) });
  }
}

function terminal(output: string | undefined): { readonly width: number; readonly color: boolean } {
  const { isTTY, columns } = process.stdout;
  const shown = output === undefined && isTTY;
  return { width: shown ? Math.max(60, columns) : 100, color: shown && process.env['NO_COLOR'] === undefined };
}

function statusOf(reader: CaseReader, failOn: string | undefined): number {
  const limit = SEVERITIES.findIndex((severity) => severity === failOn);
  if (limit >= 0 && reader.findings().some((finding) => SEVERITIES.indexOf(finding.severity) <= limit)) return EXIT.findingReached;
  return reader.coverage().damaged.length > 0 ? EXIT.damaged : EXIT.done;
}
