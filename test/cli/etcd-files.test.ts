import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, expectFailure, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
afterAll(work.remove);
const db = (name: string): string => join(ROOT, 'test/fixtures/etcd-db', name);
const json = async (...args: readonly string[]): Promise<unknown> => JSON.parse((await inquest([...args, '--format', 'json'])).stdout);

describe.each(['3.4.23', '3.5.16'])('etcd %s', (version) => {
  it('snapshot status gives what etcdutl gives', async () => {
    const theirs = JSON.parse(readFileSync(db(`${version}/whole.status.json`), 'utf8')) as Readonly<Record<string, unknown>>;
    expect(await json('snapshot', 'status', db(`${version}/whole.db`))).toMatchObject(theirs);
    expect(await json('snapshot', 'status', db(`${version}/whole.db`))).toHaveProperty('sha256');
  });

  it('snapshot hashkv has the keys of the contract', async () => {
    expect(Object.keys((await json('snapshot', 'hashkv', db(`${version}/whole.db`))) as object)).toEqual(
      expect.arrayContaining(['hash', 'hash_revision', 'compact_revision']),
    );
  });

  it('keys, leases and space are told as text', async () => {
    for (const what of ['keys', 'leases', 'space']) {
      const { status, stdout, stderr } = await inquest(['snapshot', what, db(`${version}/whole.db`)]);
      expect({ what, status, stderr }).toEqual({ what, status: 0, stderr: '' });
      expect(stdout.length).toBeGreaterThan(0);
    }
  });

  it('wal dump and terms', async () => {
    const dump = await inquest(['wal', 'dump', join(ROOT, 'test/fixtures/etcd-wal', version, '0000000000000000-0000000000000000.wal')]);
    expect(dump).toMatchObject({ status: 0, stderr: '' });
    expect((await json('wal', 'terms', join(ROOT, 'test/fixtures/etcd-wal', version))) as readonly unknown[]).not.toHaveLength(0);
  });
});

it('a key has a history, and two databases a difference', async () => {
  const keys = (await json('snapshot', 'keys', db('3.5.16/whole.db'))) as readonly { readonly key: string }[];
  const [first] = keys;
  expect(first).toBeDefined();
  expect((await json('snapshot', 'history', first?.key ?? '', db('3.5.16/whole.db'))) as readonly unknown[]).not.toHaveLength(0);
  expect(await json('snapshot', 'diff', db('3.5.16/whole.db'), db('3.5.16/whole.db'))).toMatchObject({ firstDifferentRevision: null });
});

it('a broken chain of checksums is told and gives status 4', async () => {
  const { status, stdout } = await inquest(['wal', 'dump', join(ROOT, 'test/fixtures/etcd-wal/crc')]);
  expect(status).toBe(4);
  expect(stdout).toMatch(/crc/i);
  const terms = await inquest(['wal', 'terms', join(ROOT, 'test/fixtures/etcd-wal/crc')]);
  expect(terms.status).toBe(4);
  expect(terms.stderr).toMatch(/crc/i);
});

it('a database whose meta pages are lost is damaged, and its leaf pages still tell its revision', async () => {
  const bytes = Buffer.from(readFileSync(db('3.5.16/whole.db')));
  const { revision } = (await json('snapshot', 'status', db('3.5.16/whole.db'))) as { readonly revision: number };
  const { status, stdout, stderr } = await inquest(['snapshot', 'status', work.write('no-meta.db', bytes.fill(0, 0, 8192)), '--format', 'json']);
  expect(status).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ salvaged: { revision } });
  expect(stderr).toContain('salvaged from');
});

it('a damaged snapshot is told and gives status 4', async () => {
  const bytes = readFileSync(db('3.5.16/whole.db'));
  const { status } = await inquest(['snapshot', 'status', work.write('cut.db', bytes.subarray(0, 20_000))]);
  expect(status).toBe(4);
});

it('what is no database is refused', async () => {
  expectFailure(await inquest(['snapshot', 'status', work.write('letter.db', 'Dear all\n'.repeat(2000))]), 3, /letter\.db/);
});
