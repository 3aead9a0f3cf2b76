import { microsFromUtc, zoneMicros } from '../../../model/time.ts';
import type { LogLine } from '../line.ts';
import { defineEnvelope } from '../envelope.ts';
import { inferYear, monthNumber } from '../stamp.ts';

const HOST = /[A-Za-z0-9][\w.-]*/y;
const IDENT = /([A-Za-z0-9_(/][^\s:[\]]{0,80}?)(?:\[(\d+)\])?:(?: |(?=\r?\n)|$)/y;

/** `HOST IDENT[PID]: ` or `IDENT[PID]: `; moves the body behind it. Upstream: systemd `src/shared/logs-show.c`. */
function hostAndIdent(line: LogLine, from: number): boolean {
  const s = line.body;
  HOST.lastIndex = from;
  const host = HOST.exec(s);
  if (host !== null && s.charCodeAt(HOST.lastIndex) === 32) {
    IDENT.lastIndex = HOST.lastIndex + 1;
    const ident = IDENT.exec(s);
    if (ident !== null && IDENT.lastIndex <= line.end) {
      line.host = host[0];
      line.ident = ident[1] ?? null;
      line.start = IDENT.lastIndex;
      return true;
    }
  }
  IDENT.lastIndex = from;
  const bare = IDENT.exec(s);
  if (bare === null || bare[2] === undefined || IDENT.lastIndex > line.end) return false;
  line.ident = bare[1] ?? null;
  line.start = IDENT.lastIndex;
  return true;
}

/** journalctl `short` and `short-precise`, rsyslog traditional, RFC 3164: no year, no zone. */
export const journalShort = defineEnvelope({
  id: 'journal-short',
  title: 'journalctl short, syslog',
  kind: 'host',
  samples: ['Nov 22 07:41:35 host etcd[1234]: body', 'Nov 22 07:41:35.229823 host etcd[1234]: body', '<14>Mar  6 04:07:38 host app[1]: body'],
  peel(line, { stamps, anchor }) {
    const s = line.body;
    let at = line.start;
    if (s.charCodeAt(at) === 60) {
      const close = s.indexOf('>', at);
      if (close < 0 || close > at + 4) return false;
      at = close + 1;
    }
    const month = monthNumber(s.slice(at, at + 3));
    if (month === 0) return false;
    const day = Number(s.slice(at + 4, at + 6));
    if (!(day >= 1 && day <= 31)) return false;
    if (!stamps.monthDay(s, at, inferYear(month, day, anchor)) || s.charCodeAt(stamps.end) !== 32) return false;
    const { micros, decimals, end } = stamps;
    if (!hostAndIdent(line, end + 1)) return false;
    line.outer = micros;
    line.outerZoned = false;
    line.outerFine = decimals >= 3;
    return true;
  },
});

/** journalctl `short-iso`, `short-iso-precise`, rsyslog file format: full stamp with zone. */
export const journalIso = defineEnvelope({
  id: 'journal-iso',
  title: 'journalctl short-iso, rsyslog',
  kind: 'host',
  samples: ['2026-11-22T07:41:35+0000 host etcd[1234]: body', '2026-11-22T07:41:35.229823+00:00 host etcd[1234]: body'],
  peel(line, { stamps }) {
    if (!stamps.iso(line.body, line.start) || !stamps.zoned || line.body.charCodeAt(stamps.end) !== 32) return false;
    const { micros, decimals, end } = stamps;
    if (!hostAndIdent(line, end + 1) || line.host === null) return false;
    line.outer = micros;
    line.outerFine = decimals >= 3;
    return true;
  },
});

const WEEKDAY = /^[A-Z][a-z]{2} $/;

/** journalctl `short-full`, `with-unit`: `Sun 2026-11-22 07:41:35 UTC`; abbreviations other than UTC and GMT name no certain zone. */
export const journalFull = defineEnvelope({
  id: 'journal-full',
  title: 'journalctl short-full',
  kind: 'host',
  samples: ['Sun 2026-11-22 07:41:35 UTC host etcd[1234]: body'],
  peel(line, { stamps }) {
    const s = line.body;
    if (!WEEKDAY.test(s.slice(line.start, line.start + 4)) || !stamps.iso(s, line.start + 4) || s.charCodeAt(stamps.end) !== 32) return false;
    const { micros, decimals } = stamps;
    const space = s.indexOf(' ', stamps.end + 1);
    if (space < 0 || space > stamps.end + 8) return false;
    const zone = s.slice(stamps.end + 1, space);
    if (!/^(?:[A-Z]{2,5}|[+-]\d{2,4})$/.test(zone) || !hostAndIdent(line, space + 1)) return false;
    const numeric = /^[+-]\d{4}$/.test(zone);
    line.outer = numeric ? micros - zoneMicros(zone) : micros;
    line.outerZoned = numeric || zone === 'UTC' || zone === 'GMT';
    line.outerFine = decimals >= 3;
    return true;
  },
});

const UNIX = /(\d{9,10})\.(\d{6}) /y;
const MONOTONIC = /\[ *(\d+)\.(\d{6})(?: <[^>]*>| *)?\] /y;

/** journalctl `short-unix`: seconds since the epoch. */
export const journalUnix = defineEnvelope({
  id: 'journal-unix',
  title: 'journalctl short-unix',
  kind: 'host',
  samples: ['1795333295.229823 host etcd[1234]: body'],
  peel(line) {
    UNIX.lastIndex = line.start;
    const m = UNIX.exec(line.body);
    if (m === null || !hostAndIdent(line, UNIX.lastIndex)) return false;
    line.outer = Number(m[1]) * 1_000_000 + Number(m[2]);
    line.outerFine = true;
    return true;
  },
});

/** journalctl `short-monotonic`, `short-delta` and `dmesg`: seconds since boot, so no wall-clock time. */
export const monotonic = defineEnvelope({
  id: 'monotonic',
  title: 'journalctl short-monotonic, dmesg',
  kind: 'host',
  samples: ['[  352.094663] host etcd[1234]: body', '[  352.094663] Out of memory: Killed process 1 (etcd)'],
  peel(line) {
    MONOTONIC.lastIndex = line.start;
    if (MONOTONIC.exec(line.body) === null) return false;
    const from = MONOTONIC.lastIndex;
    if (!hostAndIdent(line, from) || line.host === null) {
      line.host = null;
      line.ident = 'kernel';
      line.start = from;
    }
    return true;
  },
});

const DMESG_T = /\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\] /y;

