import { describe, expect, it } from 'vitest';
import { etcdWal } from '../../../src/parsers/etcd-wal/etcd-wal.ts';
import { nativeParsers } from '../../../src/parsers/native-registry.ts';
import { context, factsOf, fixture, parse } from '../etcd-db/support.ts';
import { guardedPut, leaseValue, SegmentWriter } from './support.ts';

const NAME = '0000000000000000-0000000000000000.wal';
const real = (folder: string): Buffer => fixture(`etcd-wal/${folder}/${NAME}`);
const KEY = '/registry/leases/kube-system/kube-controller-manager';
const MEMBER = 0x8e9e05c52164694dn;

const log = (): SegmentWriter => new SegmentWriter().crc().metadata(MEMBER, 0xcdf818194e3a8c32n);

describe.each(['3.4.23', '3.5.16', '3.4.23/restored', '3.5.16/restored', 'forced', 'crc'])('%s', (folder) => {
  it('is accepted by content alone, and by no other reader', () => {
    const bytes = real(folder);
    expect(nativeParsers.filter((p) => p.accepts(bytes.subarray(0, 65_536), context('unknown', bytes.length))).map((p) => p.id)).toEqual(['etcd-wal']);
  });

  it('cites every fact without a value', () => {
    const told = parse(etcdWal, real(folder));
    const cited = new Set(told.cites.map((c) => `${c.place.offset}:${c.place.length}`));
    for (const fact of told.facts) expect(cited.has(`${fact.place.offset}:${fact.place.length}`)).toBe(true);
    expect(JSON.stringify(told)).not.toContain('TOPSECRET');
  });
});

describe('a real log', () => {
  it.each(['3.4.23', '3.5.16'])('of %s tells member, terms, compaction and Leases', (version) => {
    const told = parse(etcdWal, real(version));
    expect(told.diagnostics).toEqual([]);
    expect(factsOf(told, 'etcd.identified')).toMatchObject([{ name: 'm1', clientUrls: ['http://127.0.0.1:52379'] }]);
    expect(factsOf(told, 'member.listed')).toMatchObject([{ name: 'm1', started: true }]);
    expect(factsOf(told, 'raft.term-began')).toMatchObject([{ raftTerm: 2 }]);
    expect(factsOf(told, 'db.compaction-finished')).toMatchObject([{ revision: 60 }]);
    expect(factsOf(told, 'raft.configuration-changed')).toEqual([]);
    expect(factsOf(told, 'restore.finished')).toEqual([]);
    // first, before and behind the gap, last before and first after the change of holder, last; never the one who lost the race
    expect(factsOf(told, 'k8s-lease.object').map((f) => f['holder'])).toEqual(['cp1_a', 'cp1_a', 'cp1_a', 'cp1_a', 'cp2_b', 'cp2_b']);
  });

  it.each(['3.4.23', '3.5.16'])('of %s restored from a snapshot is told as such', (version) => {
    expect(factsOf(parse(etcdWal, real(`${version}/restored`)), 'restore.finished')).toHaveLength(1);
  });

  it('tells --force-new-cluster once', () => {
    const told = parse(etcdWal, real('forced'));
    expect(factsOf(told, 'etcd.restarted-from-wal')).toMatchObject([{ forced: true }]);
    expect(factsOf(told, 'raft.configuration-changed').map((f) => f['change'])).toEqual(['remove', 'remove']);
    expect(factsOf(told, 'member.listed')).toMatchObject([{ name: 'a' }]);
  });

  it('finds the one record whose byte was flipped, and reads on', () => {
    const told = parse(etcdWal, real('crc'), `member/wal/${NAME}`);
    expect(told.diagnostics).toMatchObject([{ code: 'WAL_CRC_MISMATCH', offset: 124_144 }]);
    expect(factsOf(told, 'wal.damaged')).toMatchObject([{ file: NAME }]);
    expect(factsOf(told, 'raft.state').at(-1)).toMatchObject({ raftTerm: 2, commitIndex: 311 });
  });
});

describe('what is committed', () => {
  it('leaves out entries that a later leader replaced', () => {
    const alarm = Buffer.from([(0x0a << 3) | 2, 4, 0x08, 1, 0x18, 1]);
    const told = parse(etcdWal, log().entry(2, 1).entry(2, 2, alarm).entry(3, 2).state(3, MEMBER, 2).bytes());
    expect(factsOf(told, 'alarm.raised')).toEqual([]);
    expect(factsOf(told, 'raft.term-began').map((f) => f['raftTerm'])).toEqual([2, 3]);
  });

  it('tells them once they are committed', () => {
    const alarm = Buffer.from([(0x0a << 3) | 2, 4, 0x08, 1, 0x18, 1]);
    const told = parse(etcdWal, log().entry(2, 1).entry(2, 2, alarm).state(2, MEMBER, 2).bytes());
    expect(factsOf(told, 'alarm.raised')).toMatchObject([{ alarm: 'NOSPACE', member: null }]);
  });

  it('tells states only when term or vote change, and the last', () => {
    const told = parse(etcdWal, log().state(2, MEMBER, 1).state(2, MEMBER, 2).state(2, MEMBER, 3).state(3, 5n, 3).state(3, 5n, 9).bytes());
    expect(factsOf(told, 'raft.state').map((f) => [f['raftTerm'], f['vote'], f['commitIndex']])).toEqual([
      [2, '8e9e05c52164694d', 1],
      [3, '5', 3],
      [3, '5', 9],
    ]);
  });
});

describe('Leases in protobuf', () => {
  it('are dated by their renewal, and a lost race leaves no trace', () => {
    const at = 1_767_322_800;
    const bytes = log()
      .entry(2, 1, guardedPut(KEY, 10, leaseValue('kube-controller-manager', 'a', at, at)))
      .entry(2, 2, guardedPut(KEY, 10, leaseValue('kube-controller-manager', 'b', at, at)))
      .entry(2, 3, guardedPut(KEY, 12, leaseValue('kube-controller-manager', 'a', at, at + 2)))
      .entry(2, 4, guardedPut(KEY, 13, leaseValue('kube-controller-manager', 'a', at, at + 40)))
      .state(2, MEMBER, 4)
      .bytes();
    const told = parse(etcdWal, bytes);
    const leases = told.facts.filter((f) => f.type === 'k8s-lease.object');
    expect(leases.map((f) => [f.data['holder'], f.at])).toEqual([0, 2, 40].map((s) => ['a', (at + s) * 1e6 + 500_000]));
  });
});

describe('accepting', () => {
  it('refuses preallocated segments and text', () => {
    expect(etcdWal.accepts(new Uint8Array(65_536), context('member/wal/0.tmp', 64_000_000))).toBe(false);
    expect(etcdWal.accepts(new Uint8Array(65_536), context(`member/wal/${NAME}`, 64_000_000))).toBe(false);
    expect(etcdWal.accepts(Buffer.from('2026-01-01 some log line about the WAL'), context(`x/${NAME}`, 38))).toBe(false);
  });
});
