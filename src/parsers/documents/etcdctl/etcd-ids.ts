import { clusterIdFromDecimal, clusterIdFromHex, memberIdFromDecimal, memberIdFromHex } from '../../../model/ids.ts';
import type { ClusterId, MemberId } from '../../../model/ids.ts';
import type { JsonNode } from '../../json/json-tree.ts';
import { at } from '../../json/json-access.ts';
import { integerDigits } from '../numbers.ts';

/** How the ids of one JSON result are written: decimal (the default), or hex after `--hex`. */
export type IdBase = 'decimal' | 'hex';

/** Ids in strings are decimal from the HTTP gateway and hex after `--hex`; one with a letter settles it for its document. */
export function idBase(ids: readonly (JsonNode | undefined)[]): IdBase {
  return ids.some((id) => id?.kind === 'string' && /[a-f]/i.test(id.text)) ? 'hex' : 'decimal';
}

function digits(node: JsonNode | undefined): string | null {
  if (node?.kind === 'number') return integerDigits(node.text);
  return node?.kind === 'string' ? node.text : null;
}

/** A member id below `path`, kept as it stands (ids rounded by other tools stay rounded); null when absent or 0. */
export function memberAt(node: JsonNode | null | undefined, base: IdBase, ...path: readonly string[]): MemberId | null {
  const found = at(node, ...path);
  const text = digits(found);
  if (text === null) return null;
  return found?.kind === 'string' && base === 'hex' ? memberIdFromHex(text) : memberIdFromDecimal(text);
}

export function clusterAt(node: JsonNode | null | undefined, base: IdBase, ...path: readonly string[]): ClusterId | null {
  const found = at(node, ...path);
  const text = digits(found);
  if (text === null) return null;
  return found?.kind === 'string' && base === 'hex' ? clusterIdFromHex(text) : clusterIdFromDecimal(text);
}
