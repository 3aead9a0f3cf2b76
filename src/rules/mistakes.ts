import type { ErrorObject } from 'ajv';
import { isMap, isNode, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml';
import type { CompileMistake, Path } from './compiler.ts';

/** What is wrong in a rule file, and where. Lines and columns are 1-based. */
export interface RuleMistake {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly expected: string;
  readonly message: string;
}

/** Offset in the text of what stands at `path`, or of the nearest thing around it. */
function offsetOf(document: Document, path: Path, target: 'key' | 'value'): number {
  let node: Node | null = isNode(document.contents) ? document.contents : null;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, step] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
      if (pair === undefined || !isScalar(pair.key)) return offset;
      const last = depth === path.length - 1;
      const value: unknown = pair.value;
      offset = pair.key.range?.[0] ?? offset;
      if (!isNode(value)) return offset;
      if (!(last && target === 'key')) offset = value.range?.[0] ?? offset;
      node = value;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else return offset;
  }
  return offset;
}

export function placed(file: string, document: Document, lines: LineCounter, mistake: CompileMistake): RuleMistake {
  const { line, col } = lines.linePos(offsetOf(document, mistake.path, mistake.target));
  return { file, line: Math.max(1, line), column: Math.max(1, col), expected: mistake.expected, message: mistake.message };
}

const textParam = (error: ErrorObject, name: string): string => {
  const value: unknown = error.params[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
};

function listParam(error: ErrorObject, name: string): string {
  const value: unknown = error.params[name];
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}

function propertiesOf(error: ErrorObject): string {
  const parent: unknown = error.parentSchema?.['properties'];
  return typeof parent === 'object' && parent !== null ? Object.keys(parent).join(', ') : 'another key';
}

/** ajv's complaints in words; those that only repeat another (`if`, `anyOf`) are left out where something better is said. */
export function schemaMistakes(errors: readonly ErrorObject[]): CompileMistake[] {
  const plain = errors.filter((error) => error.keyword !== 'if' && error.keyword !== 'anyOf' && error.keyword !== '$ref');
  const kept = plain.length > 0 ? plain : errors;
  const seen = new Set<string>();
  const mistakes: CompileMistake[] = [];
  for (const error of kept) {
    const mistake = schemaMistake(error);
    const key = `${mistake.path.join('/')}|${mistake.message}`;
    if (!seen.has(key)) mistakes.push(mistake);
    seen.add(key);
  }
  return mistakes;
}

function schemaMistake(error: ErrorObject): CompileMistake {
  const path = error.instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = textParam(error, 'additionalProperty');
      return { path: [...path, name], target: 'key', expected: `one of ${propertiesOf(error)}`, message: `unknown key "${name}"` };
    }
    case 'required': {
      const name = textParam(error, 'missingProperty');
      return { path, target: 'key', expected: `a key "${name}"`, message: `"${name}" is missing` };
    }
    case 'enum':
      return { path, target: 'value', expected: `one of ${listParam(error, 'allowedValues')}`, message: 'not one of the values allowed here' };
    case 'type':
      return { path, target: 'value', expected: textParam(error, 'type').replaceAll('"', ''), message: 'a value of another type' };
    case 'minProperties':
    case 'maxProperties':
      return { path, target: 'value', expected: `exactly one of ${propertiesOf(error)}`, message: error.message ?? error.keyword };
    case 'pattern': {
      const hint: unknown = error.parentSchema?.['description'];
      return {
        path,
        target: 'value',
        expected: typeof hint === 'string' ? hint : `text like ${textParam(error, 'pattern')}`,
        message: 'the text does not have the form needed here',
      };
    }
    default:
      return { path, target: 'value', expected: error.message ?? error.keyword, message: error.message ?? error.keyword };
  }
}
