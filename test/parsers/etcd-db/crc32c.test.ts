import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../src/parsers/etcd-db/crc32c.ts';
import { fnv64a } from '../../../src/parsers/etcd-db/fnv64.ts';

/** Bit by bit, as the polynomial is defined. */
function slow(bytes: Uint8Array): number {
  let c = 0xffff_ffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let bit = 0; bit < 8; bit += 1) c = (c & 1) === 1 ? (c >>> 1) ^ 0x82f63b78 : c >>> 1;
  }
  return ~c >>> 0;
}

function fnvByBigint(bytes: Uint8Array): bigint {
  let h = 0xcbf29ce484222325n;
  for (const byte of bytes) h = BigInt.asUintN(64, (h ^ BigInt(byte)) * 0x100000001b3n);
  return h;
}

describe('crc32c', () => {
  it.each([
    ['', 0],
    ['123456789', 0xe3069283],
    ['a', 0xc1d04330],
  ])('has the known value for %j', (text, crc) => {
    expect(crc32c(0, Buffer.from(text))).toBe(crc);
  });

  it('has the values of RFC 3720 B.4', () => {
    expect(crc32c(0, new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(0, new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
    expect(
      crc32c(
        0,
        Uint8Array.from({ length: 32 }, (_, i) => i),
      ),
    ).toBe(0x46dd794e);
  });

  it('is the same where WebAssembly takes over, and across its blocks', () => {
    const bytes = Uint8Array.from({ length: 300_001 }, (_, i) => (i * 7919) >>> 3);
    for (const length of [511, 512, 513, 4096, 114_688, 114_689, 300_001]) {
      expect(crc32c(0, bytes, 1, length)).toBe(slow(bytes.subarray(1, length)));
    }
  });

  it('chains at any cut and equals the definition', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
        const at = Math.min(cut, bytes.length);
        const whole = crc32c(0, bytes);
        expect(crc32c(crc32c(0, bytes, 0, at), bytes, at, bytes.length)).toBe(whole);
        expect(whole).toBe(slow(bytes));
      }),
    );
  });
});

describe('fnv64a', () => {
  it('equals the definition', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const { high, low } = fnv64a(bytes);
        expect((BigInt(high) << 32n) | BigInt(low)).toBe(fnvByBigint(bytes));
      }),
    );
  });
});
