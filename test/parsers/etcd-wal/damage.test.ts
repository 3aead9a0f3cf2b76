import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dumpWal, walTerms } from '../../../src/parsers/etcd-wal/commands.ts';
import { etcdWal } from '../../../src/parsers/etcd-wal/etcd-wal.ts';
import { factsOf, fixture, memory, parse } from '../etcd-db/support.ts';
import { guardedPut, SegmentWriter } from './support.ts';

const NAME = '0000000000000000-0000000000000000.wal';
const real = fixture(`etcd-wal/3.5.16/${NAME}`);

function survives(bytes: Uint8Array): void {
  const files = [{ name: NAME, file: memory(bytes) }];
  const rows = [...dumpWal(files)];
  expect(rows.length).toBeLessThan(bytes.length + 2);
  walTerms(files);
  parse(etcdWal, bytes);
}

describe('damaged logs', () => {
  it('survive every prefix, as torn or whole, never as corrupt', () => {
    fc.assert(
      fc.property(fc.nat(real.length), (length) => {
        const bytes = real.subarray(0, length);
        survives(bytes);
        expect(factsOf(parse(etcdWal, bytes), 'wal.damaged')).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('survive flipped bytes', () => {
    const flip = fc.tuple(fc.nat(real.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 8 }), (flips) => {
        const bytes = Buffer.from(real);
        for (const [at, mask] of flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
        survives(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('survive noise behind a good beginning', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (noise) => survives(Buffer.concat([real.subarray(0, 40), noise]))),
      { numRuns: 100 },
    );
  });

  it('tell a torn write from corruption by its empty sector', () => {
    const whole = new SegmentWriter()
      .crc()
      .metadata(1n, 2n)
      .entry(1, 1, guardedPut('/k', 1, Buffer.alloc(3000, 0x41)))
      .bytes(4096);
    const torn = Buffer.from(whole);
    torn.fill(0, 1024, 4096);
    expect(parse(etcdWal, torn).diagnostics.map((d) => d.code)).toEqual(['WAL_TORN']);
    const corrupt = Buffer.from(whole);
    corrupt[1500] = 0x42;
    const told = parse(etcdWal, corrupt);
    expect(told.diagnostics.map((d) => d.code)).toEqual(['WAL_CRC_MISMATCH']);
    expect(factsOf(told, 'wal.damaged')).toHaveLength(1);
  });

  it('take a record that stops within a sector, with nothing behind it, for a copy made too early', () => {
    const bytes = new SegmentWriter()
      .crc()
      .metadata(1n, 2n)
      .entry(1, 1, guardedPut('/k', 1, Buffer.alloc(200, 0x41)))
      .bytes(4096);
    bytes.fill(0, 200);
    expect(parse(etcdWal, bytes).diagnostics.map((d) => d.code)).toEqual(['WAL_TORN']);
  });

  it('find the next record behind an impossible length', () => {
    const bytes = new SegmentWriter().crc().metadata(1n, 2n).entry(1, 1).state(2, 7n, 1).bytes();
    const frame = 16 + 8;
    bytes.writeUInt32LE(0x7fff_fff1, frame - 8);
    const told = parse(etcdWal, bytes);
    expect(told.diagnostics.map((d) => d.code)).toContain('WAL_RECORD_INVALID');
    expect([...dumpWal([{ name: NAME, file: memory(bytes) }])].map((r) => r.type)).toContain('state');
  });

  it('report bytes behind the end of the log', () => {
    const bytes = new SegmentWriter().crc().metadata(1n, 2n).bytes(1024);
    bytes[bytes.length - 5] = 9;
    expect(parse(etcdWal, bytes).diagnostics).toMatchObject([{ code: 'WAL_TORN', offset: bytes.length - 5 }]);
  });
});

describe('several segments', () => {
  it('tell a missing one', () => {
    const one = new SegmentWriter().crc().metadata(1n, 2n).bytes();
    const rows = [
      ...dumpWal([
        { name: '0000000000000002-0000000000000009.wal', file: memory(one) },
        { name: NAME, file: memory(one) },
      ]),
    ];
    expect(rows.map((r) => r.type)).toEqual(['crc', 'metadata', 'gap', 'crc', 'metadata']);
    expect(rows[2]?.text).toBe('segment 1 is missing before this one');
  });
});

describe('commands on a real log', () => {
  const files = [{ name: NAME, file: memory(real) }];

  it('dump requests in words, without values', () => {
    const texts = [...dumpWal(files)].map((r) => r.text);
    expect(texts).toContain('compact at revision 60');
    expect(texts).toContain('txn then put /registry/a (1 bytes), put /registry/b (1 bytes), delete /registry/pods/default/obj-4');
    expect(texts.some((t) => t.startsWith('publish ') && t.endsWith(' as m1 http://127.0.0.1:52379'))).toBe(true);
    expect(texts.some((t) => t.startsWith('txn if mod(/registry/leases/kube-system/kube-scheduler)=0 then put'))).toBe(true);
    expect(texts.join()).not.toContain('TOPSECRET');
    expect([...dumpWal(files)].every((r) => r.sound)).toBe(true);
  });

  it('tell terms', () => {
    expect(walTerms(files)).toMatchObject([
      { raftTerm: 1, firstIndex: null },
      { raftTerm: 2, entries: 112 },
    ]);
  });
});
