import { closingQuote } from './secret-json.ts';
import type { SecretSpan } from './secret-data.ts';

/** What was begun by a line and goes on in those below it. */
interface Open {
  readonly kind: 'yaml' | 'json' | 'stored' | 'key';
  /** what stands in front of the text in this line and, with other numbers and names, in the others: a logger's prefix, a quote's mark; often nothing */
  readonly core: string;
  /** columns between that and the word that opened it */
  readonly indent: number;
  /** how often the quote is escaped within which the lines stand; -1 where they stand in none */
  readonly quoted: number;
  /** lines passed over since the last that had the prefix */
  others: number;
  lines: number;
}

/** Streams that write into one file at the same time, each with a Secret under way. */
const MAX_OPEN = 8;
/** Lines of others among those of one stream. */
const MAX_OTHERS = 200;
const MAX_STORED_LINES = 400;
/** Of a line, what can hold a key and a prefix. */
const HEAD = 1200;

const OPENERS =
  /(?<![\w.-])(?:data|stringData):[ \t]*(?=\r?$|\\|"|')|(\\{0,15})"(?:data|stringData)\1"[ \t]*:[ \t]*\{(?=[ \t]*(?:\r?$|\\|"))|k8s(?:\0|\\+(?:x00|u0000|000))|-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/gm;
