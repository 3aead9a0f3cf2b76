import { describe, expect, it, test } from 'vitest';
import { splitPieces } from '../../src/parsers/pieces.ts';
import { mayBeShellTranscript, readCommand } from '../../src/parsers/shell-transcripts.ts';
import { analyze } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

describe('a line that names a command', () => {
  test.each([
    ['[root@cp-1 ~]# df -h', 'df -h', 'cp-1'],
    ['core@cp-1:/var/log$ sudo chronyc tracking', 'chronyc tracking', 'cp-1'],
    ['core@cp-1 ~ $ timedatectl', 'timedatectl', 'cp-1'],
    ['[root@bastion ~]# ssh -o StrictHostKeyChecking=no core@cp-2 sudo date', 'date', 'cp-2'],
    ['[root@cp-1 ~]# kubectl get nodes -o wide', 'kubectl get nodes -o wide', null],
    ['[root@cp-1 ~]# ETCDCTL_API=3 etcdctl member list', 'etcdctl member list', null],
    ['[root@cp-1 ~]# ./own-tool', './own-tool', null],
    ['sh-4.4# hostname', 'hostname', null],
    ['$ kubectl get events', 'kubectl get events', null],
    ['+ journalctl -u etcd', 'journalctl -u etcd', null],
    ['===== etcdctl endpoint status =====', 'etcdctl endpoint status', null],
    ['### date ###', 'date', null],
    ['--- chronyc sources', 'chronyc sources', null],
  ])('%s', (line, command, host) => {
    expect(readCommand(line)).toEqual({ command, host });
  });

  test.each([
    '# kubectl apply -f this.yaml',
    '$ it costs',
    '+ added line',
    '--- a/file',
    '=====',
    '[Unit]',
    '{"level":"info"}',
    'Nov 22 07:41:35 m1 etcd[1]: x',
    '## Cat',
    '[root@cp-1 ~]# ',
  ])('%s is none', (line) => {
    expect(readCommand(line)).toBeNull();
  });
});

const DF = 'Filesystem      Size  Used Avail Use% Mounted on\n/dev/sdb1        20G   19G  1.0G  95% /var/lib/etcd\n';
const NODES =
  'NAME   STATUS     ROLES           AGE   VERSION\ncp-1   Ready      control-plane   10d   v1.30.2\ncp-2   NotReady   control-plane   10d   v1.30.2\n';
const TRANSCRIPT = `[root@cp-1 ~]# date\nSun Nov 22 09:02:04 UTC 2026\n[root@cp-1 ~]# df -h /var/lib/etcd\n${DF}[root@cp-1 ~]# kubectl get nodes\n${NODES}[root@cp-1 ~]# \n`;

it('each command with what it printed is a piece', () => {
  const bytes = Buffer.from(TRANSCRIPT);
  const pieces = splitPieces(bytes) ?? [];
  expect(pieces.map(({ command }) => command?.command ?? null)).toEqual(['date', 'df -h /var/lib/etcd', 'kubectl get nodes', null]);
  expect(pieces.map(({ start, end }) => bytes.toString('utf8', start, end)).join('')).toBe(TRANSCRIPT);
  expect(pieces.map(({ firstLine }) => firstLine)).toEqual([1, 3, 6, 10]);
});

test.each([
  ['only etcdctl was run', '[root@a ~]# export ETCDCTL_API=3\n[root@a ~]# etcdctl member list\nx\n[root@a ~]# etcdctl endpoint health\ny\n'],
  ['one command printed it all', `[root@a ~]# kubectl logs etcd-a\n{"level":"info"}\n`],
  ['commands stand in comments', 'spec:\n  # kubectl apply\n  a: 1\n# date\nb: 2\n'],
])('where %s, the file stays whole', (_name, text) => {
  expect(splitPieces(Buffer.from(text))).toBeNull();
});

test('a long log is no shell transcript', () => {
  expect(mayBeShellTranscript('{"level":"info"}\n'.repeat(100))).toBe(false);
});

describe('a shell transcript in a bundle', () => {
  const work = workFolder();
  it('is read command by command, of the machine it was typed on', async () => {
    work.write('case/notes.txt', TRANSCRIPT);
    const report = await analyze(work.write('case/empty.txt', '').replace('/empty.txt', ''));
    expect(report.findings.filter(({ rule }) => rule === 'node-not-ready')).toMatchObject([{ nodes: ['cp-2'], evidence: [{ path: 'notes.txt', line: 9 }] }]);
    expect(report.coverage.damaged).toEqual([]);
    work.remove();
  });
});
