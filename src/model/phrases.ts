import type { Lang } from './lang.ts';
import { PHRASES } from './phrase-table.ts';

/** An English sentence of the table; what stands in braces is filled in. */
export type PhraseText = keyof typeof PHRASES;

type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

/** What fills a place: a name, a number, several names, or words of their own. */
export type Filling = string | number | Phrase | readonly string[];

/** A sentence of inquest's own, in no language yet. Plain data: a case stores it, a reader says it in the language asked for. */
export interface Phrase {
  readonly say: string;
  readonly with: Readonly<Record<string, Filling>>;
}

/** Words to be shown: a sentence of inquest's own, or text that stands as the bundle has it. */
export type Words = string | Phrase;

/** Makes a phrase; its places are named by the sentence itself, so that one left out does not compile. */
export function phrase<Text extends PhraseText>(
  say: Text,
  ...[values]: [Slots<Text>] extends [never] ? [] : [values: Readonly<Record<Slots<Text>, Filling>>]
): Phrase {
  return { say, with: values ?? {} };
}

/** Text of the bundle as a phrase. */
export function quoted(text: Words): Phrase {
  return typeof text === 'string' ? phrase('{text}', { text }) : text;
}

/** Several phrases as one, parted by semicolons. */
export function joined(first: Phrase, ...more: readonly Phrase[]): Phrase {
  return more.reduce<Phrase>((before, next) => phrase('{before}; {next}', { before, next }), first);
}

/** `{count} message(s)`: the ending stands unless there is just one. */
const COUNTED = /(\{(\w+)\})((?: \w+)+)\(s\)/g;

export function isPhrase(value: unknown): value is Phrase {
  return typeof value === 'object' && value !== null && 'say' in value && typeof value.say === 'string' && 'with' in value && typeof value.with === 'object';
}

const isKnown = (text: string): text is PhraseText => Object.hasOwn(PHRASES, text);
const translated = (text: string, lang: Lang): string => (lang === 'zh' && isKnown(text) ? PHRASES[text] : text);

/** A text of inquest's own that may be a sentence of the table; what a bundle says must not come here, since it could be one by chance. */
export function own(text: string): Phrase | string {
  return isKnown(text) ? { say: text, with: {} } : text;
}

/** Says words in a language. A sentence the table does not know, from a case of another version, stays English. */
export function wordsIn(lang: Lang, words: Words): string {
  if (typeof words === 'string') return translated(words, lang);
  const said = translated(words.say, lang).replace(
    COUNTED,
    (_, place: string, name: string, unit: string) => `${place}${unit}${words.with[name] === 1 ? '' : 's'}`,
  );
  return said.replace(/\{(\w+)\}/g, (place, name: string) => {
    const filling = words.with[name];
    return filling === undefined ? place : filled(filling, lang);
  });
}

function filled(filling: Filling, lang: Lang): string {
  if (typeof filling === 'number') return String(filling);
  if (typeof filling === 'string') return filling;
  return isPhrase(filling) ? wordsIn(lang, filling) : filling.join(lang === 'zh' ? '、' : ', ');
}
