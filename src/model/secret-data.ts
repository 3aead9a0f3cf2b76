/** Characters `[start, end)` of a text that are the data of a Kubernetes Secret. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

const SECRET = Buffer.from('Secret');
/** `Secret` as it stands in the base64 of an object that etcd holds: both of its encodings put it at a multiple of three */
const SECRET_BASE64 = Buffer.from('U2VjcmV0');
const STAR = 0x2a;

/** What stands before the word where an object names its kind: JSON, however often quoted, YAML, or protobuf's length. */
// oxlint-disable-next-line no-control-regex
const NAMES_KIND = /(?:kind\\*["']?[ \t]*:[ \t]*\\*["']?|\u0006|\\x06|\\u0006|\\006)$/;
const JSON_KIND = /kind(\\{0,15})"\s*:\s*\1"Secret(?:List)?\1"/;
const YAML_KIND = /kind:[ \t]+["']?Secret(?:List)?\b/;
const JSON_DATA = /(\\{0,15})"(?:data|stringData)\1"(?:\s|\\+n)*:(?:\s|\\+n)*\{/g;
const JSON_PAIR = /(?:[\s,]|\\+[nt])*(\\*)"[^"]{0,1000}?\1"(?:\s|\\+[nt])*:(?:\s|\\+[nt])*\1"/y;
const YAML_DATA = /^([ ]*(?:- +)*)(?:data|stringData):[ \t]*\r?$/;
const ENVELOPE = 'k8s\0';
const ESCAPED_ENVELOPE = /k8s\\+(?:x00|u0000|000)/g;
const BASE64_RUN = /[A-Za-z0-9+/=\\]{24,}/g;

/**
 * The data of Secrets in a piece of text, one character a byte: objects as `kubectl -o yaml|json` prints them, requests in debug logs,
 * and values as `etcdctl get` prints them, raw, quoted or in base64. Where a Secret is near, the `data` of other objects counts too.
 */
export function secretSpans(text: string): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  if (JSON_KIND.test(text)) jsonSpans(text, spans);
  if (YAML_KIND.test(text)) yamlSpans(text, spans);
  envelopeSpans(text, spans);
  if (text.includes('U2VjcmV0'))
    for (const { 0: run, index } of text.matchAll(BASE64_RUN)) if (/U2VjcmV0/.test(run)) spans.push({ start: index, end: index + run.length });
  return spans;
}

/** Whether `secretSpans` may find something: a look at the bytes alone, for every block of every log. */
export function mayHoldSecret(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(SECRET); at >= 0; at = buffer.indexOf(SECRET, at + 1)) {
    if (NAMES_KIND.test(buffer.toString('latin1', Math.max(0, at - 24), at))) return true;
  }
  return buffer.indexOf(SECRET_BASE64) >= 0;
}

/** Puts stars over the data of Secrets, line ends left where they are, so that every other byte keeps its place; says how many places. */
export function hideSecretData(bytes: Uint8Array): number {
  if (!mayHoldSecret(bytes)) return 0;
  const spans = secretSpans(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  for (const { start, end } of spans) for (let at = start; at < end; at += 1) if (bytes[at] !== 10 && bytes[at] !== 13) bytes[at] = STAR;
  return spans.length;
}

/** The text with something else where the data of Secrets stands. */
export function replaceSecretData(text: string, put: (data: string) => string): string {
  let out = '';
  let at = 0;
  for (const { start, end } of [...secretSpans(text)].sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    out += text.slice(at, start) + put(text.slice(start, end));
    at = end;
  }
  return out + text.slice(at);
}

/** The same as `hideSecretData` for a text in characters. */
export function hideSecretText(text: string): string {
  if (!text.includes('Secret') && !text.includes('U2VjcmV0')) return text;
  return replaceSecretData(text, (data) => data.replace(/[^\r\n]/g, '*'));
}

/** Whether a line of a case is this one, where a Secret's data may have been hidden in it. */
export function sameButHidden(kept: string, found: string): boolean {
  if (kept.length !== found.length || !kept.includes('*')) return false;
  for (let i = 0; i < kept.length; i += 1) if (kept[i] !== '*' && kept[i] !== found[i]) return false;
  return true;
}

/** The values of each `data` object: up to the quote that is escaped as often as the one it began with. */
function jsonSpans(text: string, spans: SecretSpan[]): void {
  for (const found of text.matchAll(JSON_DATA)) {
    const depth = found[1]?.length ?? 0;
    let at = found.index + found[0].length;
    for (;;) {
      JSON_PAIR.lastIndex = at;
      const pair = JSON_PAIR.exec(text);
      if (pair === null) break;
      const start = JSON_PAIR.lastIndex;
      const end = closingQuote(text, start, depth);
      if (end > start) spans.push({ start, end });
      at = end + depth + 1;
    }
  }
}

function closingQuote(text: string, from: number, depth: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] === '\\') slashes += 1;
    if (slashes <= depth || (depth === 0 && slashes % 2 === 0)) return at - Math.min(slashes, depth);
  }
  return text.length;
}

