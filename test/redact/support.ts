import { Found, notingBook } from '../../src/redact/found.ts';
import type { NameKind } from '../../src/redact/names.ts';
import { assignPseudonyms, replacingBook } from '../../src/redact/pseudonyms.ts';
import type { PseudonymMap } from '../../src/redact/pseudonyms.ts';
import { Replacer } from '../../src/redact/replacer.ts';

/** Texts rewritten together, with these names known beforehand, as the two readings of a bundle do it. */
export function rewriteAll(
  texts: readonly string[],
  names: Partial<Record<NameKind, readonly string[]>> = {},
): { readonly texts: readonly string[]; readonly map: PseudonymMap; readonly tally: ReadonlyMap<string, number> } {
  const found = new Found();
  for (const kind of ['host', 'member', 'server', 'subject', 'user'] as const) for (const name of names[kind] ?? []) found.names.add(kind, name);
  const noting = new Replacer(notingBook(found), new Map());
  for (const text of texts) noting.characters(text);
  const map = assignPseudonyms(found);
  const tally = new Map<string, number>();
  const replacer = new Replacer(replacingBook(map), tally);
  return { texts: texts.map((text) => replacer.characters(text)), map, tally };
}

export const rewrite = (text: string, ...hosts: readonly string[]): string => rewriteAll([text], { host: hosts }).texts[0] ?? '';
