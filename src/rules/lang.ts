import type { Lang } from '../model/lang.ts';

/** One text in both languages; user rules may leave out `zh`, built-in ones may not. */
export interface Bilingual {
  readonly en: string;
  readonly zh?: string;
}

/** The text in `lang`, English where there is no other. */
export function inLang(text: Bilingual, lang: Lang): string {
  return lang === 'zh' ? (text.zh ?? text.en) : text.en;
}

const LATIN_END = /[\u0021-\u007e]$/;
const LATIN_START = /^[\u0021-\u007e]/;

/** Joins names as prose does: `a, b and c`, `a、b 和 c`. */
export function listWords(items: readonly string[], lang: Lang): string {
  if (items.length < 2) return items[0] ?? '';
  const last = items.at(-1) ?? '';
  if (lang === 'en') return `${items.slice(0, -1).join(', ')} and ${last}`;
  const head = items.slice(0, -1).join('、');
  // a space stands beside Latin letters and digits only
  return `${head}${LATIN_END.test(head) ? ' ' : ''}和${LATIN_START.test(last) ? ' ' : ''}${last}`;
}