/** The lines below `data:` that are indented deeper; of a line `key: value` the value. */
function yamlSpans(text: string, spans: SecretSpan[]): void {
  let indent = -1;
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const head = text.slice(start, Math.min(end, start + 400));
    const depth = /^ */.exec(head)?.[0].length ?? 0;
    const data = YAML_DATA.exec(head);
    if (data !== null) indent = (data[1] ?? '').length;
    else if (indent >= 0 && head.trim() !== '') {
      if (depth <= indent) indent = -1;
      else {
        const key = /^ *[A-Za-z0-9._-]{1,253}:(?: |\r?$)/.exec(head);
        const from = start + (key === null ? depth : key[0].length);
        if (end > from) spans.push({ start: from, end });
      }
    }
    start = end + 1;
  }
}

/** Values as they lie in etcd (kubernetes/apimachinery `runtime.Unknown`), and the same written with escapes in a quoted string. */
function envelopeSpans(text: string, spans: SecretSpan[]): void {
  for (let at = text.indexOf(ENVELOPE); at >= 0; at = text.indexOf(ENVELOPE, at + 1)) {
    if (!text.slice(at, at + 80).includes('Secret')) continue;
    const end = envelopeEnd(text, at + ENVELOPE.length);
    spans.push({ start: at + ENVELOPE.length, end });
    at = end - 1;
  }
  ESCAPED_ENVELOPE.lastIndex = 0;
  for (let found = ESCAPED_ENVELOPE.exec(text); found !== null; found = ESCAPED_ENVELOPE.exec(text)) {
    const from = found.index + found[0].length;
    if (!text.slice(from, from + 120).includes('Secret')) continue;
    const newline = text.indexOf('\n', from);
    const end = from + closingQuote(text.slice(from, newline < 0 ? text.length : newline), 0, 0);
    spans.push({ start: from, end });
    ESCAPED_ENVELOPE.lastIndex = end;
  }
}

/** Where the envelope's last field ends; where its lengths do not hold, as after a terminal's replacements, the next key or prompt. */
function envelopeEnd(text: string, from: number): number {
  let at = from;
  for (let field = 1; field <= 4 && text.charCodeAt(at) === field * 8 + 2; field += 1) {
    let length = 0;
    let shift = 1;
    let byte = 0x80;
    for (at += 1; byte >= 0x80 && shift < 2 ** 35; at += 1) {
      byte = text.charCodeAt(at);
      length += (byte & 0x7f) * shift;
      shift *= 128;
    }
    at += length;
  }
  if (at > from && at <= text.length && (at === text.length || text[at] === '\n')) return at;
  const next = /\n(?=\/|[$#] |\{"|\d{4}-\d\d-\d\d|[IWEF]\d{4} )/g;
  next.lastIndex = from;
  return next.exec(text)?.index ?? text.length;
}
