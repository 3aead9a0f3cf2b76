import { levelCode } from '../line.ts';
import { indexWithin } from '../latin1.ts';
import type { LogLine } from '../line.ts';
import { componentOfIdent } from '../program.ts';

const HOST = /[A-Za-z0-9][\w.-]*/y;
const IDENT = /([A-Za-z0-9_(/][^\s:[\]]{0,80}?)(?:\[(\d+)\])?:(?: |(?=\r?\n)|$)/y;
const SEVERITY = /^(?:DEBUG|INFO|NOTICE|WARNING|ERR|CRIT|ALERT|EMERG)$/;

/** busybox syslogd writes facility and severity between host and identifier (sysklogd/syslogd.c) */
const FACILITY = /(?:kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d)\.(\w+) /y;

function noteHost(line: LogLine, word: string): void {
  // ChromeOS and COS write the severity where others name the host
  if (SEVERITY.test(word)) line.level = levelCode(word);
  else line.host = word;
}

/**
 * `HOST IDENT[PID]: `, or `IDENT[PID]: ` as `--no-hostname` prints it; moves the body behind it. An identifier without host and
 * number must be a known program where `strict`. Upstream: systemd `src/shared/logs-show.c`.
 */
export function hostAndIdent(line: LogLine, from: number, strict: boolean): boolean {
  const s = line.body;
  HOST.lastIndex = from;
  const host = HOST.exec(s);
  if (host !== null && s.charCodeAt(HOST.lastIndex) === 32) {
    FACILITY.lastIndex = HOST.lastIndex + 1;
    const severity = FACILITY.exec(s)?.[1];
    IDENT.lastIndex = severity === undefined ? HOST.lastIndex + 1 : FACILITY.lastIndex;
    const ident = IDENT.exec(s);
    if (ident !== null && IDENT.lastIndex <= line.end) {
      noteHost(line, host[0]);
      if (severity !== undefined) line.level = levelCode(severity);
      line.ident = ident[1] ?? null;
      line.start = IDENT.lastIndex;
      return true;
    }
  }
  IDENT.lastIndex = from;
  const bare = IDENT.exec(s);
  if (bare === null || IDENT.lastIndex > line.end) return false;
  const name = bare[1] ?? '';
  if (bare[2] === undefined && (strict ? componentOfIdent(name) === null : !/^[a-z][\w.-]*$/.test(name))) return false;
  line.ident = name;
  line.start = IDENT.lastIndex;
  return true;
}

const PRIORITY_LEVEL: readonly number[] = [6, 6, 6, 5, 4, 3, 2, 1];

/** Steps over `123 ` (the length that TCP framing puts in front) and `<PRI>`, whose severity it notes; the index behind. */
export function skipPriority(line: LogLine): number {
  const s = line.body;
  let at = line.start;
  const c = s.charCodeAt(at);
  if (c >= 49 && c <= 57) {
    const space = indexWithin(s, 32, at, at + 7);
    if (space < 0 || s.charCodeAt(space + 1) !== 60) return at;
    at = space + 1;
  }
  if (s.charCodeAt(at) !== 60) return at;
  const close = indexWithin(s, 62, at, at + 5);
  const priority = close < 0 ? NaN : Number(s.slice(at + 1, close));
  if (!(priority >= 0 && priority <= 191)) return at;
  line.level = PRIORITY_LEVEL[priority % 8] ?? 0;
  return close + 1;
}

const REPEATED = 'message repeated ';

/** rsyslog's `message repeated 76 times: [ text]`: the text is what was logged. */
export function openRepeated(line: LogLine): void {
  const s = line.body;
  if (!s.startsWith(REPEATED, line.start)) return;
  const open = line.start + s.slice(line.start, line.start + 50).indexOf(' times: [');
  if (open < line.start || s.charCodeAt(line.end - 1) !== 93) return;
  line.start = s.charCodeAt(open + 9) === 32 ? open + 10 : open + 9;
  line.end -= 1;
}