/** `dmesg -T`: local time of the node, no zone. */
export const dmesgTime = defineEnvelope({
  id: 'dmesg-time',
  title: 'dmesg -T',
  kind: 'host',
  samples: ['[Tue Nov 15 06:13:21 2023] Out of memory: Killed process 1 (etcd)'],
  peel(line) {
    DMESG_T.lastIndex = line.start;
    const m = DMESG_T.exec(line.body);
    if (m === null) return false;
    line.outer = microsFromUtc(Number(m[6]), monthNumber(m[1] ?? ''), Number(m[2]), Number(m[3]), Number(m[4]), Number(m[5]));
    line.outerZoned = false;
    line.ident = 'kernel';
    line.start = DMESG_T.lastIndex;
    return true;
  },
});

const RFC5424 = /<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|\[.*?[^\\]\](?=\s|$)) ?/y;

/** RFC 5424 syslog. */
export const rfc5424 = defineEnvelope({
  id: 'rfc5424',
  title: 'syslog RFC 5424',
  kind: 'host',
  samples: ['<15>1 2021-03-06T04:07:38.251122+00:00 host etcd 123 - - body'],
  peel(line, { stamps }) {
    RFC5424.lastIndex = line.start;
    const m = RFC5424.exec(line.body);
    if (m === null || !stamps.iso(m[2] ?? '', 0)) return false;
    line.outer = stamps.micros;
    line.outerZoned = stamps.zoned;
    line.outerFine = stamps.decimals >= 3;
    line.host = m[3] === '-' ? null : (m[3] ?? null);
    line.ident = m[4] === '-' ? null : (m[4] ?? null);
    line.start = RFC5424.lastIndex;
    return true;
  },
});
