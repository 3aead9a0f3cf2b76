import { printable } from '../../model/text.ts';

/** Markup that is safe to stand in a page; only this module makes it. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | false | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Text for any place in a page, attributes in quotes included: control and bidi characters visible, markup inert. */
export function escapeHtml(text: string): string {
  return printable(text)
    .replace(/\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (c) => ENTITIES[c] ?? '');
}

/** A template whose values are escaped unless they are markup themselves; lists are joined, null and false are nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Html {
  let markup = literals[0] ?? '';
  values.forEach((value, i) => {
    markup += render(value) + (literals[i + 1] ?? '');
  });
  return { markup };
}

function render(value: Part): string {
  if (value === null || value === false) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  return isList(value) ? value.map(render).join('') : value.markup;
}

function isList(value: Html | readonly Part[]): value is readonly Part[] {
  return Array.isArray(value);
}

/** Text of this program's own (style, script), set in unescaped. Never for anything that comes out of a bundle. */
export function ownText(text: string): Html {
  return { markup: text };
}

/** An id or fragment made of `text`: letters, digits, `-` and `_` as they are, everything else as its code point. */
export function slug(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/gu, (c) => `.${c.codePointAt(0)?.toString(16) ?? ''}`);
}
