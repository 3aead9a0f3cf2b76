import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import build from '../e2e/support/build.ts';
import { ROOT, analyze, expectFailure, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';
import type { Report } from '../e2e/support/inquest.ts';

const work = workFolder();
beforeAll(build, 300_000);
afterAll(work.remove);

type Sections = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;

interface Unpacked {
  readonly path: string;
  readonly text: string;
}

/** What the system's own tar and gzip make of an archive. */
function unpack(archive: string): readonly Unpacked[] {
  const to = `${archive}.d`;
  mkdirSync(to);
  execFileSync('tar', ['-xzf', archive, '-C', to]);
  return readdirSync(to, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => {
      const path = join(file.parentPath, file.name);
      const bytes = readFileSync(path);
      return { path: relative(to, path), text: (file.name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1') };
    });
}

/** Every original of the map that still stands somewhere in the archive. */
function leaks(files: readonly Unpacked[], map: Sections): readonly string[] {
  const originals = Object.entries(map).flatMap(([kind, pairs]) => (typeof pairs === 'object' && kind !== 'label' ? Object.keys(pairs) : []));
  return originals.flatMap((original) => {
    const pattern = new RegExp(`(?<![A-Za-z0-9]|\\d\\.)${original.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?![A-Za-z0-9]|\\.\\d)`, 'i');
    return files.filter(({ path, text }) => pattern.test(path) || pattern.test(text)).map(({ path }) => `${original} in ${path}`);
  });
}

async function redact(input: string, name: string): Promise<{ readonly archive: string; readonly map: Sections; readonly stderr: string }> {
  const archive = join(work.path, `${name}.tar.gz`);
  const { status, stderr } = await inquest(['redact', input, '-o', archive]);
  expect(status, stderr).toBe(0);
  return { archive, map: JSON.parse(readFileSync(`${archive}.map.json`, 'utf8')) as Sections, stderr };
}

/** Findings as they must be again. */
function summary(report: Report, rename: (name: string) => string): unknown {
  return report.findings.map(({ rule, severity, nodes, start, end }) => ({ rule, severity, nodes: nodes.map(rename), start, end }));
}

describe('a redacted sample', () => {
  it.each([
    ['no-leader'],
    ['healthy.tar.gz'],
    ['cascade.tar'],
    // this one rests on databases, of which only facts are handed on
    ['split-brain-etcd.tar'],
  ])(
    'is judged like the original, and names nobody: %s',
    async (sample) => {
      const path = join(ROOT, 'sample-bundles', sample);
      const { archive, map } = await redact(path, sample);
      const before = await analyze(path);
      const after = await analyze(archive);
      const names: Readonly<Record<string, string>> = { ...map['member'], ...map['host'] };
      const rename = (name: string): string => names[name] ?? name;
      expect(Object.keys(map['host'] ?? {}).length).toBeGreaterThan(2);
      expect(summary(after, String)).toEqual(summary(before, rename));
      expect(after.members.map(({ id, name }) => ({ id, name }))).toEqual(before.members.map(({ id, name }) => ({ id, name: rename(name) })));
      expect(after.leadership.map(({ term, leader, from }) => ({ term, leader, from }))).toEqual(
        before.leadership.map(({ term, leader, from }) => ({ term, leader: rename(leader), from })),
      );
      expect(after.coverage.events).toBe(before.coverage.events);
      expect(leaks(unpack(archive), map)).toEqual([]);
    },
    180_000,
  );

  it.each(['no-leader', 'certificates.tar.gz'])('can be made from a case, and is judged the same: %s', async (sample) => {
    const kase = join(work.path, `${sample}.inquest`);
    await inquest(['ingest', join(ROOT, 'sample-bundles', sample), '-o', kase]);
    const { archive, map } = await redact(kase, `${sample}-from-case`);
    const names: Readonly<Record<string, string>> = { ...map['subject'], ...map['member'], ...map['host'] };
    expect(summary(await analyze(archive), String)).toEqual(summary(await analyze(kase), (name) => names[name] ?? name));
    expect(leaks(unpack(archive), map)).toEqual([]);
  });

  it('hands on what was read from databases as text, without the name of the bundle', async () => {
    const { archive } = await redact(join(ROOT, 'sample-bundles', 'split-brain-etcd.tar'), 'facts');
    const carried = unpack(archive).filter(({ path }) => path.endsWith('.facts.jsonl'));
    expect(carried.length).toBeGreaterThan(1);
    for (const { text } of carried) {
      expect(text).toContain('"type":"db.content"');
      expect(text).not.toContain('split-brain');
    }
  });
});

describe('a bundle with secrets', () => {
  const KEY = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIsecretsecret\n-----END EC PRIVATE KEY-----\n';
  const line = (name: string, host: string): string =>
    `${JSON.stringify({ level: 'info', ts: '2026-11-22T09:00:00.000Z', caller: 'embed/etcd.go:308', msg: 'starting an etcd server', 'etcd-version': '3.5.16', 'go-version': 'go1.24.0', name, 'initial-advertise-peer-urls': [`https://${host}:2380`], 'initial-cluster': 'etcd-1=https://10.9.8.1:2380,etcd-10=https://etcd-10.dc2.acme.example:2380', 'data-dir': '/home/jdoe/etcd' })}\n`;
  const input = join(work.path, 'acme');
  const secrets = ['MHcCAQEEI', 'hunter2', 'aHVudGVyMg', 'wJalrXUtnFEMI', '10.9.8.1', 'acme', 'jdoe', '52:54:00:12:34:56', 'fd00:9:8::1'];

  beforeAll(() => {
    work.write('acme/etcd-1/etcd/etcd.log', line('etcd-1', '10.9.8.1'));
    work.write('acme/etcd-10/etcd/etcd.log', line('etcd-10', 'etcd-10.dc2.acme.example'));
    work.write('acme/etcd-10/pki/server.key', KEY);
    work.write('acme/etcd-10/secrets.yaml', 'apiVersion: v1\ndata:\n  pw: aHVudGVyMg==\nkind: Secret\nmetadata:\n  name: x\n');
    work.write(
      'acme/notes-etcd-10.dc2.acme.example.txt',
      'ping fd00:9:8::1 52:54:00:12:34:56\nhttp://bob:hunter2@10.9.8.1/\nAWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI\n',
    );
    work.write('acme/etcd-1/blob.bin', Buffer.from([0, 1, 2, 3, 0, 0]));
  });

  it('keeps none of them, in no byte and no path', async () => {
    const { archive, map, stderr } = await redact(input, 'acme-out');
    const files = unpack(archive);
    const all = files.map(({ path, text }) => `${path}\n${text}`).join('\n');
    for (const secret of secrets) expect(all).not.toContain(secret);
    expect(all).toContain('go1.24.0');
    expect(all).toContain('"etcd-version":"3.5.16"');
    expect(all).toContain('etcd.log');
    expect(map['host']?.['etcd-1']).not.toBe(map['host']?.['etcd-10']);
    expect(stderr).toBe('inquest: 1 file left out, as REDACTED.txt in the archive lists\n');
    expect(files.find(({ path }) => path === 'REDACTED.txt')?.text).toMatch(/blob\.bin: a binary file cannot be redacted/);
  });

  it('gives the same bytes again, and a map for its owner alone', async () => {
    const { archive } = await redact(input, 'again');
    expect(readFileSync(archive).equals(readFileSync(join(work.path, 'acme-out.tar.gz')))).toBe(true);
    expect(statSync(`${archive}.map.json`).mode & 0o777).toBe(0o600);
  });

  it('is not written over anything, nor into itself', async () => {
    expectFailure(await inquest(['redact', input, '-o', join(work.path, 'again.tar.gz')]), 2, /exists already/);
    expectFailure(
      await inquest(['redact', input, '-o', join(work.path, 'new.tar.gz'), '--map', join(work.path, 'again.tar.gz.map.json')]),
      2,
      /exists already/,
    );
    expectFailure(await inquest(['redact', input, '-o', join(input, 'out.tar.gz')]), 2, /within the input/);
    expectFailure(await inquest(['redact', join(work.path, 'nowhere'), '-o', join(work.path, 'new.tar.gz')]), 3, /no such file/);
  });
});
