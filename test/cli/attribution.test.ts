import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tar, zip } from '../bundle/pack.ts';
import { analyze, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
afterAll(work.remove);

interface Place {
  readonly path: string;
  readonly node: string | null;
  readonly component: string;
  readonly generation: string;
}

/** Where the sources of a bundle's entries come from, by the case. */
async function places(bundle: string): Promise<readonly Place[]> {
  const out = join(work.path, `${Math.random()}.inquest`);
  const { status, stderr } = await inquest(['ingest', bundle, '-o', out]);
  expect([0, 4], stderr).toContain(status);
  const sql =
    'SELECT e.path AS path, s.node AS node, s.component AS component, s.generation AS generation FROM sources s JOIN entries e ON e.id = s.entry ORDER BY 1';
  return JSON.parse((await inquest(['query', out, sql, '--format', 'json'])).stdout) as readonly Place[];
}

const zap = (minute: number): string => `{"level":"info","ts":"2026-11-22T09:${minute}:31.609210Z","caller":"etcdserver/server.go:1","msg":"hello"}\n`;
const POD = 'var/log/pods/kube-system_etcd-cp-1_0123456789abcdef0123456789abcdef/etcd';

it('earlier runs of a container are told from the current one, in archives too, whatever the order', async () => {
  const files = [1, 0, 3, 2].map((restart) => ({ name: `${POD}/${restart}.log`, body: zap(10 + restart) }));
  const expected = [0, 1, 2, 3].map((restart) => ({
    path: `${POD}/${restart}.log`,
    node: 'cp-1',
    component: 'etcd',
    generation: restart === 3 ? 'current' : 'previous',
  }));
  expect(await places(work.write('runs.tar', await tar(...files)))).toEqual(expected);
  for (const { name, body } of files) work.write(`runs/${name}`, body);
  expect(await places(join(work.path, 'runs'))).toEqual(expected);
});

it('a folder of a machine names the machine where nothing in the files does', async () => {
  const files = ['alpha', 'beta'].map((node, i) => ({ name: `collected/hosts/${node}/etcd/etcd.log`, body: zap(10 + i) }));
  expect((await places(work.write('hosts.tar', await tar(...files)))).map(({ node }) => node)).toEqual(['alpha', 'beta']);
});

const klog = (text: string): string => `I1122 09:21:26.987482       1 healthz.go:280] ${text}\n`;

it('the text of kubectl cluster-info dump is read piece by piece', async () => {
  const list = '{\n    "kind": "NodeList",\n    "apiVersion": "v1",\n    "items": []\n}\n';
  const logs = ['cp-1', 'cp-2'].map(
    (node, i) =>
      `==== START logs for container etcd of pod kube-system/etcd-${node} ====\n${zap(10 + i)}==== END logs for container etcd of pod kube-system/etcd-${node} ====\n`,
  );
  const found = await places(work.write('dump', await tar({ name: 'dump.out', body: list + logs.join('') + list })));
  expect(found.filter(({ component }) => component === 'etcd').map(({ node }) => node)).toEqual(['cp-1', 'cp-2']);
  const { coverage } = await analyze(work.write('dump2.tar', await tar({ name: 'dump.out', body: list + logs.join('') + list })));
  expect(coverage).toMatchObject({ lines: 6, events: 2, continuations: 4, unparsed: 0 });
});

it('sections of supportconfig are read piece by piece', async () => {
  const text = `#==[ Command ]===#\n# /bin/date\nSun Nov 22 09:30:00 UTC 2026\n\n#==[ Log File ]===#\n# /var/log/etcd.log\n${zap(11)}${zap(12)}`;
  const { coverage } = await analyze(work.write('scc_cp-1_261122_0930.tar', await tar({ name: 'scc_cp-1_261122_0930/messages.txt', body: text })));
  expect(coverage).toMatchObject({ lines: 2, events: 2, skipped: [] });
});

it('a log of an API server that quotes its health checks is a log', async () => {
  const body = `${klog('readyz check failed: readyz')}[+]ping ok\n[+]log ok\n[-]etcd failed: reason withheld\nreadyz check failed\n${klog('again').repeat(5)}`;
  expect(await places(work.write('apiserver.tar', await tar({ name: 'kube-apiserver.log', body })))).toMatchObject([{ component: 'kube-apiserver' }]);
  const { coverage } = await analyze(work.write('apiserver2.tar', await tar({ name: 'kube-apiserver.log', body })));
  expect(coverage).toMatchObject({ lines: 10, events: 6, continuations: 4 });
});

it('a layout seen only at the end of an archive still tells pods and runs', async () => {
  const logs = ['etcd.log', 'etcd.log.1'].map((name, i) => ({ name: `bundle/logs/kube-system/etcd-cp-1/${name}`, body: zap(10 + i) }));
  const node = zip({ name: 'cp-1/logs/kernel.log.1', body: 'Nov 22 09:00:00 cp-1 kernel: Linux version 5.14\n' });
  const path = work.write(
    'late.tar',
    await tar(...logs, { name: 'bundle/nodes/cp-1.zip', body: node }, { name: 'bundle/metadata.yaml', body: 'bundleName: x\n' }),
  );
  const out = join(work.path, 'late.inquest');
  await inquest(['ingest', path, '-o', out]);
  const sql = 'SELECT pod, container, node, generation FROM sources ORDER BY entry';
  expect(JSON.parse((await inquest(['query', out, sql, '--format', 'json'])).stdout)).toEqual([
    { pod: 'etcd-cp-1', container: 'etcd', node: 'cp-1', generation: 'current' },
    { pod: 'etcd-cp-1', container: 'etcd', node: 'cp-1', generation: 'previous' },
    { pod: null, container: null, node: 'cp-1', generation: 'previous' },
  ]);
});

it('a layout seen only at the end of an archive still tells programs, but not of lines that name their own', async () => {
  const lines = 'time="2026-11-22T09:11:31.609210Z" level=info msg="starting" revision=x\n';
  const path = work.write(
    'late-kind.tar',
    await tar(
      { name: 'export/cp-1/serial.log', body: lines },
      { name: 'export/cp-2/serial.log', body: 'Nov 22 09:11:31 cp-2 kubelet[12]: hello\n' },
      { name: 'export/cp-1/kubernetes-version.txt', body: 'v1.30.0\n' },
      { name: 'export/kind-version.txt', body: 'kind v0.20\n' },
    ),
  );
  expect((await places(path)).map(({ component }) => component)).toEqual(expect.arrayContaining(['kernel', 'kubelet']));
});

it('what crictl logs printed is the log of its container', async () => {
  const name = 'sosreport-cp-1-2026-11-22-abcdefg/sos_commands/crio/containers/logs/crictl_logs_-t_3b1ae4a3b9a5e';
  const body = `2026-11-22T09:11:31.669794202Z ${zap(11)}`;
  expect(await places(work.write('crictl.tar', await tar({ name, body })))).toMatchObject([{ component: 'etcd' }]);
});

it('logs of which nothing says whose they are, are not taken for one API server', async () => {
  const failed = (second: number, of: number): string =>
    `E1122 09:21:${second}.98748${of}       1 status.go:71] "Unhandled Error" err="apiserver received an error that is not an metav1.Status: rpctypes.EtcdError{code:0xe, desc:\\"etcdserver: request timed out\\"}: etcdserver: request timed out"\n`;
  const logs = ['g0', 'g1'].map((name, i) => ({ name, body: [10, 11, 12, 13].map((second) => failed(second, i)).join('') }));
  const out = join(work.path, 'whose.inquest');
  await inquest(['ingest', work.write('whose.tar', await tar(...logs)), '-o', out]);
  const sql = "SELECT nodes, json_extract(data, '$.node') AS node, json_extract(data, '$.count') AS count FROM derived WHERE type = 'apiserver.etcd-errors'";
  expect(JSON.parse((await inquest(['query', out, sql, '--format', 'json'])).stdout)).toEqual([
    { nodes: '[]', node: '(g0)', count: 4 },
    { nodes: '[]', node: '(g1)', count: 4 },
  ]);
});

it('times without a year lie before what date printed, whatever the files are dated', async () => {
  const body = 'Dec 31 23:59:59 m1 kubelet[12]: a\nJan  1 00:00:01 m1 kubelet[12]: b\n';
  const path = work.write('years.tar', await tar({ name: 'messages', body }, { name: 'date', body: 'Fri Jan  1 00:10:00 UTC 2021\n' }));
  const out = join(work.path, 'years.inquest');
  await inquest(['ingest', path, '-o', out]);
  const sql = 'SELECT written FROM timeline ORDER BY line';
  expect(JSON.parse((await inquest(['query', out, sql, '--format', 'json'])).stdout)).toEqual([
    { written: '2020-12-31T23:59:59.000000Z' },
    { written: '2021-01-01T00:00:01.000000Z' },
  ]);
  const density =
    "SELECT strftime('%Y', min(start) / 1000000, 'unixepoch') AS low, strftime('%Y', max(start) / 1000000, 'unixepoch') AS high, sum(total) AS total FROM densities";
  expect(JSON.parse((await inquest(['query', out, density, '--format', 'json'])).stdout)).toEqual([{ low: '2020', high: '2021', total: 2 }]);
});

it('times without a zone follow the clocks of their machine into and out of summer', async () => {
  const body = 'Oct 24 12:00:00 m1 kubelet[12]: a\nOct 25 09:30:00 m1 kubelet[12]: b\n';
  const status =
    '               Local time: Sun 2026-10-25 10:00:00 CET\n           Universal time: Sun 2026-10-25 09:00:00 UTC\n                 RTC time: Sun 2026-10-25 09:00:00\n                Time zone: Europe/Berlin (CET, +0100)\nSystem clock synchronized: yes\n              NTP service: active\n          RTC in local TZ: no\n';
  const files = [
    { name: 'messages', body },
    { name: 'timedatectl', body: status },
    { name: 'date', body: 'Sun Oct 25 10:00:00 CET 2026\n' },
  ];
  const out = join(work.path, 'summer.inquest');
  await inquest(['ingest', work.write('summer.tar', await tar(...files)), '-o', out]);
  expect(JSON.parse((await inquest(['query', out, 'SELECT written FROM timeline ORDER BY line', '--format', 'json'])).stdout)).toEqual([
    { written: '2026-10-24T10:00:00.000000Z' },
    { written: '2026-10-25T08:30:00.000000Z' },
  ]);
});
