export const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

type Branch = Map<string, Branch>;
/** marks where a text ends; no letter is empty */
const END = '';

/**
 * The source of a pattern for any of these texts, the longest possible first. Common beginnings are shared: a thousand
 * `worker-…` cost hardly more than one.
 */
export function anyOf(texts: readonly string[]): string {
  const root: Branch = new Map();
  for (const text of texts) {
    let at = root;
    for (const letter of text) {
      const next = at.get(letter) ?? new Map<string, Branch>();
      at.set(letter, next);
      at = next;
    }
    at.set(END, new Map());
  }
  return `(?:${sourceOf(root)})`;
}

function sourceOf(branch: Branch): string {
  const ways = [...branch].filter(([letter]) => letter !== END).map(([letter, next]) => `${escapeRegex(letter)}${sourceOf(next)}`);
  if (ways.length === 0) return '';
  const one = ways.length === 1 ? (ways[0] ?? '') : `(?:${ways.join('|')})`;
  return branch.has(END) ? `(?:${one})?` : one;
}

/** A class of the letters that texts begin with: far cheaper to ask first than what stands before them. */
export function firstLetters(texts: readonly string[]): string {
  return `[${[...new Set(texts.map((text) => text.charAt(0)))].map((c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}]`;
}
