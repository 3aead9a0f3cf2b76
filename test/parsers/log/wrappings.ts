/** One log line: when it was written, microseconds since 1970, and what its program wrote. */
export interface Line {
  readonly at: number;
  readonly text: string;
}

type Form = (lines: readonly Line[]) => string;

const HOUR = 3_600_000_000;
const iso = (at: number, hours = 0): string => {
  const local = at + hours * HOUR;
  return `${new Date(Math.floor(local / 1000)).toISOString().slice(0, 19)}.${String(local % 1_000_000).padStart(6, '0')}`;
};
const seconds = (at: number, hours = 0): string => iso(at, hours).slice(0, 19);
const clock = (at: number): string => seconds(at).slice(11);
const each =
  (write: (line: Line) => string): Form =>
  (lines) =>
    lines.map((line) => `${write(line)}\n`).join('');
const json = (value: unknown): string => JSON.stringify(value);

const journal = ({ at, text }: Line): Readonly<Record<string, string>> => ({
  __CURSOR: 's=ab;i=1;b=cd;m=1;t=2;x=3',
  __REALTIME_TIMESTAMP: String(at),
  _BOOT_ID: '0'.repeat(32),
  _HOSTNAME: 'm1',
  SYSLOG_IDENTIFIER: text.startsWith('{') ? 'etcd' : 'kube-scheduler',
  _PID: '812',
  PRIORITY: '6',
  MESSAGE: text,
});
const ident = (text: string): string => (text.startsWith('{') ? 'etcd' : 'kube-scheduler');
const syslog = (stamp: (at: number) => string): Form => each(({ at, text }) => `${stamp(at)} m1 ${ident(text)}[812]: ${text}`);

