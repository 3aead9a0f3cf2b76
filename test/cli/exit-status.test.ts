import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT, analyze, expectFailure, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const NO_LEADER = 'sample-bundles/no-leader';
const work = workFolder();
afterAll(work.remove);

it.each([
  ['a path that is not there', ['analyze', '/nowhere/bundle.tar.gz'], 3, /no such file or directory \(\/nowhere\/bundle\.tar\.gz\)/],
  ['an option that does not exist', ['analyze', NO_LEADER, '--formatt', 'json'], 2, /--formatt/],
  ['a format that does not exist', ['analyze', NO_LEADER, '--format', 'pdf'], 2, /--format.*text, json, markdown, html/],
  ['a severity that does not exist', ['analyze', NO_LEADER, '--fail-on', 'bad'], 2, /--fail-on.*critical, warning, info/],
  ['no bundle', ['analyze'], 2, /bundle/],
  ['no argument at all', [], 2, /name a bundle/],
  ['a command with a slip', ['anlayze', NO_LEADER], 2, /no such command; did you mean "inquest analyze"\? \(anlayze\)/],
  ['a word that is neither', ['frob'], 3, /no such file or directory, and no such command .*\(frob\)/],
  ['a second path that is not there', [NO_LEADER, 'nowhere.tar'], 3, /no such file or directory \(nowhere\.tar\)/],
  ['a time that is none', ['timeline', NO_LEADER, '--from', 'yesterday'], 2, /--from.*2026-/],
  ['a limit that is none', ['analyze', NO_LEADER, '--limit-entries', '-3'], 2, /--limit-entries/],
  ['a pattern that is none', ['timeline', NO_LEADER, '--grep', '('], 2, /--grep/],
  ['a time that ends before it begins', ['timeline', NO_LEADER, '--from', '2026-11-22T10:00', '--to', '2026-11-22T09:00'], 2, /--to takes a time after/],
  ['a node that is nobody', ['timeline', NO_LEADER, '--node', 'etcd-9'], 2, /no such node; the case has etcd-0, etcd-1, etcd-2 \(etcd-9\)/],
  ['a component that is none', ['timeline', NO_LEADER, '--component', 'etdc'], 2, /no such component; the case has .*etcd.* \(etdc\)/],
  ['a subcommand with a slip', ['rules', 'lsit'], 2, /unknown command 'lsit' \(Did you mean list\?\) \(see inquest rules --help\)/],
  ['no subcommand', ['wal'], 2, /name a subcommand \(see inquest wal --help\)/],
  ['an unknown rule', ['rules', 'show', 'no-such-rule'], 2, /rules list/],
  ['a rule file that is not there', ['analyze', NO_LEADER, '--rules', '/nowhere.yaml'], 2, /there is no such file or directory \(\/nowhere\.yaml\)/],
  ['an output that cannot be written', ['analyze', NO_LEADER, '-o', '/nowhere/report.txt'], 2, /its folder does not exist \(\/nowhere\/report\.txt\)/],
  ['a device for a bundle', ['analyze', '/dev/zero'], 3, /save it as a file first \(\/dev\/zero\)/],
  ['standard input for a bundle', ['analyze', '-'], 3, /save it as a file first \(-\)/],
  ['no file for a subcommand', ['snapshot', 'status'], 2, /see inquest snapshot status --help/],
  ['a case that is not there', ['query', '/nowhere.inquest', 'SELECT 1'], 3, /nowhere\.inquest/],
  ['a database that is not there', ['snapshot', 'status', '/nowhere.db'], 3, /nowhere\.db/],
  ['a text that is no write-ahead log', ['wal', 'dump', 'README.md'], 3, /README\.md/],
  ['a log that is not there', ['wal', 'dump', '/nowhere'], 3, /nowhere/],
] as const)('%s: one line and the status of the contract', async (_, args, status, says) => {
  expectFailure(await inquest(args), status, says);
});

it('refuses an empty file and an empty folder', async () => {
  mkdirSync(join(work.path, 'hollow'));
  expectFailure(await inquest(['analyze', work.write('empty.tar.gz', '')]), 3, /empty/);
  expectFailure(await inquest(['analyze', join(work.path, 'hollow')]), 3, /no files/);
});

it.skipIf(process.getuid?.() === 0)('refuses what it may not read', async () => {
  mkdirSync(join(work.path, 'locked'));
  work.write('locked/etcd.log', 'x');
  chmodSync(join(work.path, 'locked'), 0);
  expectFailure(await inquest(['analyze', join(work.path, 'locked', 'etcd.log')]), 3, /etcd\.log/);
  chmodSync(join(work.path, 'locked'), 0o700);
  const path = work.write('closed.tar.gz', 'x');
  chmodSync(path, 0);
  expectFailure(await inquest(['analyze', path]), 3, /closed\.tar\.gz/);
});

