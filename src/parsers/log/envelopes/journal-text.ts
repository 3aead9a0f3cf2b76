import { microsFromUtc, zoneMicros } from '../../../model/time.ts';
import { indexWithin } from '../latin1.ts';
import type { LogLine } from '../line.ts';
import { defineEnvelope } from '../envelope.ts';
import type { EnvelopeTools } from '../envelope.ts';
import { monthNumber } from '../month-names.ts';
import { componentOfIdent } from '../program.ts';
import { hostAndIdent, openRepeated, skipPriority } from './host-ident.ts';

function peelShort(line: LogLine, at: number, tools: EnvelopeTools): boolean {
  const { stamps, anchor, near = null } = tools;
  const s = line.body;
  if (!stamps.monthDay(s, at, anchor, near) || s.charCodeAt(stamps.end) !== 32) return false;
  const { micros, decimals, end, yearless } = stamps;
  if (!hostAndIdent(line, end + 1, false)) return peelRelayed(line, end + 1, tools);
  line.outer = micros;
  line.outerZoned = false;
  line.outerFine = decimals >= 3;
  line.yearless = yearless;
  openRepeated(line);
  return true;
}

/** `RELAY STAMP HOST IDENT: `: a relay put its own stamp and name before the line it was sent. */
function peelRelayed(line: LogLine, at: number, tools: EnvelopeTools): boolean {
  const space = indexWithin(line.body, 32, at, Math.min(line.end, at + 65));
  // one relay: a line that goes on like this is no log's
  if (space < 0 || at - line.start > MAX_STAMP || !/^[A-Za-z0-9][\w.-]*$/.test(line.body.slice(at, space))) return false;
  return peelShort(line, space + 1, tools) || peelIso(line, space + 1, tools);
}

/** A stamp, the priority before it and blanks. */
const MAX_STAMP = 48;

function peelIso(line: LogLine, at: number, { stamps }: EnvelopeTools): boolean {
  if (!stamps.iso(line.body, at) || !stamps.zoned || line.body.charCodeAt(stamps.end) !== 32) return false;
  const { micros, decimals, end } = stamps;
  if (!hostAndIdent(line, end + 1, true)) return false;
  line.outer = micros;
  line.outerFine = decimals >= 3;
  openRepeated(line);
  return true;
}

/** journalctl `short` and `short-precise`, rsyslog traditional, RFC 3164: no year, no zone. */
export const journalShort = defineEnvelope({
  id: 'journal-short',
  title: 'journalctl short, syslog',
  kind: 'host',
  samples: [
    'Nov 22 07:41:35 host etcd[1234]: body',
    'Nov 22 07:41:35.229823 host etcd[1234]: body',
    'Nov  2 07:41:35 etcd[1234]: body',
    'Nov 22 07:41:35 kernel: body',
    '<14>Mar  6 04:07:38 host app[1]: body',
    '11月 22 07:41:35 host etcd[1234]: body',
    'nov. 22 07:41:35 host etcd[1234]: body',
    'Nov 22 07:41:35 host etcd[1234]: message repeated 2 times: [ body]',
    'Nov 22 2026 07:41:35 host etcd[1234]: body',
    'Nov 22 07:41:35 host daemon.info etcd[1234]: body',
    'Nov 22 07:41:36 relay Nov 22 07:41:35 host etcd[1234]: body',
  ],
  peel(line, tools) {
    return peelShort(line, skipPriority(line), tools);
  },
});

/** `oc adm node-logs` of several nodes: each line behind the name of its node. */
export const nodeLogs = defineEnvelope({
  id: 'node-logs',
  title: 'oc adm node-logs of several nodes',
  kind: 'host',
  samples: ['ip-10-0-1-2.internal Nov 22 07:41:35.229823 ip-10-0-1-2 kubelet[1234]: body'],
  peel(line, tools) {
    const space = indexWithin(line.body, 32, line.start, Math.min(line.end, line.start + 65));
    if (space < 0) return false;
    return /^[a-z0-9][\w.-]*$/.test(line.body.slice(line.start, space)) && peelShort(line, space + 1, tools);
  },
});

/** journalctl `short-iso`, `short-iso-precise`, rsyslog file format: full stamp with zone. */
export const journalIso = defineEnvelope({
  id: 'journal-iso',
  title: 'journalctl short-iso, rsyslog',
  kind: 'host',
  samples: [
    '2026-11-22T07:41:35+0000 host etcd[1234]: body',
    '2026-11-22T07:41:35.229823+00:00 host etcd[1234]: body',
    '2026-11-22T07:41:35+0000 etcd[1234]: body',
    '2026-11-22T07:41:35.229823-07:00 INFO etcd[1234]: body',
  ],
  peel(line, tools) {
    const at = skipPriority(line);
    if (peelIso(line, at, tools)) return true;
    const { stamps } = tools;
    return stamps.iso(line.body, at) && stamps.zoned && line.body.charCodeAt(stamps.end) === 32 && peelRelayed(line, stamps.end + 1, tools);
  },
});

