import { describe, expect, test } from 'vitest';
import { envelopes } from '../../../src/parsers/log/envelopes.ts';
import { payloads } from '../../../src/parsers/log/payloads.ts';
import { readLog } from './collect.ts';

const TIMELESS = new Set(['monotonic']);
const JSON_FORMS = new Set(['docker-json', 'journal-json', 'json-record']);
const KNOWN = 'E1122 08:09:30.873802   25619 memcache.go:265] "Unhandled Error" err="x"';

/** Text as it stands inside the envelope: docker's JSON escapes it. */
function wrap(sample: string, envelope: string, payload: string): string {
  if (JSON_FORMS.has(envelope)) return sample.replace('body', JSON.stringify(payload).slice(1, -1));
  return sample.replace('body', () => payload);
}

describe.each(envelopes.map((envelope) => [envelope.id, envelope] as const))('envelope %s', (id, envelope) => {
  const samples = envelope.samples.filter((sample) => sample.includes('body'));

  test.each(payloads.flatMap((payload) => payload.samples.map((sample) => [payload.id, sample] as const)))('carries %s: %s', (payload, sample) => {
    for (const outer of samples) {
      const text = wrap(outer, id, sample);
      // some forms show themselves only by a line of the kind that nothing else looks like
      const log = readLog(`${wrap(samples[0] ?? '', id, KNOWN)}\n${text}\n`);
      expect(log.lines, text).toBe(2);
      const event = log.events[1];
      // a piece that never was completed is an event too
      expect(log.events, text).toHaveLength(2);
      expect(log.unparsed, text).toBe(0);
      const alone = readLog(`${sample}\n`);
      if (alone.events[0] !== undefined && !outer.includes(' P ')) expect(event?.level, `${payload}: ${text}`).toBe(alone.events[0].level);
      // a crash is given the time of the line before it
      expect(event?.at === null, text).toBe(TIMELESS.has(id) && payload !== 'go-panic' && (alone.events[0]?.at ?? null) === null);
    }
  });

  test('peels its samples down to the body', () => {
    for (const sample of envelope.samples) {
      const log = readLog(`${sample}\n${wrap(samples[0] ?? '', id, KNOWN)}\n`);
      expect(log.events.length, sample).toBeGreaterThan(0);
      expect(log.unparsed, sample).toBe(0);
    }
  });
});

describe('host, program and time', () => {
  test.each([
    ['Nov 22 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-11-22T07:41:35.000000Z'],
    ['Nov 22 07:41:35 etcd[1234]: x', null, 'etcd', '2026-11-22T07:41:35.000000Z'],
    ['Nov 22 07:41:35 kernel: x', null, 'kernel', '2026-11-22T07:41:35.000000Z'],
    ['11月 22 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-11-22T07:41:35.000000Z'],
    ['nov. 22 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-11-22T07:41:35.000000Z'],
    ['Okt 22 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-10-22T07:41:35.000000Z'],
    ['Mär 02 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-03-02T07:41:35.000000Z'],
    ['août 02 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-08-02T07:41:35.000000Z'],
    ['ene 02 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-01-02T07:41:35.000000Z'],
    ['<30>Nov  2 07:41:35 m1 etcd[1234]: x', 'm1', 'etcd', '2026-11-02T07:41:35.000000Z'],
    ['2026-11-22T15:41:35+0800 m1 kubelet[1]: x', 'm1', 'kubelet', '2026-11-22T07:41:35.000000Z'],
    ['2026-11-22T15:41:35+08:00 kubelet[1]: x', null, 'kubelet', '2026-11-22T07:41:35.000000Z'],
    ['2016-10-25T12:37:23.297265-07:00 INFO kubelet[9]: x', null, 'kubelet', '2016-10-25T19:37:23.297265Z'],
    ['Sun 2026-11-22 07:41:35 UTC m1 etcd.service[1234]: x', 'm1', 'etcd', '2026-11-22T07:41:35.000000Z'],
    ['Sun 2026-11-22 07:41:35 UTC m1 init.scope[1]: x', 'm1', 'systemd', '2026-11-22T07:41:35.000000Z'],
    ['61 <34>1 2026-11-22T07:41:35.003Z m1 etcd 123 ID47 [a@1 k="v"] x', 'm1', 'etcd', '2026-11-22T07:41:35.003000Z'],
    ['1795333295.229823 m1 etcd[1234]: x', 'm1', 'etcd', '2026-11-22T07:41:35.229823Z'],
    ['[  352.094663] m1 etcd[1234]: x', 'm1', 'etcd', null],
    ['[  352.094663] usb 1-1: new device', null, 'kernel', null],
  ])('%s', (line, host, component, at) => {
    const [event] = readLog(`${line}\n`).events;
    expect(event).toMatchObject({ host, component, at });
  });

  test('the severity of <PRI> is the level', () => {
    expect(readLog('<27>Nov 22 07:41:35 m1 app[1]: x\n').events[0]?.level).toBe('error');
    expect(readLog('<14>1 2026-11-22T07:41:35Z m1 app 1 - - x\n').events[0]?.level).toBe('info');
  });

  test('of two stamps the inner one counts', () => {
    const log = readLog('2026-11-22T07:41:36.5Z stderr F {"level":"info","ts":"2026-11-22T07:41:35.229823Z","caller":"embed/etcd.go:1","msg":"x"}\n');
    expect(log.events[0]?.at).toBe('2026-11-22T07:41:35.229823Z');
  });

  test("a line of whole seconds takes the envelope's time", () => {
    const log = readLog('2026-11-22T07:46:45.700001Z stderr F raft2026/11/22 15:46:45 INFO: d8d76f1a02343b7b became candidate at term 2\n');
    expect(log.events[0]?.at).toBe('2026-11-22T07:46:45.700001Z');
    expect(log.facts[0]?.type).toBe('raft.became');
  });

  test('the zone of journal stamps is learned from zap lines', () => {
    const zap = (second: string): string =>
      `Nov 22 15:41:${second} m1 etcd[1]: {"level":"info","ts":"2026-11-22T07:41:${second}.229823Z","caller":"embed/etcd.go:1","msg":"x"}`;
    const log = readLog(`Nov 22 15:41:30 m1 systemd[1]: Starting etcd.service\n${zap('35')}\nNov 22 15:41:36 m1 systemd[1]: Started etcd.service\n`);
    expect(log.events.map((event) => event.at)).toEqual(['2026-11-22T07:41:30.000000Z', '2026-11-22T07:41:35.229823Z', '2026-11-22T07:41:36.000000Z']);
  });

  test('capnslog without a zone is taken as UTC, and that is said', () => {
    const log = readLog('2026-11-22 07:46:50.380679 I | rafthttp: peer 4721aea1fe144eac became active\n');
    expect(log.events[0]?.at).toBe('2026-11-22T07:46:50.380679Z');
    expect(log.diagnostics.map(({ code, count }) => [code, count])).toEqual([['TIME_INFERRED', 1]]);
  });
});