it('never calls a file healthy that holds nothing it knows', async () => {
  const ran = await inquest(['analyze', work.write('letter.txt', 'Dear all,\nthis is no bundle.\n')]);
  if (ran.status === 0) expect(ran.stdout).toContain('no known form');
  else expectFailure(ran, 3, /letter\.txt/);
});

it('reads what a torn archive still holds, names the rest and says so in its status', async () => {
  const whole = readFileSync(join(ROOT, 'sample-bundles/healthy.tar.gz'));
  const { status, coverage } = await analyze(work.write('torn.tar.gz', whole.subarray(0, whole.length / 2)));
  expect(status).toBe(4);
  expect(coverage.entries).toBeGreaterThan(10);
  expect(coverage.damaged.map((one) => one.reason).join('\n')).toMatch(/ends early|ends before|truncated/i);
});

it('keeps its status for scripts: --fail-on', async () => {
  const failed = await inquest(['analyze', NO_LEADER, '--fail-on', 'critical']);
  expect(failed).toMatchObject({ status: 1, stderr: '' });
  expect(failed.stdout).toContain('No etcd leader');
  expect((await inquest(['analyze', 'sample-bundles/healthy.tar.gz', '--fail-on', 'warning'])).status).toBe(0);
});

it('prints the report where standard output is no terminal', async () => {
  const [opened, analysed] = await Promise.all([inquest([NO_LEADER]), inquest(['analyze', NO_LEADER])]);
  expect(opened).toEqual(analysed);
  // oxlint-disable-next-line no-control-regex
  expect(opened.stdout).not.toMatch(/\u001b/);
});

it('gives help and version with status 0', async () => {
  const help = await inquest(['--help']);
  expect(help.status).toBe(0);
  for (const command of ['analyze', 'ingest', 'timeline', 'query', 'rules', 'whois', 'verify', 'snapshot', 'wal', 'compare'])
    expect(help.stdout).toContain(`\n  ${command} `.trimEnd());
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  expect(await inquest(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
});

it('takes several bundles as one case', async () => {
  const report = await analyze(
    'sample-bundles/nospace/rke-a-2026-11-22_09_05_22.tar.gz',
    'sample-bundles/nospace/rke-b-2026-11-22_09_05_22.tar.gz',
    'sample-bundles/nospace/rke-c-2026-11-22_09_05_22.tar.gz',
  );
  expect(report.bundles).toHaveLength(3);
  expect(report.members.map((member) => member.name)).toEqual(expect.arrayContaining(['etcd-rke-a', 'etcd-rke-b', 'etcd-rke-c']));
  expect(report.findings.map((finding) => finding.rule)).toEqual(expect.arrayContaining(['nospace-alarm', 'db-bloat']));
});

it('a folder without rule files is no set of rules', async () => {
  mkdirSync(join(work.path, 'bare'));
  expectFailure(await inquest(['rules', 'test', join(work.path, 'bare')]), 2, /no rule file/);
});

it.skipIf(!existsSync('/dev/full'))('a full disk is told as one, and no defect', async () => {
  expectFailure(await inquest(['analyze', NO_LEADER, '-o', '/dev/full']), 2, /cannot be written: no space is left \(\/dev\/full\)/);
  const file = join(work.path, 'full.inquest');
  await inquest(['ingest', NO_LEADER, '-o', file]);
  const args = [`bin/inquest query ${file} 'SELECT * FROM events' > /dev/full`];
  const { status, stderr } = spawnSync('sh', ['-c', ...args], { cwd: ROOT, encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, 'inquest: the output cannot be written: no space is left (standard output)\n']);
});

it.each([
  ['ingest', 'SIGINT'],
  ['analyze', 'SIGTERM'],
] as const)('%s ended by %s leaves nothing behind', async (command, signal) => {
  const folder = join(work.path, `ended-${command}`);
  mkdirSync(folder);
  const args = command === 'ingest' ? ['-o', join(folder, 'half.inquest')] : [];
  const child = spawn(join(ROOT, 'bin/inquest'), [command, 'sample-bundles/debug-volume.tar.gz', ...args], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: folder },
    stdio: 'ignore',
  });
  const ended = new Promise<string | null>((resolve) => child.once('exit', (_, by) => resolve(by)));
  while (child.exitCode === null && readdirSync(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill(signal);
  expect(await ended).toBe(signal);
  expect(readdirSync(folder)).toEqual([]);
});
