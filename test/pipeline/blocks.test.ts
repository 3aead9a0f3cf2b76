import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BLOCK_BYTES, lineBlocks } from '../../src/pipeline/blocks.ts';
import { BufferPool } from '../../src/pipeline/buffer-pool.ts';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** Lines of the given lengths, each of a letter of its own. */
function textOf(lengths: readonly number[]): Uint8Array {
  return Buffer.from(lengths.map((length, i) => String.fromCodePoint(97 + (i % 26)).repeat(length)).join('\n'));
}

describe('blocks of lines', () => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 900_000 })), { minLength: 1, maxLength: 12 });
  const sizes = fc.array(fc.integer({ min: 1000, max: 1_500_000 }), { minLength: 1, maxLength: 5 });

  test('every byte once and in order, cut after newlines, numbered, in buffers that are filled again and again', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, sizes, async (lineLengths, chunkSizes) => {
        const bytes = textOf(lineLengths);
        const pool = new BufferPool();
        const seen: Uint8Array[] = [];
        let offset = 0;
        let line = 1;
        for await (const block of lineBlocks(chunksOf(bytes, chunkSizes), 8 << 20, () => undefined, pool.take)) {
          expect([block.offset, block.firstLine]).toEqual([offset, line]);
          offset += block.raw.byteLength;
          line += block.lineCount;
          if (offset < bytes.length) expect(block.raw.at(-1)).toBe(10);
          seen.push(Uint8Array.from(block.raw));
          const { buffer } = block.raw;
          if (buffer instanceof ArrayBuffer && buffer.byteLength === BLOCK_BYTES) {
            block.raw.fill(0);
            pool.give(buffer);
          }
        }
        expect(Buffer.concat(seen).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('a line beyond the limit comes in pieces and is named', async () => {
    const bytes = textOf([10, 5_000_000, 10]);
    const long: number[] = [];
    const seen: Uint8Array[] = [];
    for await (const block of lineBlocks(chunksOf(bytes, [300_000]), 1 << 20, (line) => long.push(line))) seen.push(Uint8Array.from(block.raw));
    expect(long[0]).toBe(2);
    expect(Buffer.concat(seen).equals(bytes)).toBe(true);
  });
});
