import type { Lang } from '../model/lang.ts';
import type { RawConditions, RawOperand, RawOperators, RawTest, RawWhere } from './raw.ts';
import type { Scalar } from './units.ts';

const WORDS: Readonly<Record<keyof RawOperators, { readonly en: string; readonly zh: string }>> = {
  eq: { en: 'is', zh: '为' },
  ne: { en: 'is not', zh: '不为' },
  gt: { en: 'is more than', zh: '大于' },
  gte: { en: 'is at least', zh: '至少为' },
  lt: { en: 'is less than', zh: '小于' },
  lte: { en: 'is at most', zh: '至多为' },
  in: { en: 'is one of', zh: '为其中之一:' },
  notIn: { en: 'is none of', zh: '不为其中任一:' },
  contains: { en: 'contains', zh: '包含' },
  startsWith: { en: 'starts with', zh: '开头为' },
  endsWith: { en: 'ends with', zh: '结尾为' },
  regex: { en: 'matches', zh: '匹配' },
  exists: { en: 'is known:', zh: '已知:' },
};

const isScalars = (value: unknown): value is readonly Scalar[] => Array.isArray(value);

function operand(value: RawOperand | readonly Scalar[], lang: Lang): string {
  if (isScalars(value)) return value.join(', ');
  if (typeof value !== 'object') return String(value);
  const times = value.times === undefined ? '' : `${value.times} × `;
  return `${times}${value.field}${lang === 'zh' ? ' 的值' : ''}`;
}

function test(field: string, value: RawTest, lang: Lang): string {
  if (isScalars(value)) return `${field} ${WORDS.in[lang]} ${value.join(', ')}`;
  if (typeof value !== 'object') return `${field} ${WORDS.eq[lang]} ${String(value)}`;
  const parts: string[] = [];
  for (const [name, words] of Object.entries(WORDS)) {
    const wanted = Object.entries<RawOperand | readonly Scalar[] | undefined>({ ...value }).find(([key]) => key === name)?.[1];
    if (wanted !== undefined) parts.push(`${field} ${words[lang]} ${operand(wanted, lang)}`);
  }
  return parts.join(lang === 'zh' ? '，且 ' : ' and ');
}

function conditions(map: RawConditions, lang: Lang): string {
  return Object.entries(map)
    .map(([field, value]) => test(field, value, lang))
    .join(lang === 'zh' ? '，且 ' : ' and ');
}

const isList = (where: RawWhere): where is readonly RawConditions[] => Array.isArray(where);

/** Conditions in words, with a leading ` where `; empty when there are none. */
export function describeWhere(where: RawWhere | undefined, lang: Lang): string {
  if (where === undefined) return '';
  const text = isList(where) ? where.map((one) => `(${conditions(one, lang)})`).join(lang === 'zh' ? ' 或 ' : ' or ') : conditions(where, lang);
  return text === '' ? '' : `${lang === 'zh' ? '，条件: ' : ' where '}${text}`;
}
