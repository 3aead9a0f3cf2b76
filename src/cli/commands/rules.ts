import type { Command } from 'commander';
import { Option } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { printable } from '../../model/text.ts';
import { renderTable } from '../../report/table.ts';
import { testRule } from '../../rules/examples.ts';
import { explainRule } from '../../rules/explain.ts';
import { inLang } from '../../rules/lang.ts';
import { LANGS, type Lang } from '../../model/lang.ts';
import { parseRules } from '../../rules/parse.ts';
import { scaffoldRule } from '../../rules/scaffold.ts';
import { EXIT } from '../exit-codes.ts';
import { writeAll } from '../output.ts';
import { builtinRuleFiles, readRuleFiles } from '../rule-files.ts';

const several = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

interface LangOption {
  readonly lang: Lang;
}

const lang = (): Option => new Option('--lang <language>', 'language').choices([...LANGS]).default('en');

export function addRules(program: Command): void {
  const rules = program.command('rules').description('the rule catalogue; validate, test or scaffold rule files');
  rules
    .command('list')
    .description('every built-in rule')
    .addOption(lang())
    .action((options: LangOption) => {
      const rows = parseRules(builtinRuleFiles()).rules.map((rule) => [
        rule.id,
        [...new Set(rule.severity.map((one) => one.is))].join('/'),
        inLang(rule.title, options.lang),
      ]);
      writeAll(renderTable(['rule', 'severity', 'title'], rows, 'table', process.stdout.isTTY ? process.stdout.columns : 200), undefined);
    });
  rules
    .command('show <id>')
    .description('one rule in words')
    .addOption(lang())
    .action((id: string, options: LangOption) => {
      const rule = parseRules(builtinRuleFiles()).rules.find((one) => one.id === id);
      if (rule === undefined) throw new UsageError('there is no such rule; "inquest rules list" names them', { subject: id });
      writeAll([explainRule(rule, options.lang)], undefined);
    });
  rules
    .command('check <file...>')
    .description('validate rule files')
    .action((paths: readonly string[]) => {
      const { rules: good, mistakes } = parseRules(readRuleFiles(paths));
      writeAll(
        mistakes.map((m) => `${printable(m.file)}:${m.line}:${m.column}: ${printable(m.message)}; expected ${printable(m.expected)}\n`),
        undefined,
      );
      writeAll([`${good.length} good, ${several(mistakes.length, 'mistake')}\n`], undefined);
      process.exitCode = mistakes.length > 0 ? EXIT.usage : EXIT.done;
    });
  rules
    .command('test [file...]')
    .description('run the examples of rule files, or of every built-in rule')
    .action((paths: readonly string[]) => {
      const { rules: good, mistakes } = parseRules(paths.length > 0 ? readRuleFiles(paths) : builtinRuleFiles());
      const results = good.flatMap((rule) => testRule(rule).results.map((result) => ({ rule: rule.id, ...result })));
      const failed = results.filter((result) => !result.passed);
      writeAll(
        [
          ...mistakes.map((m) => `${printable(m.file)}:${m.line}:${m.column}: ${printable(m.message)}\n`),
          ...failed.map((f) => `${f.rule}: ${f.kind} “${f.name}”: ${f.explanation}\n`),
          `${several(good.length, 'rule')}, ${several(results.length - failed.length, 'example')} passed, ${failed.length} failed\n`,
        ],
        undefined,
      );
      process.exitCode = mistakes.length + failed.length > 0 ? EXIT.findingReached : EXIT.done;
    });
  rules
    .command('new <id>')
    .description('a new rule file, to be filled in, on standard output')
    .action((id: string) => writeAll([scaffoldRule(id)], undefined));
}
