import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tar } from '../bundle/pack.ts';
import { folder, inquest } from '../e2e/support/inquest.ts';

const work = folder();
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