describe('wrappers in wrappers', () => {
  const zap =
    '{"level":"info","ts":"2026-11-22T07:46:57.508283Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"146e974d9a20f516 became leader at term 4"}';

  test.each([
    ['CRI in the journal', `Nov 22 07:46:57 m1 containerd[7]: 2026-11-22T07:46:57.6Z stderr F ${zap}`, 'm1'],
    ['CRI in docker JSON', JSON.stringify({ log: `2026-11-22T07:46:57.6Z stderr F ${zap}\n`, stream: 'stderr', time: '2026-11-22T07:46:58Z' }), null],
    [
      'docker JSON in the journal',
      `Nov 22 07:46:57 m1 dockerd[7]: ${JSON.stringify({ log: `${zap}\n`, stream: 'stderr', time: '2026-11-22T07:46:58Z' })}`,
      'm1',
    ],
    ['k3s', `Nov 22 07:46:57 m1 k3s[7]: ${zap}`, 'm1'],
    ['k3s in logfmt', `Nov 22 07:46:57 m1 k3s[7]: time="2026-11-22T07:46:58Z" level=info msg=${JSON.stringify(zap)}`, 'm1'],
    ['docker journald driver', `Nov 22 07:46:57 m1 3f1c9d2a7b11[812]: ${zap}`, 'm1'],
    ['rsyslog repeats', `Nov 22 07:46:57 m1 etcd[1]: message repeated 3 times: [ ${zap}]`, 'm1'],
    ['two nodes behind their names', `m1.internal Nov 22 07:46:57.5 m1 etcd[7]: ${zap}`, 'm1'],
  ])('%s', (_name, line, host) => {
    const log = readLog(`${line}\n`);
    expect(log.facts).toMatchObject([{ type: 'raft.became', component: 'etcd', host, at: '2026-11-22T07:46:57.508283Z' }]);
  });

  test('tabs that rsyslog escaped are put back', () => {
    const log = readLog('Nov 22 07:46:57 m1 etcd[1]: 2026-11-22T07:46:57.5Z#011info#011embed/etcd.go:1#011closed etcd server#011{"name": "m1"}\n');
    expect(log.facts).toMatchObject([{ type: 'etcd.stopped', data: { name: 'm1' } }]);
  });

  test('a unit of k3s is told apart by what its lines are', () => {
    const log = readLog(
      [
        'Nov 22 07:46:57 m1 k3s[7]: I1122 07:46:57.265225       7 leaderelection.go:250] successfully acquired lease kube-system/kube-controller-manager',
        'Nov 22 07:46:57 m1 k3s[7]: E1122 07:46:57.265225       7 pod_workers.go:1294] "Error syncing pod, skipping" err="x"',
        'Nov 22 07:46:57 m1 k3s[7]: time="2026-11-22T07:46:57Z" level=info msg="Starting k3s"',
        '',
      ].join('\n'),
    );
    expect(log.events.map((event) => event.component)).toEqual(['k3s', 'kubelet', 'k3s']);
    expect(log.facts.map((fact) => fact.type)).toEqual(['k8s-lease.acquired']);
  });
});

