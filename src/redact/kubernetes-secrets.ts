import { REDACTED } from './secrets.ts';

/** Replaces the values of `data` and `stringData` of every Secret among the objects of a document, JSON or YAML. */
export function removeSecretData(text: string, count: (n: number) => void): string {
  if (!/Secret(?:List)?\b/.test(text)) return text;
  return /^\s*[[{]/.test(text) ? inJson(text, count) : inYaml(text, count);
}

interface Scope {
  kind: string | null;
  key: string | null;
  /** this scope is the value of `data` or `stringData` of the scope around it */
  readonly data: boolean;
  readonly values: { readonly start: number; readonly end: number }[];
}

/** Tolerant of anything: what is no JSON simply has no Secrets. Strings within `data` are told of when its object closes. */
function inJson(text: string, count: (n: number) => void): string {
  const stack: Scope[] = [];
  const cuts: { readonly start: number; readonly end: number }[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  let pending: { readonly start: number; readonly end: number; readonly text: string } | null = null;
  let value = false;
  for (const found of text.matchAll(token)) {
    const [word] = found;
    const top = stack.at(-1);
    const start = found.index;
    if (word.startsWith('"')) {
      if (!value || top === undefined) pending = { start, end: start + word.length, text: word.slice(1, -1) };
      else if (top.key === 'kind') top.kind = word.slice(1, -1);
      if (value && top?.data === true) stack.at(-2)?.values.push({ start: start + 1, end: start + word.length - 1 });
      continue;
    }
    if (word === ':') {
      if (top !== undefined) top.key = pending?.text ?? null;
      value = true;
    } else if (word === ',') value = false;
    else if (word === '{' || word === '[') {
      stack.push({ kind: null, key: null, data: word === '{' && (top?.key === 'data' || top?.key === 'stringData'), values: [] });
      value = false;
    } else {
      const closed = stack.pop();
      if (closed?.kind === 'Secret') cuts.push(...closed.values);
      value = false;
    }
  }
  let out = '';
  let at = 0;
  for (const cut of cuts.toSorted((a, b) => a.start - b.start)) {
    if (cut.end <= cut.start || cut.start < at) continue;
    out += text.slice(at, cut.start) + REDACTED;
    at = cut.end;
    count(1);
  }
  return out + text.slice(at);
}

const indentOf = (line: string): number => /^[ ]*(?:- +)*/.exec(line)?.[0].length ?? 0;

/** `data:` may stand before `kind:`: the lines of one object are those around at the same or a deeper indent. */
function inYaml(text: string, count: (n: number) => void): string {
  const lines = text.split('\n');
  const out = [...lines];
  lines.forEach((line, at) => {
    if (!/^[ ]*(?:- +)*(?:data|stringData):[ \t\r]*$/.test(line)) return;
    const indent = indentOf(line);
    if (kindAround(lines, at, indent) !== 'Secret') return;
    for (let below = at + 1; below < lines.length; below += 1) {
      const text = lines[below] ?? '';
      if (text.trim() === '') continue;
      if ((/^ */.exec(text)?.[0].length ?? 0) <= indent) break;
      const pair = /^(\s*[^\s:#][^:]*:)[ \t]+\S/.exec(text);
      const indentOnly = /^\s*/.exec(text)?.[0] ?? '';
      // a line of a block value: kept as a line, so that those below keep their numbers
      out[below] =
        pair === null
          ? /:\s*$/.test(text)
            ? text
            : `${indentOnly}${REDACTED}`
          : /:[ \t]+[|>][+-]?\d?[ \t\r]*$/.test(text)
            ? text
            : `${pair[1] ?? ''} '${REDACTED}'`;
      count(1);
    }
  });
  return out.join('\n');
}

function kindAround(lines: readonly string[], at: number, indent: number): string | null {
  const look = (step: 1 | -1): string | null => {
    for (let i = at; i >= 0 && i < lines.length; i += step) {
      const line = lines[i] ?? '';
      if (line.trim() === '') continue;
      const own = indentOf(line);
      if (line.startsWith('---') || own < indent) return null;
      // a new item of a list begins at its dash: further up or down are other objects
      const starts = /^ *- /.test(line) && own === indent;
      if (starts && step === 1 && i !== at) return null;
      const kind = own === indent ? /^[ ]*(?:- +)*kind: *["']?(\w+)/.exec(line)?.[1] : undefined;
      if (kind !== undefined) return kind;
      if (starts && step === -1) return null;
    }
    return null;
  };
  return look(-1) ?? look(1);
}
