import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDiff, readHashKv, readKeys, readLeases, readSnapshotStatus, readSpace } from '../../../src/parsers/etcd-db/commands.ts';
import { etcdDb } from '../../../src/parsers/etcd-db/etcd-db.ts';
import { fnv64a } from '../../../src/parsers/etcd-db/fnv64.ts';
import { fixture, memory, parse } from './support.ts';

const whole = fixture('etcd-db/3.5.16/compacted.db');
const PAGE = 4096;
// a hostile file must not cost more than a few walks over itself
const BOUND = 400;

function survives(bytes: Uint8Array): void {
  const file = memory(bytes);
  readSnapshotStatus(file);
  readHashKv(file);
  readKeys(file);
  readLeases(file);
  readSpace(file);
  readDiff(file, memory(whole));
  expect(file.bytesRead).toBeLessThan(BOUND * (bytes.length + PAGE));
  parse(etcdDb, bytes);
}

/** Writes both meta pages' checksums anew, so that what was changed in them is believed. */
function reseal(bytes: Buffer): Buffer {
  for (const page of [0, 1]) {
    const sum = fnv64a(bytes, page * PAGE + 16, page * PAGE + 72);
    bytes.writeUInt32LE(sum.low, page * PAGE + 72);
    bytes.writeUInt32LE(sum.high, page * PAGE + 76);
  }
  return bytes;
}

const leafPages = (): number[] => {
  const pages: number[] = [];
  for (let page = 2; (page + 1) * PAGE <= whole.length; page += 1) if (whole.readUInt16LE(page * PAGE + 8) === 2) pages.push(page);
  return pages;
};
const branchPage = (): number => {
  for (let page = 2; (page + 1) * PAGE <= whole.length; page += 1) if (whole.readUInt16LE(page * PAGE + 8) === 1) return page;
  throw new Error('the fixture has no branch page');
};

describe('damaged databases', () => {
  it('survives every prefix', () => {
    fc.assert(
      fc.property(fc.nat(whole.length), (length) => survives(whole.subarray(0, length))),
      { numRuns: 60 },
    );
  });

  it('survives flipped bytes', () => {
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 8 }), (flips) => {
        const bytes = Buffer.from(whole);
        for (const [at, mask] of flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
        survives(bytes);
      }),
      { numRuns: 60 },
    );
  });

  it('survives flips where they hurt most: page headers, element tables, believed metas', () => {
    const place = fc.tuple(fc.nat(14), fc.nat(63), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 6 }), (places) => {
        const bytes = Buffer.from(whole);
        for (const [page, at, value] of places) bytes[page * PAGE + at] = value;
        survives(reseal(bytes));
      }),
      { numRuns: 80 },
    );
  });

  it('ends on a cycle and names it', () => {
    const bytes = Buffer.from(whole);
    const branch = branchPage();
    const count = bytes.readUInt16LE(branch * PAGE + 10);
    for (let i = 0; i < count; i += 1) bytes.writeBigUInt64LE(BigInt(branch), branch * PAGE + 16 + i * 16 + 8);
    const status = readSnapshotStatus(memory(bytes));
    expect(status.problems.map((p) => p.detail)).toContain(`page ${branch}: multiple references`);
    survives(bytes);
  });

  it('refuses absurd lengths', () => {
    for (const page of leafPages().slice(0, 4)) {
      for (const field of [4, 8, 12]) {
        const bytes = Buffer.from(whole);
        bytes.writeUInt32LE(0xffff_ffff, page * PAGE + 16 + field);
        survives(bytes);
      }
      const bytes = Buffer.from(whole);
      bytes.writeUInt32LE(0xffff_fff0, page * PAGE + 12);
      bytes.writeUInt16LE(0xffff, page * PAGE + 10);
      survives(bytes);
    }
  });

  it('refuses a page size that cannot be, and roots out of bounds', () => {
    for (const [at, value] of [
      [24, 3],
      [24, 0],
      [32, 0xffff],
      [56, 0xffff_ffff],
      [60, 0xffff_ffff],
    ] as const) {
      const bytes = Buffer.from(whole);
      for (const page of [0, 1]) bytes.writeUInt32LE(value, page * PAGE + at);
      survives(reseal(bytes));
    }
  });

  it('survives noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => survives(bytes)),
      { numRuns: 50 },
    );
  });
});
