import { existsSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { tar } from '../bundle/pack.ts';
import { analyze, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
afterAll(work.remove);

/** What a bundle's case holds of diagnostics: codes by path. */
async function diagnostics(bundle: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const out = join(work.path, `${basename(bundle)}.inquest`);
  const { status, stderr } = await inquest(['ingest', bundle, '-o', out]);
  expect([0, 4], stderr).toContain(status);
  const rows = JSON.parse((await inquest(['query', out, 'SELECT path, code FROM diagnostics', '--format', 'json'])).stdout) as readonly {
    readonly path: string;
    readonly code: string;
  }[];
  return Object.fromEntries(rows.map(({ path }) => [path, rows.filter((row) => row.path === path).map((row) => row.code)]));
}

const LINE = '{"level":"info","ts":"2026-11-22T09:00:31.609210Z","caller":"etcdserver/server.go:1","msg":"hello"}\n';
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/;

it('paths that climb out are names only, and reported', async () => {
  const path = work.write(
    'climb.tar',
    await tar({ name: '../../climbed.log', body: LINE }, { name: '/tmp/inquest-absolute.log', body: LINE }, { name: 'etcd.log', body: LINE }),
  );
  const { status, coverage } = await analyze(path);
  expect([0, 4]).toContain(status);
  expect(coverage.events).toBeGreaterThanOrEqual(1);
  expect(existsSync(join(work.path, '..', '..', 'climbed.log'))).toBe(false);
  expect(existsSync('/tmp/inquest-absolute.log')).toBe(false);
  expect(Object.values(await diagnostics(path)).flat()).toContain('PATH_ESCAPES');
  expect(coverage.remarks.map((one) => one.code)).toEqual(['PATH_ESCAPES', 'PATH_ESCAPES']);
  expect((await inquest(['analyze', path])).stdout).toMatch(/climbed\.log\s+the\s+path\s+climbs\s+out/);
});

it('links are not followed, and reported', async () => {
  const bundle = await tar(
    { name: 'secrets.log', type: 'symlink', to: '/etc/passwd' },
    { name: 'hard.log', type: 'link', to: '/etc/passwd' },
    { name: 'etcd.log', body: LINE },
  );
  const first = await analyze(work.write('links.tar', bundle));
  expect(first.coverage.events).toBe(1);
  expect(first.coverage.skipped.map((one) => one.path)).toEqual(['hard.log', 'secrets.log']);
  expect(await diagnostics(join(work.path, 'links.tar'))).toMatchObject({ 'secrets.log': ['LINK_OUTSIDE'], 'hard.log': ['LINK_OUTSIDE'] });
  work.write('linked/etcd.log', LINE);
  symlinkSync('/etc', join(work.path, 'linked', 'etc'));
  symlinkSync('..', join(work.path, 'linked', 'loop'));
  const second = await analyze(join(work.path, 'linked'));
  expect(second.coverage.entries).toBe(1);
  expect(JSON.stringify(second)).not.toContain('root:x:0:0');
  expect(await diagnostics(join(work.path, 'linked'))).toMatchObject({ etc: ['LINK_OUTSIDE'] });
});

it('control characters reach no terminal', async () => {
  const evil = 'evil\u001b[2J\u001b]0;owned\u0007\u202e';
  const line = LINE.replace('hello', evil);
  const path = work.write(
    'control.tar',
    await tar({ name: `${evil}.bin`, body: '\u0000\u0001\u0002' }, { name: 'etcd.log', body: line }, { name: 'notes.txt', body: evil }),
  );
  for (const args of [
    ['analyze', path],
    ['timeline', path],
    ['timeline', path, '--format', 'csv'],
    ['analyze', path, '--format', 'markdown'],
  ]) {
    const { status, stdout, stderr } = await inquest(args);
    expect([0, 4]).toContain(status);
    expect(`${stdout}${stderr}`.replaceAll('\r\n', '\n')).not.toMatch(CONTROL);
  }
  const missing = await inquest(['analyze', `/nowhere/${evil}`]);
  expect(missing.stderr.trimEnd()).not.toMatch(CONTROL);
});

it('an endless line is cut, counted and reported', async () => {
  const path = work.write('endless.tar.gz', gzipSync(await tar({ name: 'etcd.log', body: `${LINE}${'x'.repeat(3 << 20)}\n${LINE}` })));
  const { status, coverage } = await analyze(path);
  expect([0, 4]).toContain(status);
  expect(coverage).toMatchObject({ lines: 3, events: 2, continuations: 1, unparsed: 0 });
  const after = (await inquest(['timeline', path, '--format', 'jsonl'])).stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly line: number });
  expect(after.map((row) => row.line)).toEqual([1, 3]);
  expect((await diagnostics(path))['etcd.log']).toContain('LINE_TOO_LONG');
});

