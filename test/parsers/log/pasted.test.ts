import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { pastedLog } from '../../../src/parsers/log/pasted/pasted-log.ts';
import { chooseParser } from '../../../src/parsers/registry.ts';
import { contextOf, readLog } from './collect.ts';

const zap = (member: string, second: number): string =>
  `{"level":"info","ts":"2026-11-22T07:46:${second}.508283Z","logger":"raft","caller":"etcdserver/zap_raft.go:77","msg":"${member} became leader at term ${second}"}`;
const three = (mark: (n: number) => string): string =>
  [10, 11, 12, 13, 14, 15].map((second, i) => `${mark((i % 3) + 1)}${zap(`146e974d9a20f51${i % 3}`, second)}\n`).join('');
const read = (text: string, blockLines?: number): ReturnType<typeof readLog> =>
  readLog(text, { parser: pastedLog, ...(blockLines === undefined ? {} : { blockLines }) });

describe('whose lines they are', () => {
  test.each([
    ['kubectl logs --prefix', (n: number) => `[pod/etcd-m${n}/etcd] `, { pod: 'etcd-m2', container: 'etcd' }],
    ['stern', (n: number) => `etcd-m${n} etcd `, { pod: 'etcd-m2', container: 'etcd' }],
    ['stern -A', (n: number) => `kube-system etcd-m${n} etcd `, { pod: 'etcd-m2', container: 'etcd' }],
    ['docker compose', (n: number) => `etcd${n}-1  | `, { host: 'etcd2-1' }],
    ['clush', (n: number) => `m${n}: `, { host: 'm2' }],
    ['grep -r', (n: number) => `./logs/cp-${n}/etcd.log:`, { host: 'cp-2' }],
    [
      'grep -rn of pods',
      (n: number) => `/var/log/pods/kube-system_etcd-m${n}_04b3ddc6f8a9afbfebc4fc892018828c/etcd/0.log:7:`,
      { host: 'm2', pod: 'etcd-m2', container: 'etcd' },
    ],
  ])('%s', (_name, mark, second) => {
    const log = read(three(mark));
    expect(log.specs).toHaveLength(3);
    expect(log.specs[1]).toMatchObject({ component: 'etcd', ...second });
    expect(log.events).toHaveLength(6);
  });

  test('the only service of compose is no machine', () => {
    expect(read(three(() => 'etcd-1  | ')).specs).toMatchObject([{ host: null, component: 'etcd' }]);
  });
});

describe('places', () => {
  it('are those of the file, however it is cut into blocks', () => {
    const text = `> Hello\n${three((n) => `> [pod/etcd-m${n}/etcd] `)}\n> bye\n`;
    const whole = read(text);
    const bytes = Buffer.from(text);
    for (const { line, offset, length } of whole.facts) {
      const shown = bytes.toString('utf8', offset, offset + length);
      expect(shown).toBe(text.split('\n')[(line ?? 0) - 1]);
      expect(shown).toMatch(/^> \[pod/);
    }
    for (const blockLines of [1, 2, 5]) {
      const cut = read(text, blockLines);
      expect(cut.facts).toEqual(whole.facts);
      expect(cut.events).toEqual(whole.events);
      expect(cut.lines).toBe(cut.events.length + cut.continuations + cut.unparsed);
    }
  });

  it('a split line of one lane holds back nothing of another', () => {
    const cri = (pod: string, tag: string, body: string): string => `[pod/${pod}/etcd] 2026-11-22T07:46:57.6Z stderr ${tag} ${body}\n`;
    const body = zap('146e974d9a20f516', 20);
    const text = cri('etcd-a', 'P', body.slice(0, 80)) + cri('etcd-b', 'F', zap('43ccf13c9d84d8d2', 21)) + cri('etcd-a', 'F', body.slice(80));
    for (const blockLines of [1, 3])
      expect(read(text, blockLines).facts.map(({ at }) => at)).toEqual(['2026-11-22T07:46:21.508283Z', '2026-11-22T07:46:20.508283Z']);
  });
});

test('files without marks are left to the reader of bare lines', () => {
  const root = join(import.meta.dirname, '../../fixtures/log/text-log');
  for (const name of ['etcd-zap.log', 'etcd-journal.log', 'etcd-cri.log', 'docker-json.log', 'kubelet-journal-locale.log'])
    expect(pastedLog.score(readFileSync(join(root, name)), contextOf({})), name).toBe(0);
});

test('numbered prose and indented YAML are no logs', () => {
  for (const text of ['1: first do this\n2: then that\n3: and look\n', 'spec:\n  a: 1\n  b:\n    - c\n    - d\n', '> as I said\n> it broke\n> twice\n'])
    expect(chooseParser(Buffer.from(text), contextOf({}))).toBeNull();
});
