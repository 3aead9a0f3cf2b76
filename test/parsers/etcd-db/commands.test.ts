import { describe, expect, it } from 'vitest';
import { readDiff, readHashKv, readHistory, readKeys, readLeases, readSnapshotStatus, readSpace } from '../../../src/parsers/etcd-db/commands.ts';
import { fixture, memory } from './support.ts';

const VERSIONS = ['3.4.23', '3.5.16'] as const;
const NAMES = ['whole', 'compacted'] as const;
const cases = VERSIONS.flatMap((version) => NAMES.map((name) => ({ version, name })));

interface Status {
  readonly hash: number;
  readonly revision: number;
  readonly totalKey: number;
  readonly totalSize: number;
}

const json = <T>(path: string): T => JSON.parse(fixture(path).toString('utf8')) as T;
const open = (version: string, name: string) => memory(fixture(`etcd-db/${version}/${name}.db`));

describe.each(cases)('$version $name.db', ({ version, name }) => {
  it('has the status that etcd’s own tool printed', () => {
    const printed = json<Status>(`etcd-db/${version}/${name}.status.json`);
    const { hash, revision, totalKey, totalSize, ...rest } = readSnapshotStatus(open(version, name));
    expect({ hash, revision, totalKey, totalSize }).toEqual(printed);
    expect(rest).toMatchObject({ sha256: 'ok', origin: 'snapshot', problemCount: 0, semantics: '3.5', version: '' });
  });

  it('has the hashes that the member printed', () => {
    for (const row of json<{ rev: number; hash: number; compact_revision?: number }[]>(`etcd-db/${version}/${name}.hashkv.json`)) {
      const rule = version === '3.4.23' ? 'count' : 'skip';
      expect(readHashKv(open(version, name), row.rev, rule)).toMatchObject({ ok: true, hash: row.hash, compactRevision: row.compact_revision });
    }
  });

  it('attributes all bytes', () => {
    const space = readSpace(open(version, name));
    const buckets = space.rows.filter((r) => r.by === 'bucket');
    const ofKey = buckets.find((r) => r.name === 'key');
    const prefixes = space.rows.filter((r) => r.by === 'prefix');
    expect(prefixes.reduce((sum, r) => sum + r.bytes, 0)).toBe(ofKey?.bytes);
    expect(prefixes.reduce((sum, r) => sum + r.deadBytes, 0)).toBe(space.deadBytes);
    expect(space.inUseBytes + space.freeBytes).toBe(space.totalBytes);
    expect(space.rows.filter((r) => r.by === 'resource').map((r) => r.name)).toEqual(
      expect.arrayContaining(['pods', 'configmaps', 'services/endpoints', 'apiregistration.k8s.io/apiservices', 'leases', 'secrets']),
    );
  });
});

describe('3.6 semantics', () => {
  it('counts living user keys', () => {
    const file = open('3.5.16', 'whole');
    expect(readSnapshotStatus(file, '3.6').totalKey).toBe(readKeys(file).rows.length);
    expect(readSpace(file).rows.find((r) => r.name === 'key')?.keys).toBe(readKeys(file).rows.length);
  });
});

describe('hashkv', () => {
  it('says why there is none', () => {
    expect(readHashKv(open('3.5.16', 'compacted'), 59)).toMatchObject({ ok: false, reason: 'compacted', compact: 60 });
    expect(readHashKv(open('3.5.16', 'compacted'), 9999)).toMatchObject({ ok: false, reason: 'future' });
  });
});

describe('keys, history, leases', () => {
  it('lists living keys in order', () => {
    const { rows } = readKeys(open('3.5.16', 'whole'), '/registry/leases/');
    expect(rows).toMatchObject([{ key: '/registry/leases/kube-system/kube-scheduler', kind: 'Lease' }]);
    const all = readKeys(open('3.5.16', 'whole')).rows.map((r) => r.key);
    expect(all).toEqual([...all].sort());
    expect(all).not.toContain('/registry/pods/default/obj-4');
  });

  it('shows a key’s revisions, deletion included', () => {
    const { rows } = readHistory(open('3.5.16', 'whole'), '/registry/pods/default/obj-4');
    expect(rows.map((r) => r.deleted)).toEqual([false, false, true]);
    expect(rows.map((r) => r.version)).toEqual([1, 2, 0]);
  });

  it('binds keys to etcd leases', () => {
    expect(readLeases(open('3.5.16', 'whole')).rows).toMatchObject([{ ttlSeconds: 300, keys: 1, firstKey: '/registry/events/default/e1', granted: true }]);
  });

  it('never gives a value', () => {
    const file = open('3.5.16', 'whole');
    const everything = JSON.stringify([readKeys(file), readHistory(file, '/registry/secrets/default/token'), readSpace(file), readDiff(file, file)]);
    expect(everything).toContain('/registry/secrets/default/token');
    expect(everything).not.toContain('TOPSECRET');
  });
});

describe('diff', () => {
  it('finds no difference where one of two has compacted and gone on', () => {
    const diff = readDiff(open('3.5.16', 'whole'), open('3.5.16', 'compacted'));
    expect(diff).toMatchObject({ firstDifferentRevision: null, differenceCount: 0, aheadA: 0, aheadB: 1 });
  });

  it('names the revision and the key of one changed byte', () => {
    const a = fixture('etcd-db/3.5.16/whole.db');
    const b = Buffer.from(a);
    const at = b.indexOf('TOPSECRETVALUE');
    b[at] = 0x78;
    const diff = readDiff(memory(a), memory(b));
    expect(diff).toMatchObject({ differenceCount: 1, keys: [{ key: '/registry/secrets/default/token' }] });
    expect(diff.differences).toMatchObject([{ key: '/registry/secrets/default/token', how: 'value', revision: diff.firstDifferentRevision }]);
    expect(diff.lastCommonRevision).toBe((diff.firstDifferentRevision ?? 0) - 1);
  });
});