/** in any locale: `Sun`, `So`, `dim.`, `日`; bytes read as Latin-1 */
const WEEKDAY = /(?:[A-Za-z\u0080-\u00ff]{2,14}\.?) (?=\d{4}-)/y;

/** journalctl `short-full`, `with-unit`: `Sun 2026-11-22 07:41:35 UTC`; abbreviations other than UTC and GMT name no certain zone. */
export const journalFull = defineEnvelope({
  id: 'journal-full',
  title: 'journalctl short-full',
  kind: 'host',
  samples: [
    'Sun 2026-11-22 07:41:35 UTC host etcd[1234]: body',
    'dim. 2026-11-22 07:41:35 UTC host etcd[1234]: body',
    '日 2026-11-22 07:41:35 UTC host etcd[1234]: body',
  ],
  peel(line, { stamps }) {
    const s = line.body;
    WEEKDAY.lastIndex = line.start;
    if (!WEEKDAY.test(s) || !stamps.iso(s, WEEKDAY.lastIndex) || s.charCodeAt(stamps.end) !== 32) return false;
    const { micros, decimals } = stamps;
    const space = indexWithin(s, 32, stamps.end + 1, stamps.end + 9);
    if (space < 0) return false;
    const zone = s.slice(stamps.end + 1, space);
    if (!/^(?:[A-Z]{2,5}|[+-]\d{2,4})$/.test(zone) || !hostAndIdent(line, space + 1, false)) return false;
    const numeric = /^[+-]\d{4}$/.test(zone);
    line.outer = numeric ? micros - zoneMicros(zone) : micros;
    line.outerZoned = numeric || zone === 'UTC' || zone === 'GMT';
    line.outerFine = decimals >= 3;
    return true;
  },
});

const UNIX = /(\d{9,10})\.(\d{6}) /y;
const BRACKET = 93;
const MONOTONIC = /(?:\w+ *:\w+ *: )?\[ *(\d+)\.(\d{6})(?: <[^>]*>| *)?\] /y;

/** journalctl `short-unix`: seconds since the epoch. */
export const journalUnix = defineEnvelope({
  id: 'journal-unix',
  title: 'journalctl short-unix',
  kind: 'host',
  samples: ['1795333295.229823 host etcd[1234]: body'],
  peel(line) {
    UNIX.lastIndex = line.start;
    const m = UNIX.exec(line.body);
    if (m === null || !hostAndIdent(line, UNIX.lastIndex, false)) return false;
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
  samples: [
    '[  352.094663] host etcd[1234]: body',
    '[  352.094663] Out of memory: Killed process 1 (etcd)',
    '[  352.094663] usb 1-1: new device',
    'kern  :info  : [  352.094663] new device',
    '[  352.103312 <    0.008649 >] host etcd[1234]: body',
  ],
  peel(line) {
    MONOTONIC.lastIndex = line.start;
    if (MONOTONIC.exec(line.body) === null) return false;
    const from = MONOTONIC.lastIndex;
    const named = hostAndIdent(line, from, true) && line.host !== null;
    // `usb 1-1: text` is the kernel's own: a journal line has a number or a known program
    if (!named || (line.body.charCodeAt(line.start - 3) !== BRACKET && componentOfIdent(line.ident ?? '') === null)) {
      line.host = null;
      line.ident = 'kernel';
      line.start = from;
    }
    return true;
  },
});

const DMESG_T = /(?:\w+ *:\w+ *: )?\[[A-Z][a-z]{2} ([A-Z][a-z]{2}) +(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})\] /y;

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

const RFC5424 = /1 (\S+) (\S+) (\S+) (\S+) (\S+) (?:-|\[.*?[^\\]\](?=\s|$)) ?/y;

const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** RFC 5424 syslog, also with the octet count of TCP framing in front. */
export const rfc5424 = defineEnvelope({
  id: 'rfc5424',
  title: 'syslog RFC 5424',
  kind: 'host',
  samples: ['<15>1 2021-03-06T04:07:38.251122+00:00 host etcd 123 - - body', '93 <34>1 2021-03-06T04:07:38.251122+00:00 host etcd 123 ID47 [a@1 k="v"] body'],
  peel(line, { stamps }) {
    const at = skipPriority(line);
    if (at === line.start) return false;
    RFC5424.lastIndex = at;
    const m = RFC5424.exec(line.body);
    if (m === null || !stamps.iso(m[1] ?? '', 0)) return false;
    line.outer = stamps.micros;
    line.outerZoned = stamps.zoned;
    line.outerFine = stamps.decimals >= 3;
    line.host = m[2] === '-' ? null : (m[2] ?? null);
    line.ident = m[3] === '-' ? null : (m[3] ?? null);
    line.start = RFC5424.lastIndex;
    if (line.body.startsWith(BYTE_ORDER_MARK, line.start)) line.start += BYTE_ORDER_MARK.length;
    return true;
  },
});