export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`).join('');
}

/** The forms in which lines are found in bundles, mails and exports. */
export const FORMS: Readonly<Record<string, Form>> = {
  'journalctl short': syslog((at) => `Nov 22 ${clock(at)}`),
  'journalctl short, a month of another locale': syslog((at) => `ноя 22 ${clock(at)}`),
  'journalctl short-precise': syslog((at) => `Nov 22 ${iso(at).slice(11)}`),
  'journalctl short-iso': syslog((at) => `${seconds(at, 8)}+0800`),
  'journalctl short-iso of v255': syslog((at) => `${seconds(at, 8)}+08:00`),
  'journalctl short-iso-precise': syslog((at) => `${iso(at, -5)}-0500`),
  'journalctl short-full': syslog((at) => `Sun ${seconds(at).replace('T', ' ')} UTC`),
  'journalctl short-full, a weekday of another locale': syslog((at) => `日 ${seconds(at).replace('T', ' ')} UTC`),
  'journalctl short-monotonic': syslog((at) => `[${Math.floor(at / 1e6) - 1_795_330_000}.${iso(at).slice(20)}]`),
  'journalctl short-delta': syslog((at) => `[${Math.floor(at / 1e6) - 1_795_330_000}.${iso(at).slice(20)} <    0.008649 >]`),
  'journalctl short-unix': syslog((at) => `${Math.floor(at / 1e6)}.${iso(at).slice(20)}`),
  'journalctl --no-hostname': each(({ at, text }) => `Nov 22 ${clock(at)} ${ident(text)}[812]: ${text}`),
  'journalctl cat': each(({ text }) => text),
  'journalctl json': each((line) => json(journal(line))),
  'journalctl json-sse': each((line) => `data: ${json(journal(line))}\n`),
  'journalctl json-seq': each((line) => `\u001e${json(journal(line))}`),
  'journalctl json-pretty': each(
    (line) =>
      `{\n${Object.entries(journal(line))
        .map(([key, value]) => `\t"${key}" : ${json(value)}`)
        .join(',\n')}\n}`,
  ),
  'journalctl export': each(
    (line) =>
      `${Object.entries(journal(line))
        .map(([key, value]) => `${key}=${value}`)
        .join('\n')}\n`,
  ),
  'journalctl verbose': each(
    (line) =>
      `Sun ${iso(line.at).replace('T', ' ')} UTC [s=ab;i=1;b=cd;m=1;t=${line.at.toString(16)};x=3]\n${Object.entries(journal(line))
        .filter(([key]) => !key.startsWith('__'))
        .map(([key, value]) => `    ${key}=${value}`)
        .join('\n')}`,
  ),
  'RFC 3164': syslog((at) => `<30>Nov 22 ${clock(at)}`),
  'RFC 5424': each(({ at, text }) => `<30>1 ${iso(at)}Z m1 ${ident(text)} 812 - [a@1 k="v"] ${text}`),
  'rsyslog file format': syslog((at) => `${iso(at)}+00:00`),
  'syslog with the year': syslog((at) => `Nov 22 2026 ${clock(at)}`),
  'busybox syslog': each(({ at, text }) => `Nov 22 ${clock(at)} m1 daemon.info ${ident(text)}[812]: ${text}`),
  'syslog from a relay': each(({ at, text }) => `Nov 22 ${clock(at)} relay Nov 22 ${clock(at)} m1 ${ident(text)}[812]: ${text}`),
  'a journal within a journal': each(({ at, text }) => `Nov 22 ${clock(at)} relay fwd[3]: Nov 22 ${clock(at)} m1 ${ident(text)}[812]: ${text}`),
  CRI: each(({ at, text }) => `${iso(at)}123Z stderr F ${text}`),
  'CRI in pieces': each(({ at, text }) => `${iso(at)}123Z stderr P ${text.slice(0, 60)}\n${iso(at)}123Z stderr F ${text.slice(60)}`.replace(/\n$/, '')),
  'docker JSON': each(({ at, text }) => json({ log: `${text}\n`, stream: 'stderr', time: `${iso(at)}Z` })),
  'kubectl logs --timestamps': each(({ at, text }) => `${iso(at, 8)}+08:00 ${text}`),
  'kubectl logs --prefix': each(({ text }) =>
    `[pod/etcd-m1/etcd] ${text}`.replace('etcd-m1/etcd', text.startsWith('{') ? 'etcd-m1/etcd' : 'kube-scheduler-m1/kube-scheduler'),
  ),
  stern: each(({ text }) => (text.startsWith('{') ? `etcd-m1 etcd ${text}` : `kube-scheduler-m1 kube-scheduler ${text}`)),
  'stern in colour': each(({ text }) => `\u001b[32metcd-m1\u001b[0m \u001b[36m${ident(text)}\u001b[0m ${text}`),
  'stern as JSON': each(({ text }) => json({ message: text, nodeName: 'm1', namespace: 'kube-system', podName: 'p-m1', containerName: ident(text) })),
  'docker compose': each(({ text }) => `${ident(text)}-1  | ${text}`),
  'pdsh, clush': each(({ text }) => `m1: ${text}`),
  'grep -r': each(({ text }) => `./logs/m1/all.log:${text}`),
  'grep -n': each(({ text }) => `17:${text}`),
  'cat -n': each(({ text }) => `    17\t${text}`),
  'quoted in a mail': each(({ text }) => `> > ${text}`),
  indented: each(({ text }) => `    ${text}`),
  'quoted journal': each(({ at, text }) => `> Nov 22 ${clock(at)} m1 ${ident(text)}[812]: ${text}`),
  'in markdown': (lines) => `# What we saw\n\n\`\`\`\n${lines.map(({ text }) => `${text}\n`).join('')}\`\`\`\n\nCan you help?\n`,
  'in colour': each(({ text }) => `\u001b[0;1;39m${text}\u001b[0m`),
  'CR LF': each(({ text }) => `${text}\r`),
  'CR CR LF': each(({ text }) => `${text}\r\r`),
  'with a byte order mark': (lines) => `\ufeff${lines.map(({ text }) => `${text}\n`).join('')}`,
  'a terminal recording': (lines) =>
    `Script started on 2026-11-22 09:20:04+00:00 [TERM="xterm"]\n\u001b]0;root@m1: ~\u0007\u001b[?2004hroot@m1:~# cat log\r\n\u001b[?2004l\r${lines.map(({ text }) => `${text}\r\n`).join('')}\u001b[?2004hroot@m1:~# exit\r\n`,
  'Fluent Bit': each(({ at, text }) =>
    json({ '@timestamp': `${iso(at)}Z`, log: text, stream: 'stderr', kubernetes: { host: 'm1', container_name: ident(text) } }),
  ),
  'Elasticsearch hits, one a line': each(({ at, text }) =>
    json({ _index: 'l', _source: { '@timestamp': `${iso(at)}Z`, message: text, host: { name: 'm1' } } }),
  ),
  'an Elasticsearch result': (lines) =>
    json({
      took: 5,
      hits: { hits: lines.map(({ at, text }) => ({ _index: 'l', _source: { '@timestamp': `${iso(at)}Z`, message: text, host: { name: 'm1' } } })) },
    }),
  'logcli --output jsonl': each(({ at, text }) => json({ labels: { container: ident(text), pod: 'p-m1' }, line: text, timestamp: `${iso(at)}Z` })),
  'a Loki query': (lines) =>
    json({ data: { resultType: 'streams', result: [{ stream: { pod: 'p-m1', node: 'm1' }, values: lines.map(({ at, text }) => [`${at}000`, text]) }] } }),
  'Splunk JSON': each(({ at, text }) => json({ preview: false, result: { _raw: text, _time: `${iso(at)}+0000`, host: 'm1' } })),
  'a CloudWatch result': (lines) => JSON.stringify({ events: lines.map(({ at, text }) => ({ timestamp: Math.floor(at / 1000), message: text })) }, null, 4),
  'CloudWatch Insights': (lines) =>
    json({
      results: lines.map(({ at, text }) => [
        { field: '@timestamp', value: iso(at).replace('T', ' ').slice(0, 23) },
        { field: '@message', value: text },
      ]),
    }),
  'Google Cloud entries': (lines) =>
    JSON.stringify(
      lines.map(({ at, text }) => ({ insertId: 'a', textPayload: text, timestamp: `${iso(at)}Z`, resource: { labels: { node_name: 'm1' } } })),
      null,
      2,
    ),
  'a Kibana table': (lines) =>
    csv([['@timestamp', 'kubernetes.pod.name', 'message'], ...lines.map(({ at, text }) => [`Nov 22, 2026 @ ${iso(at).slice(11, 23)}`, 'p-m1', text])]),
  'a Splunk table': (lines) => csv([['_time', 'host', '_raw'], ...lines.map(({ at, text }) => [`${iso(at)}+0000`, 'm1', text])]),
  'a Grafana table': (lines) => csv([['Time', 'Line', 'labels'], ...lines.map(({ at, text }) => [`${iso(at).replace('T', ' ')}Z`, text, '{"pod":"p-m1"}'])]),
};
