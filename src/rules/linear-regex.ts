/**
 * Regular expressions that cannot hang: a subset of the usual syntax, run as a set of states over the text
 * (Thompson's construction), so that time grows with text × expression, whatever either holds.
 * Taken: literals, `.`, classes `[a-z]` `[^…]` `\d \w \s \D \W \S`, anchors `^ $`, groups `(…)` `(?:…)`, `|`, `* + ? {n,m}`.
 * Refused: backreferences, lookaround, named groups, `\b`, and quantifiers on something already quantified (`(a+)+`),
 * which here would be harmless but is a mistake wherever the expression travels next.
 */
type Test = (code: number) => boolean;

type Node =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'start' | 'end' | 'empty' }
  | { readonly kind: 'seq' | 'alt'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

type Op = { readonly op: 'char'; readonly test: Test } | { readonly op: 'start' | 'end' | 'match' } | { readonly op: 'split'; readonly to: readonly number[] };

export class RegexRefused extends Error {
  override readonly name = 'RegexRefused';
}

const MAX_STATES = 2000;
const MAX_REPEAT = 200;
const digit: Test = (c) => c >= 48 && c <= 57;
const word: Test = (c) => digit(c) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95;
const space: Test = (c) => c === 32 || (c >= 9 && c <= 13) || c === 0xa0;
const not =
  (test: Test): Test =>
  (c) =>
    !test(c);
const CLASSES: Readonly<Record<string, Test>> = { d: digit, D: not(digit), w: word, W: not(word), s: space, S: not(space) };
const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

function quantified(node: Node): boolean {
  if (node.kind === 'repeat') return true;
  return node.kind === 'seq' || node.kind === 'alt' ? node.parts.some(quantified) : false;
}

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): Node {
    const node = this.alternatives();
    if (this.at < this.text.length) throw new RegexRefused(`unmatched ")" at ${this.at + 1}`);
    return node;
  }

  private alternatives(): Node {
    const parts = [this.sequence()];
    while (this.text[this.at] === '|') {
      this.at += 1;
      parts.push(this.sequence());
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'alt', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') parts.push(this.quantifier(this.atom()));
    return { kind: 'seq', parts };
  }

  private quantifier(part: Node): Node {
    const bounds = this.bounds();
    if (bounds === null) return part;
    if (quantified(part)) throw new RegexRefused(`nested quantifier at ${this.at}`);
    if (part.kind === 'start' || part.kind === 'end') throw new RegexRefused(`quantifier on an anchor at ${this.at}`);
    if (this.text[this.at] === '?') this.at += 1;
    return { kind: 'repeat', part, min: bounds[0], max: bounds[1] };
  }

  private bounds(): readonly [number, number] | null {
    const c = this.text[this.at];
    const simple = c === '*' ? ([0, Infinity] as const) : c === '+' ? ([1, Infinity] as const) : c === '?' ? ([0, 1] as const) : null;
    if (simple !== null) {
      this.at += 1;
      return simple;
    }
    const m = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.text.slice(this.at, this.at + 12));
    if (m === null) return null;
    this.at += m[0].length;
    const min = Number(m[1]);
    const max = m[2] === undefined ? min : m[3] === '' ? Infinity : Number(m[3]);
    if (max < min || min > MAX_REPEAT || (max !== Infinity && max > MAX_REPEAT))
      throw new RegexRefused(`repeat out of range (up to ${MAX_REPEAT}) at ${this.at}`);
    return [min, max];
  }

  private atom(): Node {
    const c = this.text[this.at] ?? '';
    this.at += 1;
    if (c === '^') return { kind: 'start' };
    if (c === '$') return { kind: 'end' };
    if (c === '.') return { kind: 'char', test: (code) => code !== 10 };
    if (c === '[') return { kind: 'char', test: this.set() };
    if (c === '(') return this.group();
    if (c === '\\') return { kind: 'char', test: this.escape(false) };
    if (c === '*' || c === '+' || c === '?') throw new RegexRefused(`nothing to repeat at ${this.at}`);
    const code = c.charCodeAt(0);
    return { kind: 'char', test: (x) => x === code };
  }

  private group(): Node {
    if (this.text[this.at] === '?') {
      if (this.text[this.at + 1] !== ':') throw new RegexRefused(`lookaround and named groups are not taken (at ${this.at})`);
      this.at += 2;
    }
    const inside = this.alternatives();
    if (this.text[this.at] !== ')') throw new RegexRefused('a group is not closed');
    this.at += 1;
    return inside;
  }

  private escape(inSet: boolean): Test {
    const c = this.text[this.at] ?? '';
    this.at += 1;
    const named = CLASSES[c];
    if (named !== undefined) return named;
    if (/[1-9k]/.test(c)) throw new RegexRefused(`backreferences are not taken (at ${this.at - 1})`);
    const control = CONTROLS[c];
    if (control === undefined && (c === '' || (/[A-Za-z0]/.test(c) && !(inSet && c === '-'))))
      throw new RegexRefused(`unknown escape \\${c} at ${this.at - 1}`);
    const code = control ?? c.charCodeAt(0);
    return (x) => x === code;
  }

  private set(): Test {
    const negated = this.text[this.at] === '^';
    if (negated) this.at += 1;
    const tests: Test[] = [];
    for (let first = true; first || this.text[this.at] !== ']'; first = false) {
      const c = this.text[this.at];
      if (c === undefined) throw new RegexRefused('a class is not closed');
      this.at += 1;
      if (c === '\\') {
        tests.push(this.escape(true));
        continue;
      }
      const low = c.charCodeAt(0);
      const until = this.text[this.at + 1];
      if (this.text[this.at] === '-' && until !== undefined && until !== ']' && until !== '\\') {
        const high = until.charCodeAt(0);
        if (high < low) throw new RegexRefused(`range out of order at ${this.at}`);
        this.at += 2;
        tests.push((x) => x >= low && x <= high);
      } else tests.push((x) => x === low);
    }
    this.at += 1;
    const any: Test = (x) => tests.some((test) => test(x));
    return negated ? not(any) : any;
  }
}

