import type { Compiler, Path } from './compiler.ts';
import type { RuleFact } from './context.ts';
import { compileLinearRegex, RegexRefused } from './linear-regex.ts';
import type { RawConditions, RawOperand, RawOperators, RawTest, RawWhere } from './raw.ts';
import { expectedFor, readValue, type Scalar } from './units.ts';
import type { FieldKind } from './vocabulary.ts';
import { COMMON_FIELDS, fieldKind, fieldsOf } from './vocabulary-derived.ts';

/** true, false, or why it cannot be told: the field whose value the evidence does not hold. */
export type Verdict = boolean | { readonly unknown: string };
export type Test = (fact: RuleFact) => Verdict;

/** Longest text an expression is run on; what lies behind is not looked at. */
const MAX_TEXT = 64 * 1024;

/** Kleene's AND: a false outweighs an unknown. */
export function all(verdicts: Iterable<Verdict>): Verdict {
  let open: Verdict = true;
  for (const verdict of verdicts) {
    if (verdict === false) return false;
    if (verdict !== true && open === true) open = verdict;
  }
  return open;
}

/** Kleene's OR: a true outweighs an unknown. */
export function any(verdicts: Iterable<Verdict>): Verdict {
  let open: Verdict = false;
  for (const verdict of verdicts) {
    if (verdict === true) return true;
    if (verdict !== false && open === false) open = verdict;
  }
  return open;
}

/** The value of a field as conditions and templates see it; null when the evidence is silent. */
export function fieldOf(fact: RuleFact, field: string): unknown {
  const value = fact.data[field];
  if (value !== undefined) return value;
  if (field === 'node') return fact.node;
  if (field === 'nodes') return fact.nodes;
  if (field === 'component') return fact.component;
  if (field === 'lasted') return fact.at === null || fact.until === null ? null : fact.until - fact.at;
  return null;
}

const isList = (where: RawWhere): where is readonly RawConditions[] => Array.isArray(where);
const isScalarList = (test: RawTest): test is readonly Scalar[] => Array.isArray(test);
const isOperators = (test: RawTest): test is RawOperators => typeof test === 'object' && !Array.isArray(test);

export function compileWhere(where: RawWhere | undefined, types: readonly string[], compiler: Compiler, path: Path): Test {
  if (where === undefined) return () => true;
  if (!isList(where)) return compileConditions(where, types, compiler, path);
  const tests = where.map((conditions, index) => compileConditions(conditions, types, compiler, [...path, index]));
  return (fact) => any(lazily(tests, fact));
}

function* lazily(tests: readonly Test[], fact: RuleFact): Iterable<Verdict> {
  for (const test of tests) yield test(fact);
}

function compileConditions(conditions: RawConditions, types: readonly string[], compiler: Compiler, path: Path): Test {
  const tests: Test[] = [];
  for (const [field, test] of Object.entries(conditions)) {
    const kind = fieldKind(types, field);
    const at = [...path, field];
    if (kind === null) compiler.mistake(at, compiler.fieldsHelp(types), `unknown field "${field}" of ${types.join(', ')}`, 'key');
    else tests.push(compileTest(field, kind, test, types, compiler, at));
  }
  return (fact) => all(lazily(tests, fact));
}

function compileTest(field: string, kind: FieldKind, test: RawTest, types: readonly string[], compiler: Compiler, path: Path): Test {
  if (isScalarList(test)) return compileOperators(field, kind, { in: test }, types, compiler, path);
  if (isOperators(test)) return compileOperators(field, kind, test, types, compiler, path);
  return compileOperators(field, kind, { eq: test }, types, compiler, path);
}

/** Among several selected types, a condition on a field that only some have rules the others out. */
function hasField(type: string, field: string): boolean {
  return Object.hasOwn(COMMON_FIELDS, field) || Object.hasOwn(fieldsOf(type) ?? {}, field);
}

type Compare = (value: unknown, wanted: unknown) => boolean;
const numeric =
  (test: (a: number, b: number) => boolean): Compare =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' && test(a, b);
/** A list field holds the wanted value when one of its elements is it. */
const same: Compare = (value, wanted) => (Array.isArray(value) ? value.includes(wanted) : value === wanted);
const COMPARE = {
  eq: same,
  ne: (value, wanted) => !same(value, wanted),
  gt: numeric((a, b) => a > b),
  gte: numeric((a, b) => a >= b),
  lt: numeric((a, b) => a < b),
  lte: numeric((a, b) => a <= b),
} as const satisfies Record<string, Compare>;

const TEXT = {
  contains: (text: string, part: string) => text.includes(part),
  startsWith: (text: string, part: string) => text.startsWith(part),
  endsWith: (text: string, part: string) => text.endsWith(part),
} as const;

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

function compileOperators(field: string, kind: FieldKind, ops: RawOperators, types: readonly string[], compiler: Compiler, path: Path): Test {
  const tests: ((value: unknown, fact: RuleFact) => Verdict)[] = [];
  for (const name of ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const) {
    const operand = ops[name];
    if (operand === undefined) continue;
    const wanted = compileOperand(operand, kind, types, compiler, typeof operand === 'object' || Object.keys(ops).length > 0 ? [...path, name] : path);
    tests.push((value, fact) => {
      const other = wanted(fact);
      return other === null ? { unknown: typeof operand === 'object' ? operand.field : field } : COMPARE[name](value, other);
    });
  }
  for (const name of ['in', 'notIn'] as const) {
    const list = ops[name];
    if (list === undefined) continue;
    const values = list.map((one, index) => compiler.value(one, kind, [...path, name, index]));
    tests.push((value) => values.some((one) => one !== null && same(value, one)) === (name === 'in'));
  }
  for (const name of ['contains', 'startsWith', 'endsWith'] as const) {
    const part = ops[name];
    if (part !== undefined) tests.push((value) => texts(value).some((text) => TEXT[name](text, part)));
  }
  if (ops.regex !== undefined) tests.push(compileRegex(ops.regex, compiler, [...path, 'regex']));
  const { exists } = ops;
  return (fact) => {
    if (!hasField(fact.type, field)) return false;
    const value = fieldOf(fact, field);
    const missing = value === null || value === undefined;
    if (exists !== undefined && exists === missing) return false;
    if (tests.length === 0) return true;
    return missing ? { unknown: field } : all(tests.map((test) => test(value, fact)));
  };
}

function compileRegex(source: string, compiler: Compiler, path: Path): (value: unknown) => Verdict {
  try {
    const matches = compileLinearRegex(source);
    return (value) => texts(value).some((text) => matches(text.slice(0, MAX_TEXT)));
  } catch (error) {
    if (!(error instanceof RegexRefused)) throw error;
    compiler.mistake(path, 'an expression of the linear-time subset (docs/rule-language.md)', error.message);
    return () => false;
  }
}

function compileOperand(operand: RawOperand, kind: FieldKind, types: readonly string[], compiler: Compiler, path: Path): (fact: RuleFact) => unknown {
  if (typeof operand !== 'object') {
    const value = readValue(operand, kind);
    if (value === null) compiler.mistake(path, expectedFor(kind), `${JSON.stringify(operand)} does not fit this field`);
    return () => value;
  }
  if (fieldKind(types, operand.field) === null) compiler.mistake([...path, 'field'], compiler.fieldsHelp(types), `unknown field "${operand.field}"`);
  const times = operand.times ?? 1;
  return (fact) => {
    const value = fieldOf(fact, operand.field);
    return typeof value === 'number' ? value * times : (value ?? null);
  };
}
