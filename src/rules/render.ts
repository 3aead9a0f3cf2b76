import { isPhrase, wordsIn } from '../model/phrases.ts';
import type { History } from '../model/history.ts';
import { formatBytes } from '../model/text.ts';
import { epochMicros, formatDuration, formatOffset, formatTime } from '../model/time.ts';
import { fieldOf } from './condition.ts';
import type { Lang } from '../model/lang.ts';
import { inLang, listWords } from './lang.ts';
import type { Joined, Match } from './matcher.ts';
import { soleSubject } from './subject.ts';
import type { Rule } from './rule.ts';
import { fill, type Placeholder } from './template.ts';
import type { FieldKind } from './vocabulary.ts';
import { fieldKind } from './vocabulary-derived.ts';

const MAX_LISTED = 6;

/** A member by its name where its id is given; anything else as it is. */
export function memberName(history: History, text: string): string {
  return history.members.find((member) => member.id === text)?.name ?? text;
}

/** A member in a sentence: with its machine, where its name does not tell. */
function memberOnNode(history: History, text: string): string {
  const member = history.members.find((one) => one.id === text || one.name === text);
  if (member === undefined || history.nodes.includes(text)) return text;
  const { name, node } = member;
  return node === null || name.includes(node) || node.includes(name) ? name : `${name} (${node})`;
}

function listed(items: readonly string[], lang: Lang): string {
  const different = [...new Set(items)];
  const more = different.length - MAX_LISTED;
  return more <= 0
    ? listWords(different, lang)
    : `${different.slice(0, MAX_LISTED).join(lang === 'zh' ? '、' : ', ')} ${lang === 'zh' ? `等 ${different.length} 个` : `and ${more} more`}`;
}

function ahead(value: number, lang: Lang): string {
  const size = formatDuration(Math.abs(value));
  if (lang === 'zh') return value < 0 ? `慢 ${size}` : `快 ${size}`;
  return `${size} ${value < 0 ? 'behind' : 'ahead'}`;
}

function number(value: number, kind: FieldKind | null, format: string | null, lang: Lang): string {
  if (format === 'ahead') return ahead(value, lang);
  if (format === 'offset') return formatOffset(value);
  const shape = format === null || format === 'sum' || format === 'abs' || format === 'some' ? kind : format;
  const size = format === 'abs' ? Math.abs(value) : value;
  if (shape === 'duration') return formatDuration(size);
  if (shape === 'bytes') return formatBytes(size);
  if (shape === 'fraction') return `${Math.round(size * 100)} %`;
  if (shape === 'percent') return `${Math.round(kind === 'fraction' ? size * 100 : size)} %`;
  if (shape === 'time') return formatTime(epochMicros(size));
  return Number.isInteger(size) ? String(size) : size.toFixed(2);
}

function one(value: unknown, kind: FieldKind | null, format: string | null, lang: Lang, history: History): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return number(value, kind, format, lang);
  if (typeof value === 'boolean') return value ? (lang === 'zh' ? '是' : 'yes') : lang === 'zh' ? '否' : 'no';
  if (Array.isArray(value)) {
    const parts = value.map((item: unknown) => (Array.isArray(item) ? `(${listWords(item.map(String), lang)})` : memberOnNode(history, String(item))));
    return parts.length === 0 ? null : listed(parts, lang);
  }
  if (isPhrase(value)) return wordsIn(lang, value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return kind === 'member' ? memberOnNode(history, text) : text;
}

/** Texts list every different value of the joined matches' facts; numbers come from the worst one, or are added up with `|sum`. */
export function valueOf(joined: Joined, rule: Rule, history: History, lang: Lang, { name, format }: Placeholder): string | null {
  const kind = fieldKind(rule.detect.types, name);
  const read = (match: Match): unknown => match.values[name] ?? fieldOf(match.facts[0], name);
  const every = joined.matches.flatMap((match) => (Object.hasOwn(match.values, name) ? [match.values[name]] : match.facts.map((fact) => fieldOf(fact, name))));
  const values = every.filter((value) => value !== null && value !== undefined && value !== '');
  const own = Object.hasOwn(joined.worst.values, name) || (kind !== null && name !== 'nodes');
  if (!own) return builtIn(joined, name, history, lang);
  if (format === 'sum')
    return number(
      values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0),
      kind,
      format,
      lang,
    );
  const worst = read(joined.worst);
  if (format === 'none') return worst === 0 ? '' : null;
  if (format === 'some' && worst === 0) return null;
  if (typeof worst === 'number' || typeof worst === 'boolean') return one(worst, kind ?? matcherKind(rule, name), format, lang, history);
  const words = rule.finding.words[name] ?? {};
  const shown = values.flatMap((value) => {
    const said = typeof value === 'string' ? words[value] : undefined;
    if (said !== undefined) return [inLang(said, lang)];
    if (Array.isArray(value) && !value.some((item) => Array.isArray(item))) return value.map((item) => memberOnNode(history, String(item)));
    return one(value, kind, format, lang, history) ?? [];
  });
  return shown.length === 0 ? null : listed(shown, lang);
}

/** Kind of a number a matcher adds: `held` and `waited` are durations, compared values are what the field is. */
function matcherKind(rule: Rule, name: string): FieldKind | null {
  return name === 'held' || name === 'waited' ? 'duration' : rule.finding.worst === null ? null : fieldKind(rule.detect.types, rule.finding.worst);
}

function builtIn(joined: Joined, name: string, history: History, lang: Lang): string | null {
  switch (name) {
    case 'subject':
      return soleSubject(joined, history)?.name ?? null;
    case 'nodes':
      return joined.nodes.length === 0 ? null : listed(joined.nodes, lang);
    case 'matches':
      return String(joined.matches.length);
    case 'start':
      return joined.start === null ? null : formatTime(joined.start);
    case 'end':
      return joined.end === null ? null : formatTime(joined.end);
    case 'span':
      return joined.start === null || joined.end === null ? null : formatDuration(joined.end - joined.start);
    default:
      return null;
  }
}

export function renderText(template: string, joined: Joined, rule: Rule, history: History, lang: Lang): string {
  return fill(template, (placeholder) => valueOf(joined, rule, history, lang, placeholder), lang === 'zh' ? '未知' : 'unknown');
}
