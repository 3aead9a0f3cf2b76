import { utf8 } from './latin1.ts';

const QUOTE = 34;
const BACKSLASH = 92;

/** Index of the quote that ends the string begun at `from - 1`; -1 when there is none. */
function stringEnd(s: string, from: number): number {
  for (let at = s.indexOf('"', from); at >= 0; at = s.indexOf('"', at + 1)) {
    let slashes = 0;
    while (s.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

function unquote(s: string, from: number, end: number, bytes: boolean): string | null {
  const slice = s.slice(from, end);
  const raw = bytes ? utf8(slice) : slice;
  if (!raw.includes('\\')) return raw;
  try {
    const value: unknown = JSON.parse(`"${raw}"`);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/**
 * One field out of a one-line JSON object, without parsing the rest: within JSON a quoted key followed by a colon cannot occur
 * inside a value, whose quotes are escaped. Numbers and booleans come as their text, so 64-bit integers stay exact; null when absent
 * or neither string, number nor boolean. `bytes` says that the line is bytes read as Latin-1: the field comes as the UTF-8 text it is.
 */
export function jsonScalar(line: string, key: string, bytes = false): string | null {
  const at = valueAt(line, key);
  if (at < 0) return null;
  if (line.charCodeAt(at) === QUOTE) {
    const end = stringEnd(line, at + 1);
    return end < 0 ? null : unquote(line, at + 1, end, bytes);
  }
  const text = /[^,}\]\s]*/.exec(line.slice(at, at + 40))?.[0] ?? '';
  return text === '' || text === 'null' || text.startsWith('{') || text.startsWith('[') ? null : text;
}

/** The strings of an array field; empty when it is absent or no array. */
export function jsonStrings(line: string, key: string, bytes = false): readonly string[] {
  const at = valueAt(line, key);
  if (at < 0 || line.charAt(at) !== '[') return [];
  const items: string[] = [];
  for (let open = at + 1; line.charCodeAt(open) === QUOTE;) {
    const end = stringEnd(line, open + 1);
    if (end < 0) break;
    const item = unquote(line, open + 1, end, bytes);
    if (item !== null) items.push(item);
    open = end + 1;
    if (line.charAt(open) === ',') open += line.charCodeAt(open + 1) === 32 ? 2 : 1;
  }
  return items;
}

function valueAt(line: string, key: string): number {
  const needle = `"${key}":`;
  const at = line.indexOf(needle);
  if (at < 0) return -1;
  const value = at + needle.length;
  // zap's console encoder puts a space behind the colon
  return line.charCodeAt(value) === 32 ? value + 1 : value;
}