it('a log whose first line is longer than what is looked at to recognise it is still a log', async () => {
  const long = LINE.replace('hello', 'x'.repeat(100_000));
  const wrapped = (line: string): string => `${JSON.stringify({ log: line, stream: 'stderr', time: '2026-11-22T08:00:00.5Z' })}\n`;
  const path = work.write(
    'long-first.tar',
    await tar(
      { name: 'zap.log', body: `${long}${LINE}` },
      { name: 'docker.log', body: `${wrapped(long)}${wrapped(LINE)}` },
      { name: 'alone.log', body: long },
      { name: 'endless.log', body: `${LINE.replace('hello', 'x'.repeat(5 << 20))}${LINE}${LINE.replace('hello', 'y'.repeat(3 << 20))}` },
      { name: 'no-log.txt', body: `{"other":"${'x'.repeat(100_000)}"}\n` },
    ),
  );
  const { coverage } = await analyze(path);
  expect(coverage.skipped.map((one) => one.path)).toEqual(['no-log.txt']);
  expect(coverage).toMatchObject({ lines: 8, events: 6, continuations: 0, unparsed: 2 });
});

it('archives nested beyond the limit stay closed, and are reported', async () => {
  let inner = await tar({ name: 'etcd.log', body: LINE });
  for (let i = 0; i < 8; i += 1) inner = await tar({ name: `level-${i}.tar`, body: inner });
  const { status, coverage } = await analyze(work.write('deep.tar', await tar({ name: 'etcd.log', body: LINE }, { name: 'level-8.tar', body: inner })));
  expect(status).toBe(4);
  expect(coverage.damaged.map((one) => one.reason).join('\n')).toMatch(/nested deeper/);
});

it('deeply nested JSON and YAML do no harm', async () => {
  const deep = '['.repeat(200_000);
  const path = work.write(
    'brackets.tar',
    await tar(
      { name: 'endpoint-status.json', body: deep },
      { name: 'lease.yaml', body: `apiVersion: v1\nkind: Lease\nspec: ${'{a: '.repeat(20_000)}\n` },
      {
        name: 'bomb.yaml',
        body: `apiVersion: v1\nkind: List\na: &a [x,x,x]\n${'bcdefghij'
          .split('')
          .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghij'[i]}`).join(',')}]`)
          .join('\n')}\n`,
      },
      { name: 'etcd.log', body: `${LINE}${LINE.replace('"hello"', deep)}${LINE}` },
    ),
  );
  const { status, coverage } = await analyze(path);
  expect([0, 4]).toContain(status);
  expect(coverage.events).toBeGreaterThanOrEqual(2);
});

it('an archive that expands without bound is stopped at the limit', async () => {
  const path = work.write('bomb.tar.gz', gzipSync(await tar({ name: 'etcd.log', body: LINE }, { name: 'other.log', body: Buffer.alloc(80 << 20, LINE) })));
  const { status, coverage } = await analyze(path, '--limit-expansion', '10');
  expect(status).toBe(4);
  expect(coverage.damaged.map((one) => one.reason).join('\n')).toMatch(/expands more/);
});

it('bytes of no encoding are read as U+FFFD', async () => {
  const line = Buffer.concat([Buffer.from(LINE.replace('hello"}\n', '')), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}\n')]);
  const { stdout } = await inquest(['timeline', work.write('bytes.tar', await tar({ name: 'etcd.log', body: line })), '--format', 'jsonl']);
  expect(stdout).toContain('\ufffd\ufffd\ufffd(');
});
