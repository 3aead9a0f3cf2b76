import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BootBook } from '../../../src/parsers/journal-file/boots.ts';
import { StampWriter } from '../../../src/parsers/journal-file/entry-text.ts';
import { lz4Block } from '../../../src/bundle/lz4-block.ts';
import { Pages } from '../../../src/parsers/journal-file/pages.ts';
import { SparseBits } from '../../../src/parsers/journal-file/sparse-bits.ts';
import { unpackedSize, PACKED } from '../../../src/parsers/journal-file/unpack.ts';
import { epochMicros, formatRfc3339 } from '../../../src/model/time.ts';
import { access } from './recording-sink.ts';

describe('LZ4 blocks', () => {
  it('copies literals and matches, also those that overlap themselves', () => {
    // "abc" + match of 9 at distance 3, then "!" + last literals
    expect(Buffer.from(lz4Block(Buffer.from([0x35, 97, 98, 99, 3, 0, 0x10, 33]), 13) ?? []).toString()).toBe('abcabcabcabc!');
  });

  it('reads long lengths', () => {
    const literals = Buffer.alloc(300, 'z');
    expect(lz4Block(Buffer.concat([Buffer.from([0xf0, 255, 30]), literals]), 300)).toEqual(new Uint8Array(literals));
  });

  it('refuses matches from before the start, and wrong sizes', () => {
    expect(lz4Block(Buffer.from([0x15, 97, 9, 0, 0x10, 33]), 11)).toBeNull();
    expect(lz4Block(Buffer.from([0x30, 97, 98, 99]), 4)).toBeNull();
    expect(lz4Block(Buffer.from([0x30, 97, 98, 99]), 2)).toBeNull();
  });

  it('gives null or exactly the size for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 5000 }), (bytes, size) => {
        const out = lz4Block(bytes, size);
        return out === null || out.byteLength === size;
      }),
    );
  });

  it('believes no size that LZ4 cannot reach', () => {
    const packed = Buffer.alloc(16);
    packed.writeBigUInt64LE(1n << 40n);
    expect(unpackedSize(PACKED.LZ4, packed)).toBeNull();
  });
});

describe('sparse bits', () => {
  it('is a set', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.maxSafeNat())), (values) => {
        const bits = new SparseBits();
        const set = new Set<number>();
        for (const value of values) {
          expect(bits.add(value)).toBe(!set.has(value));
          set.add(value);
        }
      }),
    );
  });
});

describe('pages', () => {
  it('gives the bytes of any range, over page borders too, and none beyond the end', () => {
    const bytes = Buffer.alloc(900_000);
    for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 31 + (i >> 8)) & 255;
    const pages = new Pages(access(bytes), 850_000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 900_000 }), fc.integer({ min: 0, max: 300_000 }), (offset, length) => {
        const at = pages.seek(offset, length);
        if (offset + length > 850_000) return at === -1;
        return at >= 0 && pages.bytes.subarray(at, at + length).equals(bytes.subarray(offset, offset + length));
      }),
    );
  });
});

describe('boots', () => {
  const boot = 'b'.repeat(32);

  it('is silent about slewing, tells steps both ways', () => {
    const book = new BootBook();
    const note = (seqnum: number, realtime: number, monotonic: number): number => book.note({ bootId: boot, seqnum, realtime, monotonic }).step;
    expect(book.note({ bootId: boot, seqnum: 1, realtime: 1e15, monotonic: 1e6 })).toEqual({ first: true, step: 0 });
    expect(note(2, 1e15 + 1_400_000, 2e6)).toBe(0);
    expect(note(3, 1e15 + 12_400_000, 3e6)).toBe(10_000_000);
    expect(note(4, 1e15 + 3_400_000, 4e6)).toBe(-10_000_000);
    expect(note(2, 1e15 + 99_000_000, 2e6)).toBe(0);
    expect(note(5, 1e15 + 4_400_000, 5e6)).toBe(0);
  });
});

describe('stamps', () => {
  it('are RFC 3339 in UTC', () => {
    const stamps = new StampWriter();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_102_444_800_000_000 }), (micros) => {
        expect(stamps.write(micros)).toBe(formatRfc3339(epochMicros(micros)).replace('Z', '+00:00'));
      }),
    );
  });
});
