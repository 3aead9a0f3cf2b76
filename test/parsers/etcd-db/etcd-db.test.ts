import { describe, expect, it } from 'vitest';
import { etcdDb } from '../../../src/parsers/etcd-db/etcd-db.ts';
import { nativeParsers } from '../../../src/parsers/native-registry.ts';
import { context, factsOf, fixture, parse } from './support.ts';

const whole = fixture('etcd-db/3.5.16/whole.db');

describe('etcd-db', () => {
  it('accepts by content alone, and no other reader does', () => {
    const head = whole.subarray(0, 65_536);
    expect(nativeParsers.filter((p) => p.accepts(head, context('unknown', whole.length))).map((p) => p.id)).toEqual(['etcd-db']);
  });

  it('tells content, usage, hashes and members', () => {
    const told = parse(etcdDb, whole);
    expect(told.diagnostics).toEqual([]);
    expect(factsOf(told, 'db.content')).toMatchObject([{ origin: 'snapshot', sha256: 'ok', revision: 106, compactRevision: null, version: '3.5.0' }]);
    expect(factsOf(told, 'member.listed')).toMatchObject([{ name: 'm1', peerUrls: ['http://127.0.0.1:52380'], started: true }]);
    expect(factsOf(told, 'raft.configuration')).toHaveLength(1);
    expect(factsOf(told, 'db.hashkv').map((f) => f['revision'])).toEqual([106, 104, 100, 96, 80, 64]);
    expect(factsOf(told, 'k8s-lease.object')).toMatchObject([{ namespace: 'kube-system', name: 'kube-scheduler', holder: 'cp2_b', transitions: 1 }]);
    expect(factsOf(told, 'backup.damaged')).toEqual([]);
  });

  it('dates a Lease by its renewal', () => {
    const lease = parse(etcdDb, whole).facts.find((f) => f.type === 'k8s-lease.object');
    expect(lease?.at).toBe(Date.UTC(2026, 0, 2, 3, 1, 34) * 1000);
  });

  it('gives every fact a text that says where, and no value', () => {
    const told = parse(etcdDb, whole);
    const cited = new Set(told.cites.map((c) => `${c.place.offset}:${c.place.length}`));
    for (const fact of told.facts) expect(cited.has(`${fact.place.offset}:${fact.place.length}`)).toBe(true);
    expect(told.cites.every((c) => /page \d+/.test(c.text))).toBe(true);
    expect(JSON.stringify(told)).not.toContain('TOPSECRET');
  });

  it('shares hashes between databases at different revisions', () => {
    const a = factsOf(parse(etcdDb, whole), 'db.hashkv');
    const shorter = factsOf(parse(etcdDb, fixture('etcd-db/3.4.23/whole.db')), 'db.hashkv');
    expect(a.map((f) => f['revision'])).toEqual(shorter.map((f) => f['revision']));
  });

  it('reports a flipped byte that etcd’s status would not', () => {
    const flipped = Buffer.from(whole);
    const at = flipped.indexOf('TOPSECRETVALUE');
    flipped[at] = 0x78;
    const told = parse(etcdDb, flipped, 'etcd.db');
    expect(told.diagnostics.map((d) => d.code)).toEqual(['DB_CHECKSUM_MISMATCH']);
    expect(factsOf(told, 'backup.damaged')).toMatchObject([{ path: 'etcd.db' }]);
    expect(factsOf(told, 'db.hashkv')).toEqual([]);
  });

  it('compares nothing where a revision is missing', () => {
    const bytes = Buffer.from(whole.subarray(0, 61_440));
    const key = Buffer.from('000000000000003c5f0000000000000000', 'hex');
    for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, at + 1)) bytes[at + 7] = 0x3b;
    const told = parse(etcdDb, bytes);
    expect(factsOf(told, 'db.hashkv')).toEqual([]);
    expect(told.diagnostics.length).toBeGreaterThan(0);
  });

  it('reports a cut snapshot', () => {
    const told = parse(etcdDb, whole.subarray(0, 40_960), 'cut.db');
    expect(told.diagnostics.map((d) => d.code)).toContain('DB_TRUNCATED');
    expect(factsOf(told, 'backup.damaged')).toMatchObject([{ reason: 'it has 40960 of 61440 bytes' }]);
  });

  it('reads on from the second meta page when the first is lost', () => {
    const damaged = Buffer.from(whole);
    damaged.fill(0, 0, 100);
    expect(etcdDb.accepts(damaged.subarray(0, 65_536), context('unknown', null))).toBe(true);
    const told = parse(etcdDb, damaged);
    expect(told.diagnostics.map((d) => d.code)).toEqual(['DB_META_INVALID', 'DB_CHECKSUM_MISMATCH']);
    expect(factsOf(told, 'db.content')).toMatchObject([{ revision: 106 }]);
  });

  it('calls a member’s grown file a data directory', () => {
    const grown = Buffer.concat([whole.subarray(0, 61_440), Buffer.alloc(65_536)]);
    expect(factsOf(parse(etcdDb, grown), 'db.content')).toMatchObject([{ origin: 'data-dir', sha256: 'absent' }]);
  });
});
