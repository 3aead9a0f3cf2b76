import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allMessages } from '../../../src/parsers/log/catalogue.ts';
import { envelopes } from '../../../src/parsers/log/envelopes.ts';
import { payloads } from '../../../src/parsers/log/payloads.ts';
import { readLog } from './collect.ts';
import type { ReadLog } from './collect.ts';

const zap = (second: number, text = 'x'): string =>
  `{"level":"info","ts":"2026-11-22T07:41:${String(second).padStart(2, '0')}.229823Z","caller":"embed/etcd.go:1","msg":"${text}"}`;
const raft =
  '{"level":"info","ts":"2026-11-22T07:46:57.508283Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"146e974d9a20f516 became leader at term 4"}';

const balanced = (log: ReadLog): void => expect(log.lines).toBe(log.events.length + log.continuations + log.unparsed);

/** Every event stands at the first byte of its line. */
function placed(bytes: Uint8Array, log: ReadLog): void {
  const starts = [0];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  for (const { line, offset } of log.events) expect(offset).toBe(starts[line - 1]);
  for (const { line, offset } of log.facts) if (line !== null) expect(offset).toBe(starts[line - 1]);
}

const samples = [
  ...allMessages.flatMap((rule) => rule.samples.map((sample) => sample.line)),
  ...payloads.flatMap((payload) => payload.samples),
  ...envelopes.flatMap((envelope) => envelope.samples.flatMap((sample) => [sample, sample.replace('body', () => raft)])),
  '==== START logs for container etcd of pod kube-system/etcd-m1 ====',
  '-- Boot 0123456789abcdef0123456789abcdef --',
  'goroutine 1 [running]:',
  '\tmain.go:12 +0x1',
  'lines 1-50/100 (END)',
  '~',
  '',
];
const garbage = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replaceAll('\n', ' ')),
  fc.constantFrom(...samples).chain((line) => fc.nat(line.length).map((end) => line.slice(0, end))),
);
const mixture = fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...samples) }, { weight: 1, arbitrary: garbage }), { maxLength: 40 });

