/** A stretch of YAML text that holds one document or one element of a list. */
export interface YamlPart {
  readonly text: string;
  /** UTF-16 index of its first character in the whole text */
  readonly index: number;
  /** `kind` as far as a glance tells; null when it is not at the expected place */
  readonly kind: string | null;
  /** it is an element of a list */
  readonly listed: boolean;
}

const KIND = /^(?:- )? {0,2}kind: ["']?(\w+)["']?[ \t\r]*$/m;

/**
 * YAML documents of a stream (`---` and `...` lines), the elements of a `List` apart: each is read by itself, so that a
 * damaged one costs no other and kinds of no interest need not be read at all.
 */
export function splitYaml(text: string): readonly YamlPart[] {
  const parts: YamlPart[] = [];
  const separator = /^(?:---(?: .*)?|\.\.\.)[ \t\r]*$/gm;
  let from = 0;
  for (;;) {
    const m = separator.exec(text);
    const to = m?.index ?? text.length;
    if (text.slice(from, to).trim() !== '') parts.push(...splitList(text.slice(from, to), from));
    if (m === null) return parts;
    from = separator.lastIndex;
  }
}

function splitList(text: string, index: number): readonly YamlPart[] {
  const kind = topKind(text);
  if (kind === null || !kind.endsWith('List')) return [{ text, index, kind, listed: false }];
  const items = /^items:[ \t\r]*$/m.exec(text);
  if (items === null) return [{ text, index, kind, listed: false }];
  const parts: YamlPart[] = [];
  const begin = items.index + items[0].length;
  const dash = /^( {0,4})- /m.exec(text.slice(begin));
  if (dash === null) return [{ text, index, kind, listed: false }];
  const indent = dash[1] ?? '';
  const starts = [...text.slice(begin).matchAll(new RegExp(`^${indent}- `, 'gm'))].map((m) => begin + m.index);
  const after = new RegExp(`^(?!${indent}[- ]|\\s*$)`, 'gm');
  after.lastIndex = starts[0] ?? begin;
  const end = after.exec(text)?.index ?? text.length;
  starts
    .filter((start) => start < end)
    .forEach((start, i) => {
      const raw = text.slice(start, Math.min(starts[i + 1] ?? end, end));
      // the dash becomes a blank: the element is a mapping of its own, and every index stays right
      const item = `${indent}  ${raw.slice(indent.length + 2)}`;
      parts.push({
        text: item,
        index: index + start,
        kind: new RegExp(`^${indent}  kind: ["']?(\\w+)`, 'm').exec(item)?.[1] ?? (kind === 'List' ? null : kind.slice(0, -4)),
        listed: true,
      });
    });
  return parts;
}

function topKind(text: string): string | null {
  return /^kind: ["']?(\w+)["']?[ \t\r]*$/m.exec(text)?.[1] ?? KIND.exec(text)?.[1] ?? null;
}
