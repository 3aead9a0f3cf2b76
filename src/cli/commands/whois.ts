import type { Lang } from '../../model/lang.ts';
import { wordsIn } from '../../model/phrases.ts';
import type { Command } from 'commander';
import { printable } from '../../model/text.ts';
import type { CaseReader } from '../../model/ports.ts';
import { whois } from '../../timeline/identity/whois.ts';
import { openOrBuild } from '../open-case.ts';
import { withBuildOptions } from '../options.ts';
import type { BuildOptions } from '../options.ts';
import { writeAll } from '../output.ts';
import { EXIT } from '../exit-codes.ts';

export function addWhois(program: Command): void {
  withBuildOptions(program.command('whois <bundle|case> <text>'))
    .description('every name of one member or node, and why they are one')
    .action(async (path: string, text: string, options: BuildOptions) => {
      const reader = await openOrBuild([path], options);
      try {
        const lines = whoisLines(reader, text, options.lang);
        writeAll(lines.length === 0 ? [`nobody in this case is called “${printable(text)}”\n`] : lines.map((line) => `${line}\n`), undefined);
        process.exitCode = lines.length === 0 ? EXIT.findingReached : EXIT.done;
      } finally {
        reader.close();
      }
    });
}

/** Printable lines on who a text names; none when nobody is known by it. */
export function whoisLines(reader: CaseReader, text: string, lang: Lang = reader.lang): readonly string[] {
  const { members, node } = whois(reader.history(), text);
  const lines = node === null ? [] : [`node ${node}`];
  for (const { member, matched } of members) {
    lines.push(
      `member ${member.name}  id ${member.id ?? 'unknown'}  cluster ${member.clusterId ?? 'unknown'}  node ${member.node ?? 'unknown'}  etcd ${member.version ?? 'unknown'}`,
    );
    lines.push(`  matched by ${matched.kind} ${matched.text}`);
    for (const alias of member.aliases) {
      const ref = alias.because?.ref;
      const entry = ref === undefined ? null : reader.entry(ref.entry);
      const place = entry === null ? '' : `  ${entry.path}${ref?.line == null ? '' : `:${ref.line}`}`;
      lines.push(`  ${alias.kind.padEnd(12)} ${alias.text}${alias.because === null ? '' : `  (${wordsIn(lang, alias.because.why)})`}${place}`);
    }
  }
  return lines.map(printable);
}
