/** A JSON value with its place in the text. Numbers keep their digits: etcd ids do not fit a JavaScript number. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

interface Span {
  /** UTF-16 index of the first character */
  readonly start: number;
  /** UTF-16 index after the last character */
  readonly end: number;
  /** false when the text was damaged or ended inside this value: what stands in it is only a part */
  readonly complete: boolean;
}

export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, JsonNode>;
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonScalar extends Span {
  readonly kind: 'string' | 'number' | 'boolean' | 'null';
  /** the string's value; the number's digits as written; `true`, `false`, `null` */
  readonly text: string;
}

export interface JsonProblem {
  readonly index: number;
  readonly message: string;
}

export interface JsonRead {
  /** null when not even a first value could be read */
  readonly node: JsonNode | null;
  /** index after what was read */
  readonly end: number;
  readonly problem: JsonProblem | null;
}

const MAX_DEPTH = 200;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * Reads one JSON value at `from` (white space before it is skipped). Never throws: damage ends the reading, marks the
 * values it lies in as incomplete, and is told in `problem`. More text may follow, as in concatenated documents.
 */
export function readJson(text: string, from = 0): JsonRead {
  let at = from;
  let problem: JsonProblem | null = null;

  const fail = (message: string): null => {
    problem ??= { index: Math.min(at, text.length), message };
    return null;
  };

  const skip = (): void => {
    for (;;) {
      const c = text.charCodeAt(at);
      if (c === 32 || c === 10 || c === 13 || c === 9) at += 1;
      else return;
    }
  };

  const string = (): JsonScalar | null => {
    const start = at;
    let end = at + 1;
    let escaped = false;
    for (;;) {
      const c = text.charCodeAt(end);
      if (c === 34) break;
      if (c === 92) {
        escaped = true;
        end += 2;
      } else if (Number.isNaN(c) || c === 10) {
        return fail('a string does not end');
      } else end += 1;
    }
    at = end + 1;
    const raw = text.slice(start + 1, end);
    if (!escaped) return { kind: 'string', text: raw, start, end: at, complete: true };
    try {
      const value: unknown = JSON.parse(`"${raw.replace(/\t/g, '\\t')}"`);
      return { kind: 'string', text: String(value), start, end: at, complete: true };
    } catch {
      return { kind: 'string', text: raw, start, end: at, complete: true };
    }
  };

  const object = (depth: number): JsonObject => {
    const start = at;
    const entries = new Map<string, JsonNode>();
    at += 1;
    skip();
    while (problem === null && text[at] !== '}') {
      if (text[at] !== '"') {
        fail('a key was expected');
        break;
      }
      const key = string();
      if (key === null) break;
      skip();
      if (text[at] !== ':') {
        fail('a colon was expected');
        break;
      }
      at += 1;
      const child = value(depth + 1);
      if (child !== null) entries.set(key.text, child);
      if (problem !== null) break;
      skip();
      if (text[at] === ',') {
        at += 1;
        skip();
      } else if (text[at] !== '}') fail('a comma or } was expected');
    }
    if (problem === null) at += 1;
    return { kind: 'object', entries, start, end: at, complete: problem === null };
  };

  const array = (depth: number): JsonArray => {
    const start = at;
    const items: JsonNode[] = [];
    at += 1;
    skip();
    while (problem === null && text[at] !== ']') {
      const child = value(depth + 1);
      if (child !== null) items.push(child);
      if (problem !== null) break;
      skip();
      if (text[at] === ',') at += 1;
      else if (text[at] !== ']') fail('a comma or ] was expected');
      skip();
    }
    if (problem === null) at += 1;
    return { kind: 'array', items, start, end: at, complete: problem === null };
  };

  function value(depth: number): JsonNode | null {
    skip();
    if (depth > MAX_DEPTH) return fail('values are nested too deeply');
    const c = text[at];
    if (c === '{') return object(depth);
    if (c === '[') return array(depth);
    if (c === '"') return string();
    const start = at;
    NUMBER.lastIndex = at;
    const number = NUMBER.exec(text);
    if (number !== null) {
      at = NUMBER.lastIndex;
      // a number that touches the end of the text inside a container may have lost digits
      if (at >= text.length && depth > 0) return fail('the text ends in a number');
      return { kind: 'number', text: number[0], start, end: at, complete: true };
    }
    WORD.lastIndex = at;
    const word = WORD.exec(text);
    if (word === null) return fail(at >= text.length ? 'the text ends early' : 'no JSON value');
    at = WORD.lastIndex;
    return { kind: word[0] === 'null' ? 'null' : 'boolean', text: word[0], start, end: at, complete: true };
  }

  const node = value(0);
  return { node, end: at, problem };
}
