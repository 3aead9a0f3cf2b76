import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { etcdRaftSnapshot } from '../../../src/parsers/etcd-raft-snapshot/etcd-raft-snapshot.ts';
import { readRaftSnapshot } from '../../../src/parsers/etcd-raft-snapshot/raft-snapshot.ts';
import { nativeParsers } from '../../../src/parsers/native-registry.ts';
import { context, factsOf, fixture, fixtureNames, parse } from '../etcd-db/support.ts';

describe.each(['3.4.23', '3.5.16'])('%s', (version) => {
  const name = fixtureNames(`etcd-raft-snapshot/${version}/`)[0] ?? '';
  const bytes = fixture(`etcd-raft-snapshot/${version}/${name}`);

  it('is accepted by content alone, and by no other reader', () => {
    expect(nativeParsers.filter((p) => p.accepts(bytes, context('unknown', bytes.length))).map((p) => p.id)).toEqual(['etcd-raft-snapshot']);
  });

  it('says the term and index of its name', () => {
    const snapshot = readRaftSnapshot(bytes);
    const [term, index] = name
      .replace('.snap', '')
      .split('-')
      .map((hex) => Number.parseInt(hex, 16));
    expect(snapshot).toMatchObject({ problem: null, raftTerm: term, raftIndex: index, clusterVersion: version.startsWith('3.4') ? '3.4.0' : '3.5.0' });
    expect(snapshot.voters).toHaveLength(1);
  });

  it('lists the members of the v2 store where they stand', () => {
    const told = parse(etcdRaftSnapshot, bytes);
    expect(factsOf(told, 'member.listed')).toMatchObject([{ name: 'm1', peerUrls: ['http://127.0.0.1:52380'], started: true }]);
    const place = told.facts[0]?.place;
    expect(bytes.subarray(place?.offset, (place?.offset ?? 0) + (place?.length ?? 0)).toString()).toMatch(/^"\/0\/members\/[0-9a-f]+"$/);
  });

  it('reports a flipped byte in etcd’s words', () => {
    const flipped = Buffer.from(bytes);
    flipped[2000] = (flipped[2000] ?? 0) ^ 1;
    const told = parse(etcdRaftSnapshot, flipped, name);
    const reason: unknown = expect.stringMatching(/^snap: crc mismatch/);
    expect(factsOf(told, 'raft-snapshot.damaged')).toMatchObject([{ reason }]);
    expect(told.diagnostics.map((d) => d.code)).toEqual(['RAFT_SNAPSHOT_INVALID']);
  });

  it('is known by its name where it is cut off', () => {
    const half = bytes.subarray(0, bytes.length / 2);
    expect(etcdRaftSnapshot.accepts(half, context(`member/snap/${name}`, half.length))).toBe(true);
    expect(etcdRaftSnapshot.accepts(Buffer.from('plain words\n'), context(`member/snap/${name}`, 12))).toBe(false);
  });

  it('survives every prefix and noise', () => {
    fc.assert(fc.property(fc.nat(bytes.length), (n) => (readRaftSnapshot(bytes.subarray(0, n)).problem === null) === (n === bytes.length)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => parse(etcdRaftSnapshot, noise).diagnostics.length <= 1));
  });
});

describe('an empty file', () => {
  it('is what etcd calls it', () => {
    expect(readRaftSnapshot(new Uint8Array(0)).problem).toBe('snap: empty snapshot');
  });
});
