import { LEVEL_CODE } from '../../../model/event.ts';
import { DAY } from '../../../model/time.ts';
import { levelCode } from '../line.ts';
import { indexWithin, utf8 } from '../latin1.ts';
import type { LogLine } from '../line.ts';
import { definePayload } from '../payload.ts';
import { daysFromCivil, inferYear } from '../stamp.ts';

const rest = (line: LogLine, from: number): string => {
  const text = line.body.slice(from, line.end);
  return line.decoded ? text : utf8(text);
};

const CAPNS_LEVEL: Readonly<Record<string, number>> = { C: 6, E: 5, W: 4, N: 3, I: 2, D: 1, T: 1 };

/** capnslog (etcd 3.3, 3.4): local time without a zone. Upstream: coreos/pkg `capnslog/formatters.go`. */
export const capnslog = definePayload({
  id: 'capnslog',
  title: 'capnslog (etcd 3.3, 3.4)',
  samples: ['2026-11-22 07:46:50.380679 I | rafthttp: peer 4721aea1fe144eac became inactive', '2026-11-22 07:46:50.380679 [peer.go:12] I | rafthttp: text'],
  read(line, { stamps }) {
    const { body: s, start } = line;
    if (s.charCodeAt(start + 10) !== 32 || !stamps.iso(s, start) || s.charCodeAt(stamps.end) !== 32) return false;
    const { micros } = stamps;
    let at = stamps.end + 1;
    if (s.charCodeAt(at) === 91) at = indexWithin(s, 93, at, Math.min(line.end, at + 100)) + 2;
    const level = CAPNS_LEVEL[s.charAt(at)];
    if (level === undefined || !s.startsWith(' | ', at + 1)) return false;
    const from = at + 4;
    const colon = indexWithin(s, 58, from, Math.min(line.end, from + 64));
    const named = colon > 0 && s.charCodeAt(colon + 1) === 32 && /^[\w./-]+$/.test(s.slice(from, colon));
    line.time = micros;
    line.level = level;
    line.origin = named ? s.slice(from, colon) : null;
    line.text = rest(line, named ? colon + 2 : from);
    line.dialect = line.origin === 'raft' ? 'raft-text' : 'etcd-text';
    return true;
  },
});

const GO_LOG =
  /(?:(raft)?(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d)(?:\.\d{1,6})? (DEBUG|INFO|WARN|WARNING|ERROR|FATAL|PANIC): |(INFO|WARNING|ERROR|FATAL): (\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) )/y;

/** Go's standard logger: raft lines of etcd 3.4 (prefix glued to the date) and gRPC's, whose level older versions put before the date. One-second resolution, local time. */
export const goLog = definePayload({
  id: 'go-log',
  title: 'Go standard log (raft of etcd 3.4, gRPC)',
  samples: [
    'raft2026/11/22 07:46:45 INFO: d8d76f1a02343b7b became candidate at term 2',
    '2026/11/22 07:58:02 WARNING: [core] [Channel #3 SubChannel #4] grpc: addrConn.createTransport failed',
    'WARNING: 2026/11/23 16:30:21 [core] grpc: addrConn.createTransport failed to connect to {127.0.0.1:2379',
  ],
  read(line, { stamps }) {
    GO_LOG.lastIndex = line.start;
    const m = GO_LOG.exec(line.body);
    if (m === null || !stamps.iso(m[2] ?? m[5] ?? '', 0)) return false;
    line.time = stamps.micros;
    line.level = levelCode(m[3] ?? m[4] ?? '');
    line.text = rest(line, GO_LOG.lastIndex);
    line.origin = m[1] ?? null;
    line.dialect = m[1] === undefined ? 'klog' : 'raft-text';
    return true;
  },
});

const KLOG_LEVEL: Readonly<Record<string, number>> = { I: 2, W: 4, E: 5, F: 6 };
const KLOG = /([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d\.\d{6})\s+\d+ ([^\s:\]]+):\d+\] /y;

