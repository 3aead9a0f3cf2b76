import { closingQuote, jsonSpans } from './secret-json.ts';
import { lineSpans } from './secret-lines.ts';

/** Characters `[start, end)` of a text that are secret. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

/** What a diagnostic says where something was hidden. */
export const WITHHELD = 'stars stand for the data of Secrets, private keys or tokens';

const STAR = 0x2a;
const SECRET = Buffer.from('Secret');
/** `Secr` as it stands in the base64 of an object that etcd holds: both of its encodings put it at a multiple of three */
const SECRET_BASE64 = Buffer.from('U2Vjcm');
/** of `-----BEGIN … PRIVATE KEY-----`, of the same in base64, and of `{"alg":`, with which the base64 of a token begins */
const PRIVATE_KEY = Buffer.from('PRIVAT');
const PEM_BASE64 = Buffer.from('LS0tLS');
const TOKEN = Buffer.from('hbGciO');

/** What stands before the word where an object names its kind: JSON, however often quoted, YAML, or protobuf's length. */
// oxlint-disable-next-line no-control-regex
const NAMES_KIND = /(?:kind\\*["']?[ \t]*:[ \t]*\\*["']?|\u0006|\\x06|\\u0006|\\006)$/;
const JSON_KIND = /kind(\\{0,15})"\s*:\s*\1"Secret(?:List)?\1"/;
const YAML_KIND = /kind:[ \t]+["']?Secret(?:List)?\b/;
const STORED_KIND = /k8s(?:\0|\\+(?:x00|u0000|000))/;
const ENVELOPE = 'k8s\0';
const ESCAPED_ENVELOPE = /k8s\\+(?:x00|u0000|000)/g;
const BASE64_RUN = /(?:[A-Za-z0-9+/=]|\\\/){24,}/g;
const PEM_RUN = /LS0tLS1CRUdJTi(?:[A-Za-z0-9+/=]|\\\/){20,}/g;
/** Upstream: RFC 7519; service accounts' tokens are such. */
const JWT = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g;

/**
 * What is secret in a piece of text, one character a byte: the data of Kubernetes Secrets (objects as `kubectl -o yaml|json` prints them,
 * requests in debug logs, values as `etcdctl get` prints them, raw, quoted or in base64), private keys and tokens. Where a Secret is near, the
 * `data` of other objects counts too. `listed`: the text goes on with a list of Secrets, whose elements say no kind.
 */
export function secretSpans(text: string, listed = false): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  const json = listed || JSON_KIND.test(text);
  const objects = json || YAML_KIND.test(text) || (STORED_KIND.test(text) && text.includes('Secret'));
  if (json) jsonSpans(text, spans);
  if (objects || text.includes('PRIVATE KEY')) lineSpans(text, objects, spans);
  envelopeSpans(text, spans);
  if (text.includes('U2VjcmV0'))
    for (const { 0: run, index } of text.matchAll(BASE64_RUN)) if (run.includes('U2VjcmV0')) spans.push({ start: index, end: index + run.length });
  for (const { 0: run, index } of text.matchAll(PEM_RUN)) if (isPrivateKey(run)) spans.push({ start: index, end: index + run.length });
  if (text.includes('eyJ')) for (const { 0: token, index } of text.matchAll(JWT)) spans.push({ start: index, end: index + token.length });
  return spans;
}

function isPrivateKey(base64: string): boolean {
  return Buffer.from(base64.slice(0, 64), 'base64').includes('PRIVATE KEY');
}

/** Whether `secretSpans` may find something: a look at the bytes alone, for every block of every log. Searches for more than six bytes cost many times as much. */
export function mayHoldSecret(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = buffer.indexOf(SECRET); at >= 0; at = buffer.indexOf(SECRET, at + 1)) {
    if (NAMES_KIND.test(buffer.toString('latin1', Math.max(0, at - 24), at))) return true;
  }
  for (let at = buffer.indexOf(PEM_BASE64); at >= 0; at = buffer.indexOf(PEM_BASE64, at + 1)) {
    if (isPrivateKey(buffer.toString('latin1', at, at + 64))) return true;
  }
  return buffer.indexOf(SECRET_BASE64) >= 0 || buffer.indexOf(PRIVATE_KEY) >= 0 || buffer.indexOf(TOKEN) >= 0;
}

/** Whether a list of Secrets begins in the text whose elements say no kind themselves. */
export function listsSecrets(text: string): boolean {
  return /kind\\*["']?\s*:\s*\\*["']?SecretList\b/.test(text);
}

/** Covers `[start, end)` of the bytes, line ends left where they are, so that every other byte keeps its place; says whether any changed. */
export function cover(bytes: Uint8Array, start: number, end: number, mask = STAR): boolean {
  let changed = false;
  for (let at = Math.max(0, start); at < Math.min(end, bytes.byteLength); at += 1) {
    if (bytes[at] === 10 || bytes[at] === 13 || bytes[at] === mask) continue;
    bytes[at] = mask;
    changed = true;
  }
  return changed;
}

/** Puts stars over what is secret in a whole text; says how many places. */
export function hideSecretData(bytes: Uint8Array): number {
  if (!mayHoldSecret(bytes)) return 0;
  const spans = secretSpans(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  let hidden = 0;
  for (const { start, end } of spans) if (cover(bytes, start, end)) hidden += 1;
  return hidden;
}

/** The text with something else where secrets stand. */
export function replaceSecretData(text: string, put: (data: string) => string): string {
  let out = '';
  let at = 0;
  for (const { start, end } of [...secretSpans(text)].sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue;
    const from = Math.max(at, start);
    out += text.slice(at, from) + (start < at ? '' : put(text.slice(from, end)));
    at = end;
  }
  return out + text.slice(at);
}

/** The same as `hideSecretData` for a text in characters. */
export function hideSecretText(text: string): string {
  return mayBeSecretText(text) ? replaceSecretData(text, (data) => data.replace(/[^\r\n]/g, '*')) : text;
}

/** The same as `mayHoldSecret` for a text in characters. */
function mayBeSecretText(text: string): boolean {
  return text.includes('Secret') || text.includes('U2Vjcm') || text.includes('PRIVAT') || text.includes('LS0tLS') || text.includes('hbGciO');
}

/** Whether a line of a case is this one, where secrets may have been hidden in it. */
export function sameButHidden(kept: string, found: string): boolean {
  if (kept.length !== found.length || !kept.includes('*')) return false;
  for (let i = 0; i < kept.length; i += 1) if (kept[i] !== '*' && kept[i] !== found[i]) return false;
  return true;
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