function emit(node: Node, program: Op[]): void {
  if (program.length > MAX_STATES) throw new RegexRefused(`too large (more than ${MAX_STATES} states)`);
  switch (node.kind) {
    case 'char':
      program.push({ op: 'char', test: node.test });
      break;
    case 'start':
    case 'end':
      program.push({ op: node.kind });
      break;
    case 'empty':
      break;
    case 'seq':
      for (const part of node.parts) emit(part, program);
      break;
    case 'alt':
      emitAlternatives(node.parts, program);
      break;
    case 'repeat':
      emitRepeat(node.part, node.min, node.max, program);
      break;
  }
}

function emitAlternatives(parts: readonly Node[], program: Op[]): void {
  const ends: number[][] = [];
  parts.forEach((part, index) => {
    const to = [program.length + 1];
    if (index < parts.length - 1) program.push({ op: 'split', to });
    emit(part, program);
    if (index < parts.length - 1) {
      const end: number[] = [];
      program.push({ op: 'split', to: end });
      ends.push(end);
      to.push(program.length);
    }
  });
  for (const end of ends) end.push(program.length);
}

function emitRepeat(part: Node, min: number, max: number, program: Op[]): void {
  for (let i = 0; i < min; i += 1) emit(part, program);
  if (max === Infinity) {
    const start = program.length;
    const to = [start + 1];
    program.push({ op: 'split', to });
    emit(part, program);
    program.push({ op: 'split', to: [start] });
    to.push(program.length);
    return;
  }
  const skips: number[][] = [];
  for (let i = min; i < max; i += 1) {
    const to = [program.length + 1];
    program.push({ op: 'split', to });
    skips.push(to);
    emit(part, program);
  }
  for (const to of skips) to.push(program.length);
}

/** Compiles, or throws `RegexRefused` saying why not. The result tells whether the expression occurs anywhere in a text. */
export function compileLinearRegex(source: string): (text: string) => boolean {
  const program: Op[] = [];
  emit(new Parser(source).whole(), program);
  program.push({ op: 'match' });
  return (text) => run(program, text);
}

function run(program: readonly Op[], text: string): boolean {
  let current: number[] = [];
  const seen = new Int32Array(program.length).fill(-1);
  const add = (start: number, at: number, into: number[]): boolean => {
    const stack = [start];
    for (let pc = stack.pop(); pc !== undefined; pc = stack.pop()) {
      if (seen[pc] === at) continue;
      seen[pc] = at;
      const op = program[pc];
      if (op === undefined) continue;
      if (op.op === 'match') return true;
      if (op.op === 'char') into.push(pc);
      else if (op.op === 'split') stack.push(...op.to);
      else if (op.op === 'start' ? at === 0 : at === text.length) stack.push(pc + 1);
    }
    return false;
  };
  for (let at = 0; at <= text.length; at += 1) {
    if (add(0, at, current)) return true;
    if (at === text.length) return false;
    const code = text.charCodeAt(at);
    const next: number[] = [];
    for (const pc of current) {
      const op = program[pc];
      if (op?.op === 'char' && op.test(code) && add(pc + 1, at + 1, next)) return true;
    }
    current = next;
  }
  return false;
}
