import type { JsonNode } from '../../json/json-tree.ts';
import { at, itemsAt, stringAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import { splitYaml } from './split.ts';
import { readYaml } from './yaml-tree.ts';

export interface ObjectProblem {
  readonly index: number;
  readonly message: string;
}

/** `listed`: the object stands in a list, or is an empty one. */
type Visit = (object: JsonNode, listed: boolean) => void;

/** Kinds that carry facts; others are not even parsed where they stand apart. */
export const WANTED: ReadonlySet<string> = new Set([
  'Lease',
  'Endpoints',
  'ConfigMap',
  'Node',
  'Pod',
  'Event',
  'PodDisruptionBudget',
  'CronJob',
  'Job',
  'Backup',
  'ETCDSnapshotFile',
  'Secret',
  'Config',
  'CertificateExpirationInfo',
]);

/**
 * The API objects of a file: JSON or YAML, single, lists (each element apart), multi-document or simply one after the
 * other. Damage is told to `problem`, and what can be read is.
 */
export function eachObject(text: string, visit: Visit, problem: (problem: ObjectProblem) => void): void {
  if (/^[\s\ufeff]*\{/.test(text)) {
    eachJson(text, visit, problem);
    return;
  }
  for (const part of splitYaml(text)) {
    if (part.kind === null ? !/\bkind: /.test(part.text) : !WANTED.has(part.kind) && !part.kind.endsWith('List')) continue;
    if (part.kind === 'ConfigMap' && !/leader:|BEGIN CERTIFICATE/.test(part.text)) continue;
    const read = readYaml(part.text, part.index);
    if (read.problem !== null) problem({ index: part.index, message: read.problem });
    if (read.node !== null) unfold(read.node, part.kind, visit, part.listed);
  }
}

function eachJson(text: string, visit: Visit, problem: (problem: ObjectProblem) => void): void {
  let from = 0;
  for (;;) {
    while (from < text.length && text[from] !== '{') {
      // between documents: blank, a comma or a separator; anything else is passed over to the next line
      const end = text.indexOf('\n', from);
      const next = text.indexOf('{', from);
      if (next < 0) return;
      from = end >= 0 && end < next ? end + 1 : next;
    }
    if (from >= text.length) return;
    const read = readJson(text, from);
    if (read.node !== null) unfold(read.node, null, visit, false);
    if (read.problem !== null) {
      problem(read.problem);
      return;
    }
    from = Math.max(read.end, from + 1);
  }
}

/** A list's elements lack `kind` when the list is a typed one (`LeaseList`): they then have the list's. */
function unfold(node: JsonNode, impliedKind: string | null, visit: Visit, listed: boolean): void {
  const kind = stringAt(node, 'kind');
  if (kind !== null && kind.endsWith('List')) {
    // an empty list of a kind says that there is none
    if (kind !== 'List' && itemsAt(node, 'items').length === 0) visit(node, true);
    for (const item of itemsAt(node, 'items')) if (item.complete) unfold(item, kind === 'List' ? null : kind.slice(0, -4), visit, true);
    return;
  }
  if (kind !== null || impliedKind === null || node.kind !== 'object') visit(node, listed);
  else
    visit(
      {
        ...node,
        entries: new Map<string, JsonNode>([
          ...node.entries,
          ['kind', { kind: 'string', text: impliedKind, start: node.start, end: node.start, complete: true }],
        ]),
      },
      listed,
    );
}

export function nameOf(object: JsonNode): string {
  return stringAt(object, 'metadata', 'name') ?? '';
}

export function namespaceOf(object: JsonNode): string {
  return stringAt(object, 'metadata', 'namespace') ?? '';
}

/** The first of these paths that is there: where to point for the object. */
export function anchor(object: JsonNode, ...paths: readonly (readonly string[])[]): JsonNode {
  for (const path of paths) {
    const found = at(object, ...path);
    if (found !== undefined) return found;
  }
  return object;
}