/** klog text: no year, no zone. Upstream: kubernetes/klog `klog.go header`. */
export const klogText = definePayload({
  id: 'klog',
  title: 'klog text (Kubernetes)',
  samples: ['E1122 08:09:30.873802   25619 memcache.go:265] "Unhandled Error" err="x"'],
  read(line, { stamps, anchor, near = null }) {
    const { body: s, start } = line;
    if (KLOG_LEVEL[s.charAt(start)] === undefined) return false;
    KLOG.lastIndex = start;
    const m = KLOG.exec(s);
    if (m === null || !stamps.clock(m[4] ?? '', 0)) return false;
    const month = Number(m[2]);
    const day = Number(m[3]);
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    const close = Number.isNaN(line.outer) ? near : line.outer;
    line.time = stamps.micros + daysFromCivil(inferYear(month, day, anchor, close), month, day) * DAY;
    if (Number.isNaN(line.outer)) line.yearless = true;
    line.level = KLOG_LEVEL[m[1] ?? ''] ?? LEVEL_CODE.unknown;
    line.text = rest(line, KLOG.lastIndex);
    line.origin = m[5] ?? null;
    line.dialect = 'klog';
    return true;
  },
});

// oxlint-disable-next-line no-control-regex
const CONSOLE = /\t(?:\u001b\[\d+m)?(debug|info|warn|error|dpanic|panic|fatal|DEBUG|INFO|WARN|ERROR|DPANIC|PANIC|FATAL)(?:\u001b\[0m)?\t/y;

/** zap console: etcd 3.6 `--log-format=console`, etcdutl. Tab separated, JSON fields last. */
export const zapConsole = definePayload({
  id: 'zap-console',
  title: 'zap console (etcd 3.6, etcdutl)',
  samples: ['2026-11-22T07:41:40Z\tinfo\tmembership/cluster.go:421\tadded member\t{"cluster-id": "3d93f952f49292c8"}'],
  read(line, { stamps }) {
    const { body: s, start, end } = line;
    if (!stamps.iso(s, start)) return false;
    const { micros, zoned } = stamps;
    CONSOLE.lastIndex = stamps.end;
    const m = CONSOLE.exec(s);
    if (m === null) return false;
    const cells = s.slice(CONSOLE.lastIndex, end).split('\t');
    const at = cells.findIndex((cell) => /^[\w@./-]+\.go:\d+$/.test(cell));
    line.time = micros;
    line.zoned = zoned;
    line.level = levelCode(m[1] ?? '');
    line.origin = at > 0 ? (cells[0] ?? null) : null;
    const text = cells[at + 1] ?? '';
    line.text = line.decoded ? text : utf8(text);
    line.dialect = 'etcd-json';
    return true;
  },
});

const NGINX = /(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(\w+)\] \d+#\d+: /y;

/** nginx error log: local time without a zone. */
export const nginxError = definePayload({
  id: 'nginx-error',
  title: 'nginx error log',
  samples: ['2026/11/22 08:00:00 [error] 29#29: *1234 connect() failed (111: Connection refused) while connecting to upstream'],
  read(line, { stamps }) {
    NGINX.lastIndex = line.start;
    const m = NGINX.exec(line.body);
    if (m === null || !stamps.iso(m[1] ?? '', 0)) return false;
    line.time = stamps.micros;
    line.level = levelCode(m[2] ?? '');
    line.text = rest(line, NGINX.lastIndex);
    line.ident = 'nginx';
    line.dialect = 'syslog';
    return true;
  },
});

const PANIC = /(panic|fatal error|unexpected fault address|runtime): ?/y;

/** The first line of a Go crash; the goroutine dump behind it continues it. */
export const goPanic = definePayload({
  id: 'go-panic',
  title: 'Go panic',
  samples: ['panic: tocommit(8) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, or lost?', 'fatal error: fault'],
  read(line) {
    PANIC.lastIndex = line.start;
    const m = PANIC.exec(line.body);
    if (m === null || m[1] === 'runtime') return false;
    line.level = LEVEL_CODE.fatal;
    line.text = rest(line, PANIC.lastIndex);
    line.origin = m[1] ?? null;
    line.dialect = 'go-panic';
    return true;
  },
});
