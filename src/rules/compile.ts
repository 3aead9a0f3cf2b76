import { SECOND } from '../model/time.ts';
import { compileWhere } from './condition.ts';
import type { Compiler, Path } from './compiler.ts';
import { describeWhere } from './describe.ts';
import { LANGS } from '../model/lang.ts';
import type { Bilingual } from './lang.ts';
import type { Detect } from './matcher.ts';
import { compileDetect } from './matchers.ts';
import type { RawRule } from './raw.ts';
import type { Rule, SeverityCase } from './rule.ts';
import { COMMAND_NAMES, placeholdersIn, SUMMARY_FORMATS, SUMMARY_NAMES } from './template.ts';
import { fieldKind, fieldsOf } from './vocabulary-derived.ts';

const DEFAULT_JOIN = 60 * SECOND;
const DEFAULT_TOLERANCE = 2 * SECOND;

function severity(raw: RawRule['severity'], detect: Detect, compiler: Compiler): readonly SeverityCase[] {
  if (typeof raw === 'string') return [{ when: null, words: '', is: raw }];
  return raw.map((one, index) => ({
    when: one.when === undefined ? null : compileWhere(one.when, detect.types, compiler, ['severity', index, 'when']),
    words: describeWhere(one.when, 'en').replace(/^ where /, ''),
    is: one.is,
  }));
}

function checkNames(names: readonly string[], detect: Detect, compiler: Compiler, path: Path): void {
  names.forEach((name, index) => checkName(name, detect, compiler, [...path, index]));
}

function checkName(name: string, detect: Detect, compiler: Compiler, path: Path): void {
  if (fieldKind(detect.types, name) === null && !detect.values.includes(name))
    compiler.mistake(path, compiler.fieldsHelp(detect.types), `unknown field "${name}"`);
}

function checkText(text: Bilingual, extra: readonly string[], detect: Detect, compiler: Compiler, path: Path): void {
  for (const lang of LANGS) {
    const words = text[lang] ?? '';
    for (const { name, format } of placeholdersIn(words)) {
      if (!extra.includes(name) && fieldKind(detect.types, name) === null && !detect.values.includes(name)) {
        compiler.mistake([...path, lang], `${compiler.fieldsHelp(detect.types)}, ${[...extra, ...detect.values].join(', ')}`, `unknown placeholder {${name}}`);
      }
      if (format !== null && !SUMMARY_FORMATS.includes(format))
        compiler.mistake([...path, lang], `one of ${SUMMARY_FORMATS.join(', ')}`, `unknown format in {${name}|${format}}`);
    }
  }
}

/** Resolves names, units and expressions of a rule that the schema accepted; what is wrong goes to the compiler. */
export function compileRule(raw: RawRule, path: string, compiler: Compiler): Rule {
  const detect = compileDetect(raw.detect, compiler, ['detect']);
  const { finding } = raw;
  checkText(finding.summary, SUMMARY_NAMES, detect, compiler, ['finding', 'summary']);
  checkNames(
    (finding.group ?? []).filter((name) => name !== 'nodes'),
    detect,
    compiler,
    ['finding', 'group'],
  );
  checkNames(finding.nodes ?? [], detect, compiler, ['finding', 'nodes']);
  if (finding.worst !== undefined) checkName(finding.worst, detect, compiler, ['finding', 'worst']);
  raw.remediation.forEach((step, index) => {
    checkText(step.step, [...SUMMARY_NAMES, ...COMMAND_NAMES], detect, compiler, ['remediation', index, 'step']);
    if (step.command !== undefined) checkText({ en: step.command }, COMMAND_NAMES, detect, compiler, ['remediation', index]);
    if (step.risk !== 'none' && step.riskNote === undefined)
      compiler.mistake(['remediation', index, 'risk'], 'a riskNote beside any risk above none', 'the risk is not explained');
  });
  raw.needs?.facts.forEach((type, index) => {
    if (fieldsOf(type) === null) compiler.mistake(['needs', 'facts', index], 'the name of a fact', `unknown fact "${type}"`);
  });
  return {
    id: raw.id,
    path,
    status: raw.status,
    severity: severity(raw.severity, detect, compiler),
    title: raw.title,
    description: raw.description,
    thresholds: raw.thresholds ?? null,
    falsePositives: raw.falsePositives ?? [],
    references: raw.references ?? [],
    needs: raw.needs ?? null,
    detect,
    finding: {
      summary: finding.summary,
      group: finding.group ?? ['nodes'],
      join: finding.join === undefined ? DEFAULT_JOIN : compiler.duration(finding.join, ['finding', 'join']),
      nodes: finding.nodes ?? [],
      worst: finding.worst ?? null,
      words: finding.words ?? {},
    },
    remediation: raw.remediation.map((step, index) => ({
      step: step.step,
      command: step.command ?? null,
      risk: step.risk,
      riskNote: step.riskNote ?? null,
      when: step.when === undefined ? null : compileWhere(step.when, detect.types, compiler, ['remediation', index, 'when']),
      words: describeWhere(step.when, 'en').replace(/^ where /, ''),
    })),
    causes: (raw.causes ?? []).map((cause, index) => ({
      rule: cause.rule,
      within: compiler.duration(cause.within, ['causes', index, 'within']),
      tolerance: cause.tolerance === undefined ? DEFAULT_TOLERANCE : compiler.duration(cause.tolerance, ['causes', index, 'tolerance']),
      shared: cause.shared ?? 'none',
      why: cause.why,
    })),
    symptomOf: (raw.symptomOf ?? []).map((one) => (typeof one === 'string' ? { rule: one, shared: 'none' } : one)),
    examples: raw.examples,
  };
}
