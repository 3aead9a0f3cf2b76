import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { logExport } from '../../../src/parsers/log-export/log-export.ts';
import { chooseParser } from '../../../src/parsers/registry.ts';
import { Recorder, access } from '../journal-file/recording-sink.ts';
import { contextOf } from './collect.ts';

const became = (second: number): string =>
  `{"level":"info","ts":"2026-11-22T07:46:${second}.508283Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"146e974d9a20f516 became leader at term ${second}"}`;
const klog = 'E1122 07:46:57.265225       7 leaderelection.go:332] error retrieving resource lock kube-system/kube-scheduler: etcdserver: request timed out';

async function read(text: string): Promise<Recorder> {
  const bytes = Buffer.from(text);
  expect(chooseParser(bytes.subarray(0, 65_536), contextOf({}))?.id).toBe('log-export');
  const recorder = new Recorder();
  await logExport.parse(access(bytes), recorder.sink, contextOf({}));
  return recorder;
}

describe('an export', () => {
  it('becomes lines oldest first, whose facts point at the records', async () => {
    const hits = [12, 11, 10].map((second) => ({ _source: { '@timestamp': `2026-11-22T07:46:${second}.6Z`, message: became(second), host: { name: 'm1' } } }));
    const text = JSON.stringify({ hits: { hits } }, null, 1);
    const { lines, facts, cited, specs } = await read(text);
    expect(lines).toEqual([10, 11, 12].map((second) => `2026-11-22T07:46:${second}.600000+00:00 m1 log: ${became(second)}`));
    expect(specs).toMatchObject([{ host: 'm1', component: 'etcd' }]);
    for (const { offset, length } of facts) {
      expect(JSON.parse(text.slice(offset, offset + length))).toHaveProperty('message');
      expect(cited.get(offset)).toContain('became leader');
    }
  });

  it('keeps containers apart', async () => {
    const entry = (pod: string, textPayload: string): object => ({
      textPayload,
      timestamp: '2026-11-22T07:46:57.6Z',
      resource: { labels: { pod_name: pod, namespace_name: 'kube-system', container_name: pod.split('-m')[0] } },
    });
    const { specs } = await read(JSON.stringify([entry('etcd-m1', became(10)), entry('kube-scheduler-m2', klog)]));
    expect(specs).toMatchObject([
      { host: 'm1', component: 'etcd', pod: 'etcd-m1', container: 'etcd' },
      { host: 'm2', component: 'kube-scheduler', pod: 'kube-scheduler-m2', container: 'kube-scheduler' },
    ]);
  });

  it('in the zone of a browser takes the zone of its lines', async () => {
    const rows = [10, 11].map((second) => `"Nov 22, 2026 @ 15:46:${second}.600",m1,"${became(second).replaceAll('"', '""')}"`);
    const { facts, events } = await read(`"@timestamp",host,message\n${rows.join('\n')}\n"Nov 22, 2026 @ 15:46:12.000",m1,"Started etcd"\n`);
    expect(facts[0]?.at).toBe(Date.parse('2026-11-22T07:46:10.508Z') * 1000 + 283);
    expect(events[2]?.time).toBe(Date.parse('2026-11-22T07:46:12Z') * 1000);
  });

  it('with lines within cells', async () => {
    const { lines } = await read('time,message\n2026-11-22T07:46:57Z,"panic: x\ngoroutine 1 [running]:\n"\n2026-11-22T07:46:58Z,"y, z"\n');
    expect(lines).toEqual(['2026-11-22T07:46:57.000000+00:00 panic: x', 'goroutine 1 [running]:', '2026-11-22T07:46:58.000000+00:00 y, z']);
  });

  it('that was cut gives what is whole in it', async () => {
    const hits = [10, 11, 12].map((second) => ({ _source: { '@timestamp': `2026-11-22T07:46:${second}.6Z`, message: became(second) } }));
    const text = JSON.stringify({ hits: { hits } });
    for (let cut = 1; cut < text.length; cut += 7) {
      const recorder = new Recorder();
      await logExport.parse(access(Buffer.from(text.slice(0, cut))), recorder.sink, contextOf({}));
      expect(recorder.facts.length).toBe(text.slice(0, cut).split('}"}').length - 1);
    }
  });
});

describe('a damaged export', () => {
  const hits = [10, 11, 12].map((second) => ({ _source: { '@timestamp': `2026-11-22T07:46:${second}.6Z`, message: became(second), host: { name: 'm1' } } }));
  const rows = [10, 11].map((second) => `2026-11-22T07:46:${second}Z,m1,"${became(second).replaceAll('"', '""')}"\n`);
  it.each([
    ['JSON', JSON.stringify({ hits: { hits } }, null, 1)],
    ['CSV', `"@timestamp",host,message\n${rows.join('')}`],
  ])('of %s never makes it fail, and every fact points into it', async (_form, text) => {
    const flip = fc.tuple(fc.nat(text.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { maxLength: 12 }), fc.nat(text.length), async (flips, length) => {
        const bytes = Buffer.from(text);
        for (const [at, value] of flips) bytes[at] = value;
        const damaged = bytes.subarray(0, length);
        logExport.accepts(damaged, contextOf({}));
        const recorder = new Recorder();
        await logExport.parse(access(damaged), recorder.sink, contextOf({}));
        for (const fact of recorder.facts) expect(fact.offset + fact.length).toBeLessThanOrEqual(damaged.length);
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  [
    'a list of Kubernetes events',
    '{"kind":"EventList","apiVersion":"v1","items":[{"message":"x","lastTimestamp":"2026-11-22T07:46:57Z","timestamp":"2026-11-22T07:46:57Z"}]}',
  ],
  ['records one a line', `{"timestamp":"2026-11-22T07:46:57Z","message":"a"}\n{"timestamp":"2026-11-22T07:46:58Z","message":"b"}\n`],
  ['a table without lines', 'time,value\n2026-11-22T07:46:57Z,3\n'],
  ['prose with commas', 'Time, message\nwe saw it, twice\n'],
  ['results of etcdctl', '[{"Endpoint":"http://10.0.0.1:2379","Status":{"header":{"cluster_id":1},"version":"3.5.16"}}]'],
])('%s is none', (_name, text) => {
  expect(logExport.accepts(Buffer.from(text), contextOf({}))).toBe(false);
});
