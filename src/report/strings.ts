import type { Lang } from '../model/lang.ts';
import { EN } from './strings/en.ts';
import { ZH } from './strings/zh.ts';

/** Every phrase a report may use; both languages must have all of them or this does not compile. */
export type StringKey = keyof typeof EN;

const STRINGS = { en: EN, zh: ZH } as const satisfies Record<Lang, Record<StringKey, string>>;

/** Looks a phrase up and fills its `{name}` places. */
export type Say = (key: StringKey, values?: Readonly<Record<string, string | number>>) => string;

export function sayIn(lang: Lang): Say {
  const table = STRINGS[lang];
  return (key, values) => {
    const text: string = table[key];
    return values === undefined ? text : text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}