const DEPTH = /[ ]*(?:- +)*/y;
const YAML_KEY = /^["']?[A-Za-z0-9._-]{1,253}["']?:(?: |$|(?=\\|"))/;
const JSON_PAIR = /^\s*(\\{0,15})"[^"]{0,1000}?\1"\s*:\s*\1"/;
const KEY_LINE = /^(?:[A-Za-z0-9+/=]*|[A-Z][A-Za-z0-9-]*: .*)$/;
const KEY_LINE_ALONE = /^\s*[A-Za-z0-9+/=]{16,}\s*$/;
/** What follows a key's mark in its own line: base64, line ends however often escaped, headers. */
const KEY_RUN = /(?:[A-Za-z0-9+/= \t#>]|\\+[nrt]|\\\/|(?:Proc-Type|DEK-Info|Comment|Version): ?[\w,-]*)*/y;
/** What cannot be part of a value as etcdctl prints it: the next key, a prompt, a log line. */
const NEXT_VALUE = /^(?:\/|[$#] |\{"|\d{4}-\d\d-\d\d|[IWEF]\d{4} )/;
const ONLY_LINE_END = /^(?:\s|\\+[nrt])*$/;

/**
 * Secrets that fill several lines, whatever stands in front of each: YAML, JSON, private keys, and values as `etcdctl get` prints them behind a
 * prefix. Each line is looked at once.
 */
export function lineSpans(text: string, objects: boolean, spans: SecretSpan[]): void {
  let open: Open[] = [];
  let at = 0;
  while (at < text.length) {
    if (open.length === 0) {
      OPENERS.lastIndex = at;
      const next = OPENERS.exec(text);
      if (next === null) return;
      at = text.lastIndexOf('\n', next.index - 1) + 1;
    }
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const went = open.find((one) => {
      const from = contentStart(one, text, at, end);
      if (from < 0) {
        one.others += 1;
        return false;
      }
      one.others = 0;
      one.lines += 1;
      return goesOn(one, text, from, end, spans);
    });
    open = open.filter((one) => one.others < MAX_OTHERS && one.lines >= 0);
    if (went === undefined) {
      OPENERS.lastIndex = at;
      for (let found = OPENERS.exec(text); found !== null && found.index < end; found = OPENERS.exec(text)) {
        const begun = begin(text, at, found, end, objects, spans);
        if (begun !== null && open.length < MAX_OPEN) open.push(begun);
      }
    }
    at = end + 1;
  }
}

/** Null where nothing goes on below. */
function begin(text: string, lineStart: number, found: RegExpExecArray, end: number, objects: boolean, spans: SecretSpan[]): Open | null {
  const prefix = found.index - lineStart > HEAD ? '' : text.slice(lineStart, found.index);
  const [indentation = ''] = /[ ]*(?:- +)*$/.exec(prefix) ?? [];
  const core = prefix.slice(0, prefix.length - indentation.length);
  const quoted = quoteAround(core);
  const from = found.index + found[0].length;
  const kind = found[0].startsWith('k8s') ? 'stored' : found[0].startsWith('-') ? 'key' : found[0].endsWith('{') ? 'json' : 'yaml';
  const open: Open = { kind, core, indent: indentation.length, quoted, others: 0, lines: 0 };
  if (kind === 'key') return beginKey(open, text, from, end, spans);
  if (!objects) return null;
  // without anything in front, the lengths within a value say where it ends
  if (kind === 'stored') return core === '' ? null : beginStored(open, text, from, end, spans);
  return open;
}

function beginKey(open: Open, text: string, from: number, end: number, spans: SecretSpan[]): Open | null {
  KEY_RUN.lastIndex = from;
  const run = KEY_RUN.exec(text)?.[0] ?? '';
  const stop = Math.min(end, from + run.length);
  const start = from + (/^(?:\s|\\+[nrt])*/.exec(text.slice(from, Math.min(stop, from + 40)))?.[0].length ?? 0);
  if (start < stop && !ONLY_LINE_END.test(text.slice(start, Math.min(stop, start + 8)))) put(spans, text, start, stop);
  return text.startsWith('-----END', stop) ? null : open;
}

function beginStored(open: Open, text: string, from: number, end: number, spans: SecretSpan[]): Open | null {
  if (!text.slice(from, from + 120 + 6 * (open.core.length + 60)).includes('Secret')) return null;
  const stop = valueEnd(open, text, from, end);
  put(spans, text, from, stop);
  return open.quoted >= 0 && !(text.slice(Math.max(from, stop), stop + 8).split('"')[0] ?? '').endsWith('\\n') ? null : open;
}

/** Where the line's text begins behind a prefix like the one of `open`; -1 where it has another. */
function contentStart(open: Open, text: string, start: number, end: number): number {
  const at = sameShape(open.core, text, start, Math.min(end, start + 2 * HEAD));
  if (at >= 0 || open.kind !== 'key') return at;
  return end - start <= HEAD && KEY_LINE_ALONE.test(text.slice(start, end)) ? start : -1;
}

/** Adds what of the line belongs to what was begun; `lines` becomes -1 where it ended before. */
function goesOn(open: Open, text: string, from: number, end: number, spans: SecretSpan[]): boolean {
  const stop = valueEnd(open, text, from, end);
  DEPTH.lastIndex = from;
  const depth = Math.min(stop - from, DEPTH.exec(text)?.[0].length ?? 0);
  const head = text.slice(from, Math.min(stop, from + HEAD));
  if (head.trim() === '') return true;
  if (open.kind === 'yaml') {
    if (depth > open.indent) {
      const key = YAML_KEY.exec(head.slice(depth));
      put(spans, text, from + depth + (key?.[0].length ?? 0), stop);
      return true;
    }
  } else if (open.kind === 'json') {
    const pair = JSON_PAIR.exec(head);
    if (pair !== null) {
      const value = from + pair[0].length;
      put(spans, text, value, Math.min(end, closingQuote(text, value, pair[1]?.length ?? 0)));
      return true;
    }
  } else if (open.kind === 'stored') {
    if (open.lines < MAX_STORED_LINES && !NEXT_VALUE.test(head.trimStart())) {
      put(spans, text, from + depth, stop);
      return true;
    }
  } else if (!head.includes('-----') && KEY_LINE.test(head.trim())) {
    put(spans, text, from + depth, stop);
    return true;
  }
  open.lines = -1;
  return false;
}

/** The end of what a line says: of the string it stands in, without the line end written there, or of the line. */
function valueEnd(open: Open, text: string, from: number, end: number): number {
  let stop = open.quoted < 0 ? end : Math.min(end, closingQuote(text.slice(from, end), 0, open.quoted) + from);
  if (open.quoted >= 0) stop -= /(?:\\+[nr])*$/.exec(text.slice(Math.max(from, stop - 64), stop))?.[0].length ?? 0;
  else if (text[stop - 1] === '\r') stop -= 1;
  return Math.max(from, stop);
}

function put(spans: SecretSpan[], text: string, start: number, end: number): void {
  if (end > start && end <= text.length) spans.push({ start, end });
}

/** How often the quote is escaped that is open at the end of a prefix; -1 where none is. */
function quoteAround(core: string): number {
  const quotes = [...core.matchAll(/(\\*)"/g)].map(([, slashes = '']) => slashes.length);
  const last = quotes.at(-1);
  if (last === undefined) return -1;
  return quotes.filter((one) => one === last).length % 2 === 1 ? last : -1;
}

const SPACE = 1;
const WORD = 2;

function classOf(code: number): number {
  if (code === 32 || code === 9) return SPACE;
  const letter = code | 32;
  return (code >= 48 && code <= 57) || (letter >= 97 && letter <= 122) || code === 95 || code >= 128 ? WORD : 0;
}

/** Numbers and ids differ from line to line, and names of days and months; other words do not. */
function mayDiffer(a: string, b: string): boolean {
  return a === b || /\d/.test(a + b) || /^[a-f]+$/i.test(a + b) || /^(?:[A-Za-z]|(?:[A-Z][a-z]{2}){2})$/.test(a.length === 1 ? a : a + b);
}

/** Where a prefix of the same shape ends: numbers may differ, what stands between them not. Grep writes `-` where a line only surrounds a match. */
function sameShape(core: string, text: string, start: number, end: number): number {
  let at = start;
  for (let i = 0; i < core.length;) {
    const code = core.charCodeAt(i);
    const kind = classOf(code);
    if (kind === 0) {
      const other = at < end ? text.charCodeAt(at) : -1;
      if (other !== code && !((code === 45 || code === 58) && (other === 45 || other === 58))) return -1;
      i += 1;
      at += 1;
      continue;
    }
    const before = at;
    const word = i;
    while (i < core.length && classOf(core.charCodeAt(i)) === kind) i += 1;
    // the spaces behind the last mark are its own, what follows them is indentation
    const most = i === core.length && kind === SPACE ? Math.min(end, before + i - word) : end;
    while (at < most && classOf(text.charCodeAt(at)) === kind) at += 1;
    if (at === before && !(kind === SPACE && at === start)) return -1;
    if (kind === WORD && !mayDiffer(core.slice(word, i), text.slice(before, at))) return -1;
  }
  return at;
}