describe('whatever the text', () => {
  test('every line is an event, a continuation or unparsed, and events stand where their lines begin', () => {
    fc.assert(
      fc.property(mixture, fc.boolean(), (lines, ended) => {
        const bytes = Buffer.from(lines.join('\n') + (ended && lines.length > 0 ? '\n' : ''));
        const log = readLog(bytes);
        balanced(log);
        placed(bytes, log);
      }),
      { numRuns: 200 },
    );
  });

  test('block borders change nothing', () => {
    fc.assert(
      fc.property(mixture, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 8 }), (lines, sizes) => {
        const text = `${lines.join('\n')}\n`;
        let i = 0;
        const whole = readLog(text);
        const cut = readLog(text, { blockLines: () => sizes[(i += 1) % sizes.length] ?? 1 });
        expect(cut).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  test('a block of many pieces, and a line longer than a piece, read as line by line', () => {
    const long = zap(2, 'x'.repeat(150_000));
    const text = `${Array.from({ length: 900 }, (_, i) => (i === 500 ? long : zap(i % 60))).join('\n')}\n`;
    const whole = readLog(text);
    expect(whole.events).toHaveLength(900);
    expect(whole).toEqual(readLog(text, { blockLines: () => 1 }));
    placed(Buffer.from(text), whole);
  });

  test('any bytes are read to their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const log = readLog(bytes);
        balanced(log);
        placed(bytes, log);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lines', () => {
  test('CRLF, empty lines and a last line without its newline', () => {
    const log = readLog(`${zap(1)}\r\n\r\n\n${zap(2)}\r\n${zap(3)}`);
    expect(log.events.map(({ line }) => line)).toEqual([1, 4, 5]);
    expect([log.lines, log.continuations, log.unparsed]).toEqual([5, 2, 0]);
  });

  test('bytes that are no UTF-8 and NULs keep their places', () => {
    const bytes = Buffer.concat([
      Buffer.from(`${zap(1)}\n`),
      Buffer.from([0xff, 0xfe, 0, 0x80, 10]),
      Buffer.from(`${zap(2, 'grün')}\n`),
      Buffer.from(`${zap(3)}\n`),
    ]);
    const log = readLog(bytes);
    expect(log.events.map(({ line }) => line)).toEqual([1, 3, 4]);
    expect(log.events[1]?.message).toBe('grün');
    placed(bytes, log);
  });

  test('a line of two megabytes', () => {
    const log = readLog(`${zap(1)}\n${zap(2, 'y'.repeat(2 << 20))}\n${zap(3)}\n`);
    expect(log.events.map(({ line }) => line)).toEqual([1, 2, 3]);
  });

  test('a crash dump is one event, and ends where another program speaks', () => {
    const log = readLog(
      [
        'Nov 22 07:41:35 m1 etcd[1]: panic: boom',
        'Nov 22 07:41:35 m1 etcd[1]: goroutine 1 [running]:',
        'Nov 22 07:41:35 m1 systemd[1]: etcd.service: Main process exited, code=exited, status=2/INVALIDARGUMENT',
        '',
      ].join('\n'),
    );
    expect(log.events.map(({ line }) => line)).toEqual([1, 3]);
    expect(log.facts.map((fact) => fact.type)).toEqual(['etcd.crashed', 'systemd.unit']);
  });
});

describe('lines of whole seconds', () => {
  test('stand in their second no earlier than the line before', () => {
    const log = readLog(
      [
        '2026-11-22 07:46:50.380679 N | pkg/osutil: received terminated signal, shutting down...',
        '2026-11-22 07:46:52.866208 I | etcdserver: restarting member 146e974d9a20f516 in cluster 67eee8c0873b539d at commit index 12',
        'raft2026/11/22 07:46:52 INFO: 146e974d9a20f516 became follower at term 2',
        'WARNING: 2026/11/22 07:46:52 [core] grpc: addrConn.createTransport failed to connect to {127.0.0.1:2379',
        'raft2026/11/22 07:46:54 INFO: 146e974d9a20f516 became candidate at term 3',
        '',
      ].join('\n'),
    );
    expect(log.events.map(({ at }) => at?.slice(17))).toEqual(['50.380679Z', '52.866208Z', '52.866208Z', '52.866208Z', '54.000000Z']);
  });
});

describe('a crash', () => {
  test('without a stamp follows the line before it, and says what broke', () => {
    const log = readLog(
      [
        '{"level":"info","ts":"2026-11-23T17:50:22.755Z","caller":"etcdserver/server.go:520","msg":"recovered v3 backend from snapshot"}',
        'panic: assertion failed: Page expected to be: 121, but self identifies as 4671934309990357760',
        '',
        'goroutine 1 [running]:',
        '',
      ].join('\n'),
    );
    expect(log.facts.filter((f) => f.type === 'etcd.crashed' || f.type === 'db.opened-damaged').map(({ type, at }) => [type, at])).toEqual([
      ['etcd.crashed', log.facts[0]?.at ?? null],
      ['db.opened-damaged', log.facts[0]?.at ?? null],
    ]);
    expect(log.facts[0]?.at).not.toBeNull();
  });
});

describe('split lines', () => {
  const piece = (tag: string, text: string, stream = 'stderr'): string => `2026-11-22T07:46:57.600Z ${stream} ${tag} ${text}`;
  const parts = [piece('P', raft.slice(0, 40)), piece('F', zap(9, 'other stream'), 'stdout'), piece('P', raft.slice(40, 90)), piece('F', raft.slice(90))];

  test.each([undefined, 1, 2, 3])('CRI pieces make one event at the first (blocks of %s lines)', (blockLines) => {
    const log = readLog(`${parts.join('\n')}\n`, blockLines === undefined ? {} : { blockLines });
    expect(log.events.map(({ line, at }) => [line, at])).toEqual([
      [1, '2026-11-22T07:46:57.508283Z'],
      [2, '2026-11-22T07:41:09.229823Z'],
    ]);
    expect(log.facts).toMatchObject([{ type: 'raft.became', line: 1, at: '2026-11-22T07:46:57.508283Z' }]);
    expect(log.continuations).toBe(2);
  });

  test('docker pieces too', () => {
    const docker = (text: string): string => JSON.stringify({ log: text, stream: 'stderr', time: '2026-11-22T07:46:57.6Z' });
    const log = readLog(`${docker(raft.slice(0, 60))}\n${docker(`${raft.slice(60)}\n`)}\n`, { blockLines: 1 });
    expect(log.events).toHaveLength(1);
    expect(log.facts).toMatchObject([{ type: 'raft.became', line: 1 }]);
  });

  test('a missing rest is said', () => {
    const log = readLog(`${parts[1] ?? ''}\n${parts[0] ?? ''}\n`);
    expect(log.events).toHaveLength(2);
    expect(log.diagnostics).toMatchObject([{ code: 'LINE_DAMAGED', line: 2 }]);
  });
});

describe('damaged lines', () => {
  const journal = (text: string): string => `Nov 22 07:46:57 m1 etcd[1]: ${text}`;

  test('hard-wrapped lines are unparsed, not misread', () => {
    const log = readLog(`${zap(1)}\n${raft.slice(0, 80)}\n${raft.slice(80)}\n${zap(2)}\n`);
    expect(log.events.map(({ line }) => line)).toEqual([1, 4]);
    expect([log.unparsed, log.facts.length]).toEqual([2, 0]);
    expect(log.diagnostics).toMatchObject([
      { code: 'LINE_DAMAGED', line: 2, count: 2 },
      { code: 'LINE_UNPARSED', line: 2, count: 0 },
    ]);
  });

  test("a pager's marks", () => {
    const log = readLog(`${journal('x')}\n~\n~\nlines 1-50/100 (END)\n`);
    expect([log.events.length, log.unparsed]).toEqual([1, 3]);
    expect(log.diagnostics.map(({ code, line }) => [code, line])).toContainEqual(['LINE_DAMAGED', 2]);
  });

  test('ellipsised journal lines are events without facts', () => {
    const log = readLog(
      `${journal(`${raft.slice(0, 150)}…`)}\n${journal('146e974d9a20f516 became leader at term 1…')}\n${journal('{"level":"info","ts":"2026-11-22T07:46:57.5Z","caller":"x","msg":"alarm raised","alarm":"NOSP…","from":"1"}')}\n`,
    );
    expect(log.events).toHaveLength(3);
    expect(log.facts).toEqual([]);
    expect(log.diagnostics.filter(({ code }) => code === 'LINE_DAMAGED').reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(2);
  });
});

describe('files of several pieces', () => {
  test('headers of cluster-info dump switch pod and program', () => {
    const log = readLog(
      [
        '==== START logs for container kube-scheduler of pod kube-system/kube-scheduler-m1 ====',
        'I1122 07:41:35.000000       1 leaderelection.go:250] successfully acquired lease kube-system/kube-scheduler',
        '==== END logs for container kube-scheduler of pod kube-system/kube-scheduler-m1 ====',
        '==== START logs for container etcd of pod kube-system/etcd-m2 ====',
        raft,
        '==== END logs for container etcd of pod kube-system/etcd-m2 ====',
        '',
      ].join('\n'),
    );
    expect(log.specs.map(({ component, pod, container }) => [component, pod, container])).toEqual([
      ['kube-scheduler', 'kube-scheduler-m1', 'kube-scheduler'],
      ['etcd', 'etcd-m2', 'etcd'],
    ]);
    expect(log.facts.map(({ type, component }) => [type, component])).toEqual([
      ['k8s-lease.acquired', 'kube-scheduler'],
      ['raft.became', 'etcd'],
    ]);
    expect([log.continuations, log.unparsed]).toEqual([4, 0]);
  });

  test('a pasted shell transcript', () => {
    const log = readLog(
      [
        '[root@m1 ~]# journalctl -u etcd --no-pager',
        `Nov 22 07:46:57 m1 etcd[1]: ${raft}`,
        '[root@m1 ~]# kubectl -n kube-system logs kube-scheduler-m2',
        'I1122 07:41:35.000000       1 leaderelection.go:250] successfully acquired lease kube-system/kube-scheduler',
        '',
      ].join('\n'),
    );
    expect(log.facts.map(({ type, component, host }) => [type, component, host])).toEqual([
      ['raft.became', 'etcd', 'm1'],
      ['k8s-lease.acquired', 'kube-scheduler', null],
    ]);
  });

  test('tail of several files', () => {
    const log = readLog(
      ['==> /var/log/containers/etcd-m1_kube-system_etcd-0123456789abcdef.log <==', `2026-11-22T07:46:57.6Z stderr F ${raft}`, ''].join('\n'),
    );
    expect(log.specs).toMatchObject([{ component: 'etcd', pod: 'etcd-m1', container: 'etcd' }]);
  });
});

describe('years', () => {
  const line = (stamp: string): string => `${stamp} m1 kubelet[1]: x`;
  const years = (text: string, collectedAt: string): readonly (string | undefined)[] =>
    readLog(text, { collectedAt }).events.map((event) => event.at?.slice(0, 10));

  test('a journal over New Year, either way round', () => {
    const lines = ['Dec 30 10:00:00', 'Dec 31 23:59:59', 'Jan 01 00:00:01', 'Jan 02 10:00:00'].map(line);
    const dates = ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'];
    expect(years(`${lines.join('\n')}\n`, '2027-01-02T11:00:00Z')).toEqual(dates);
    expect(years(`${lines.toReversed().join('\n')}\n`, '2027-01-02T11:00:00Z')).toEqual(dates.toReversed());
  });

  test("the header's year comes before the collection's", () => {
    const text = ['-- Logs begin at Tue 2021-09-14 14:02:58 UTC, end at Tue 2021-12-14 14:44:09 UTC. --', line('Dec 13 01:00:00'), ''].join('\n');
    expect(years(text, '2026-11-22T12:00:00Z')).toEqual(['2021-12-13']);
    expect(readLog(text).diagnostics.map(({ detail }) => detail)).not.toContain('times without a zone were taken as UTC');
  });

  test('a full time close by says the year', () => {
    const text = [`Nov 22 07:46:57 m1 etcd[1]: ${raft.replace('2026', '2023')}`, line('Nov 22 07:47:00'), ''].join('\n');
    expect(years(text, '2026-11-23T12:00:00Z')).toEqual(['2023-11-22', '2023-11-22']);
  });

  test('many headers, one for each node, are no damage', () => {
    const header = '-- Logs begin at Tue 2021-09-14 14:02:58 UTC, end at Tue 2021-09-14 14:44:09 UTC. --';
    const log = readLog([header, header, '-- No entries --', header, line('Sep 14 14:10:00'), ''].join('\n'));
    expect([log.events.length, log.continuations, log.unparsed]).toEqual([1, 4, 0]);
  });
});
