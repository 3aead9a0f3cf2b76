/** Where a JSON string that starts at `from` (its quote) ends, the closing quote included. */
function stringEnd(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 92) i += 1;
    else if (c === 34) return i + 1;
  }
  return -1;
}

/** Where a JSON value of any kind ends. Values are never turned into numbers, since member ids exceed 2^53. */
function valueEnd(text: string, from: number): number {
  if (text[from] === '"') return stringEnd(text, from);
  let depth = 0;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = stringEnd(text, i);
      if (end < 0) return -1;
      i = end - 1;
    } else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') {
      if (depth === 0) return i;
      depth -= 1;
      if (depth === 0) return i + 1;
    } else if (c === ',' && depth === 0) return i;
  }
  return -1;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' && parsed !== '' && !/\s/.test(parsed) ? parsed : value;
  } catch {
    return value;
  }
}

function messageText(value: string): string {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === 'string' ? parsed : value;
  } catch {
    return value;
  }
}

/** Shown in columns of their own, or of no use in a list. */
const ELSEWHERE = new Set(['level', 'ts', 'caller', 'logger', 'severity', 'time']);
/** A longer line is shown as it stands. */
const LONGEST = 20_000;

/** A log line for a list: zap JSON as its message and fields, also inside a journal's or docker's JSON, anything else without the stamps that stand in front. */
export function briefOf(line: string): string {
  const start = line.indexOf('{"');
  if (start >= 0 && start < 200 && line.length <= LONGEST) {
    const brief = briefJson(line.slice(start));
    if (brief !== null) return brief;
  }
  return line.slice(0, LONGEST).replace(STAMPS, '');
}

/** CRI, journal and klog stamps, and etcd's capnslog time. */
const STAMPS =
  /^(?:\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] )?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ \S+?(?:\[\d+\])?: )?(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ )?(?:[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ )?/;

function briefJson(json: string): string | null {
  let message: string | null = null;
  let wrapped: string | null = null;
  const fields: string[] = [];
  let at = 1;
  while (json[at] === '"') {
    const nameEnd = stringEnd(json, at);
    if (nameEnd < 0 || json[nameEnd] !== ':') return null;
    const name = json.slice(at + 1, nameEnd - 1);
    const end = valueEnd(json, nameEnd + 1);
    if (end < 0) return null;
    const value = json.slice(nameEnd + 1, end);
    if (name === 'msg') message = messageText(value);
    else if (name === 'MESSAGE' || name === 'log') wrapped = messageText(value);
    else if (!ELSEWHERE.has(name)) fields.push(`${name}=${unquoted(value)}`);
    if (json[end] !== ',') break;
    at = end + 1;
  }
  // what the journal or docker wrote round a line says nothing of it
  if (message === null && wrapped !== null) return briefOf(wrapped.trimEnd());
  return message === null ? null : [message.trimEnd(), ...fields].join('  ');
}
