import { Ajv2020 } from 'ajv/dist/2020.js';
import { LineCounter, parseDocument } from 'yaml';
import { compileRule } from './compile.ts';
import { Compiler } from './compiler.ts';
import { placed, schemaMistakes, type RuleMistake } from './mistakes.ts';
import type { RawRule } from './raw.ts';
import type { Rule } from './rule.ts';
import { ruleSchema } from './schema.ts';

export interface RuleFile {
  readonly path: string;
  readonly text: string;
  /** what the YAML says, where it was read and checked before: the built-in rules are, when the program is built */
  readonly checked?: RawRule;
}

export interface ParsedRules {
  /** rules without a mistake, in the order of the files */
  readonly rules: readonly Rule[];
  readonly mistakes: readonly RuleMistake[];
}

type Validate = ReturnType<typeof makeValidate>;

function makeValidate() {
  return new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false }).compile<RawRule>(ruleSchema());
}

/** Reads rule files: YAML, then the schema, then names, units and expressions; every mistake with its place. Reads no disk. */
export function parseRules(files: readonly RuleFile[]): ParsedRules {
  let validate: Validate | null = null;
  const rules: Rule[] = [];
  const mistakes: RuleMistake[] = [];
  const paths = new Map<string, string>();
  for (const file of files) {
    const parsed =
      file.checked === undefined
        ? parseRule(file, (validate ??= makeValidate()))
        : { rule: compileRule(file.checked, file.path, new Compiler()), mistakes: [] };
    mistakes.push(...parsed.mistakes);
    const { rule } = parsed;
    if (rule === null) continue;
    const other = paths.get(rule.id);
    if (other !== undefined)
      mistakes.push({ file: file.path, line: 1, column: 1, expected: 'an id of its own', message: `rule "${rule.id}" is already defined in ${other}` });
    else rules.push(rule);
    paths.set(rule.id, file.path);
  }
  return { rules, mistakes };
}

interface ParsedRule {
  readonly rule: Rule | null;
  /** what the file says, once the schema accepted it */
  readonly raw?: RawRule;
  readonly mistakes: readonly RuleMistake[];
}

/** The files with their content read and checked, for `parseRules` to take as it is; throws when one is wrong. */
export function checkRules(files: readonly RuleFile[]): readonly RuleFile[] {
  const validate = makeValidate();
  return files.map((file) => {
    const { raw, mistakes } = parseRule(file, validate);
    if (raw === undefined || mistakes.length > 0) throw new Error(mistakes.map((m) => `${m.file}:${m.line}:${m.column}: ${m.message}`).join('\n'));
    return { ...file, checked: raw };
  });
}

function parseRule(file: RuleFile, validate: Validate): ParsedRule {
  const lineCounter = new LineCounter();
  const document = parseDocument(file.text, { lineCounter, prettyErrors: false });
  // The first only: what follows a syntax error is mostly its echo.
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lineCounter.linePos(broken.pos[0]);
    return { rule: null, mistakes: [{ file: file.path, line: Math.max(1, line), column: Math.max(1, col), expected: 'YAML', message: broken.message }] };
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return {
      rule: null,
      mistakes: [{ file: file.path, line: 1, column: 1, expected: 'fewer aliases', message: error instanceof Error ? error.message : String(error) }],
    };
  }
  if (!validate(value)) return { rule: null, mistakes: schemaMistakes(validate.errors ?? []).map((one) => placed(file.path, document, lineCounter, one)) };
  const compiler = new Compiler();
  const rule = compileRule(value, file.path, compiler);
  if (compiler.mistakes.length > 0) return { rule: null, mistakes: compiler.mistakes.map((one) => placed(file.path, document, lineCounter, one)) };
  return { rule, raw: value, mistakes: [] };
}
