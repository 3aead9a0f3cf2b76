import { replaceSecretData } from '../model/secret-data.ts';

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Covers, one for each of their bytes, the secrets that were found while more of the text was in sight: SUB, which no log holds. */
export const HIDDEN = '\u001a';

/** Values after a secret's key that are no secrets: paths, references, literals, what is redacted already. */
const HARMLESS = /^(?:true|false|null|nil|none|simple|jwt|\d{1,6}|[/.<$*{[].*|\[redacted\].*|<.*|file|env|\\*"?)$/i;

const KEY = String.raw`(?:passw(?:or)?d|passphrase|pwd|secret|(?<!cluster[-_])token|api[_-]?key|access[_-]?key(?:[_-]?id)?|private[_-]?key|client[_-]?key[_-]data|auth[_-]?key|credentials?|encryption[_-]?key)`;
/** `key=value` and `"key":"value"`, also escaped within another string; a colon alone is as well the middle of a sentence. */
const KEYED = new RegExp(String.raw`(${KEY}(?:\\*["'][ \t]*[:=]|[ \t]*=)[ \t]*\\*["']?)([^\s"'\\,;&}\])]{3,})`, 'gi');
const QUOTED = new RegExp(String.raw`(${KEY}(?:["'][ \t]*:|[ \t]*[:=])[ \t]*)(["'])((?:(?!\2)[^\\\n]|\\.){3,}?)\2`, 'gi');
const YAML = new RegExp(String.raw`^([ \t]*(?:- +)?[A-Za-z0-9_.-]{0,60}?${KEY}:[ \t]+["']?)([^\s"'#|>][^\s#"']{2,})`, 'gim');
// oxlint-disable-next-line no-control-regex
const HIDDEN_RUN = /\u001a+/g;
/** of a word of a command line: a run of dashes begins no flag anew at each of them */
const FLAG = /((?<![\w-])--(?:[a-z-]{0,60}?(?:password|passwd|secret|token|access-key))[ \t]+)([^\s"'\\-][^\s"'\\]{2,})/g;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/)[^/\s@"'\\<>]{1,256}@(?=[A-Za-z0-9[])/g, `$1${REDACTED}@`],
  [/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g, REDACTED],
  [/((?<![A-Za-z])bearer[ \t]+)(?=[^\s"']*\d|[^\s"']{16})[A-Za-z0-9._~+/=-]{8,}/gi, `$1${REDACTED}`],
  [/(authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?basic[ \t]+)[A-Za-z0-9+/=]{4,}/gi, `$1${REDACTED}`],
  // a bootstrap token (bootstrap.kubernetes.io); 16 hex digits behind a dot are the name of a Kubernetes event
  [/(?<![A-Za-z0-9.])[a-z0-9]{6}\.(?![0-9a-f]{16}(?![a-z0-9]))(?=[a-z]*\d)[a-z0-9]{16}(?![A-Za-z0-9.])/g, REDACTED],
  [/(?<![A-Za-z0-9])K10[0-9a-f]{64}::[^\s"'\\]+/g, REDACTED],
  [/(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AIDA|AROA)[0-9A-Z]{16}(?![A-Za-z0-9])/g, REDACTED],
  [/(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,})/g, REDACTED],
  // HAProxy's userlists and statistics page, keepalived
  [/(^[ \t]*(?:user[ \t]+\S+[ \t]+(?:insecure-)?password|stats[ \t]+auth[ \t]+[^\s:]+:|auth_pass[ \t])[ \t]*)\S+/gm, `$1${REDACTED}`],
  [/((?:--user|ETCDCTL_USER)[ =]\\*["']?[^\s:"']{1,64}:)[^\s"'\\]+/g, `$1${REDACTED}`],
];

/** Private keys and, in one line of another text, certificates, whose names cannot be replaced without their key. */
const KEY_BLOCK = /-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?)-----(?:(?:(?!-----BEGIN )[\s\S]){0,32768}?-----END \1-----|[A-Za-z0-9+/=\s\\]*)/g;
const INLINE_CERTIFICATE = /-----BEGIN ((?:[A-Z0-9]+ )*CERTIFICATE(?: REQUEST)?)-----[A-Za-z0-9+/=\s\\]*(?:-----END \1-----)?/g;
/** base64 of `-----BEGIN`, whatever comes after. */
const PEM_BASE64 = /LS0tLS1CRUdJTi[A-Za-z0-9+/\\=]{20,}/g;
/** Objects written out in one line, an applied configuration say. */
const SECRET_IN_LINE = /kind(\\*)"[ \t]*:[ \t]*\1"Secret\1"/;
const DATA_IN_LINE = /(\\*")(data|stringData)\1[ \t]*:[ \t]*\{[^{}]*\}/g;

/** As `etcdctl get` prints a pair: whatever a value is, nothing in base64 can be given pseudonyms. */
const ETCDCTL_JSON = /("key":")[A-Za-z0-9+/=]+("(?:,"(?:create_revision|mod_revision|version|lease)":\d+)+(?:,"value":"))[A-Za-z0-9+/=]*(?=")/g;
const ETCDCTL_FIELDS = /^("Value" : ")(?:[^"\\\n]|\\.)*/gm;
/** A stored object in base64: `k8s` and a zero byte, or JSON. */
const OBJECT_BASE64 = /(?<![A-Za-z0-9+/])(?:azhzA[A-P]|azhzOmVuYz|eyJ)[A-Za-z0-9+/]{40,}={0,2}/g;

/** Replaces secrets in a run of whole lines; lines stay lines. `count` hears how many went. */
export function removeSecrets(text: string, count: (n: number) => void): string {
  let out = text;
  const tell = (whole: string, put: string): string => {
    if (put !== whole) count(1);
    return put;
  };
  const lines = (whole: string): string => tell(whole, `${REDACTED}${'\n'.repeat(whole.split('\n').length - 1)}`);
  out = replaceSecretData(out, lines);
  if (out.includes(HIDDEN)) out = out.replaceAll(HIDDEN_RUN, (whole) => tell(whole, REDACTED));
  if (out.includes('-----BEGIN ')) {
    out = out.replace(KEY_BLOCK, lines).replace(INLINE_CERTIFICATE, lines);
  }
  if (out.includes('LS0tLS1CRUdJTi')) out = out.replace(PEM_BASE64, (whole) => tell(whole, REDACTED));
  if (SECRET_IN_LINE.test(out)) {
    out = out
      .split('\n')
      .map((line) =>
        SECRET_IN_LINE.test(line) ? line.replace(DATA_IN_LINE, (whole, quote: string, key: string) => tell(whole, `${quote}${key}${quote}:{}`)) : line,
      )
      .join('\n');
  }
  for (const [pattern, put] of PATTERNS) {
    pattern.lastIndex = 0;
    if (pattern.test(out)) {
      pattern.lastIndex = 0;
      out = out.replace(pattern, (...found: readonly unknown[]) => tell(String(found[0]), put.replace('$1', typeof found[1] === 'string' ? found[1] : '')));
    }
  }
  out = out.replace(ETCDCTL_JSON, (whole, before: string, between: string) => tell(whole, `${before}${REDACTED}${between}${REDACTED}`));
  out = out.replace(ETCDCTL_FIELDS, (whole, before: string) => tell(whole, `${before}${REDACTED}`));
  out = out.replace(OBJECT_BASE64, (whole) => tell(whole, REDACTED));
  const value = (whole: string, before: string, secret: string): string => (HARMLESS.test(secret) ? whole : tell(whole, `${before}${REDACTED}`));
  out = out.replace(QUOTED, (whole, before: string, quote: string, secret: string) =>
    HARMLESS.test(secret) ? whole : tell(whole, `${before}${quote}${REDACTED}${quote}`),
  );
  for (const pattern of [KEYED, YAML, FLAG]) out = out.replace(pattern, value);
  return out;
}