describe('klog JSON', () => {
  test('its fields read like the text encoding', () => {
    const log = readLog(
      '{"ts":1795333300127.6,"caller":"leaderelection/leaderelection.go:436","msg":"Failed to renew lease","lock":"kube-system/kube-scheduler","err":"context deadline exceeded"}\n',
    );
    expect(log.events).toMatchObject([{ at: '2026-11-22T07:41:40.127600Z', level: 'error', message: 'failed to renew lease' }]);
    expect(log.facts).toMatchObject([{ type: 'k8s-lease.lost', data: { lease: 'kube-system/kube-scheduler', stage: 'renew-failed' } }]);
  });

  test('also inside journal JSON', () => {
    const message =
      '{"ts":1795333300127.6,"caller":"leaderelection/leaderelection.go:258","msg":"successfully acquired lease kube-system/kube-scheduler\\n","v":0}';
    const log = readLog(
      `${JSON.stringify({ __REALTIME_TIMESTAMP: '1795333300200000', _HOSTNAME: 'm1', SYSLOG_IDENTIFIER: 'kube-scheduler', MESSAGE: message })}\n`,
    );
    expect(log.facts).toMatchObject([{ type: 'k8s-lease.acquired', host: 'm1', data: { lease: 'kube-system/kube-scheduler' } }]);
  });
});

describe('other programs', () => {
  test('zap lines of other programs are no etcd facts', () => {
    const log = readLog(
      '{"level":"error","ts":"2026-11-22T07:41:40Z","caller":"manager/main.go:12","msg":"failed to start","error":"boom"}\n{"level":"info","ts":"2026-11-22T07:41:40Z","caller":"app/store.go:1","msg":"saved","path":"/x"}\n',
    );
    expect(log.events.map((event) => event.component)).toEqual(['other', 'other']);
    expect(log.facts).toEqual([]);
  });

  test("gRPC's warnings in etcd's own stream are no client's", () => {
    const log = readLog(
      '2026/11/22 07:58:02 WARNING: [core] [Channel #3 SubChannel #4] grpc: addrConn.createTransport failed to connect to {Addr: "127.0.0.1:23800", }. Err: connection error: desc = "x"\n',
      { component: 'etcd' },
    );
    expect(log.facts).toEqual([]);
  });

  test('zap console in a file of any name is an etcd server’s, lists and all', () => {
    const log = readLog(
      [
        '2026-11-22T07:41:40.100000Z\tinfo\traft\tetcdserver/zap_raft.go:77\t146e974d9a20f516 became leader at term 4',
        '2026-11-22T07:41:41.100000Z\tinfo\tmembership/cluster.go:421\tadded member\t{"cluster-id": "3d93f952f49292c8", "local-member-id": "146e974d9a20f516", "added-peer-id": "43ccf13c9d84d8d2", "added-peer-peer-urls": ["http://10.0.0.1:2380", "http://10.0.0.2:2380"], "added-peer-is-learner": false}',
        '',
      ].join('\n'),
    );
    expect(log.facts).toMatchObject([
      { type: 'raft.became', component: 'etcd' },
      { type: 'member.added', component: 'etcd', data: { peerUrls: ['http://10.0.0.1:2380', 'http://10.0.0.2:2380'] } },
    ]);
  });

  test('a backup job says once what it saved', () => {
    const cri = (text: string, second: number): string => `2026-11-22T07:41:${second}.100Z stdout F ${text}`;
    const log = readLog(
      [
        cri(
          '{"level":"info","ts":"2026-11-22T07:41:40.100Z","caller":"snapshot/v3_snapshot.go:65","msg":"created temporary db file","path":"/backup/s.db.part"}',
          40,
        ),
        cri('{"level":"info","ts":"2026-11-22T07:41:41.100Z","caller":"snapshot/v3_snapshot.go:121","msg":"saved","path":"/backup/s.db"}', 41),
        cri('Snapshot saved at /backup/s.db', 41),
        cri('Error: context deadline exceeded', 42),
        '',
      ].join('\n'),
    );
    expect(log.facts.map((fact) => [fact.type, fact.component])).toEqual([
      ['backup.saved', 'backup'],
      ['backup.failed', 'backup'],
    ]);
  });
});
