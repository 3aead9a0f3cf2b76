import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BLOCK_BYTES, lineBlocks, readWhole, wholeLines } from '../../src/pipeline/blocks.ts';
import type { Block } from '../../src/pipeline/blocks.ts';
import { BufferPool } from '../../src/pipeline/buffer-pool.ts';

async function* chunksOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let n = 0; at < bytes.byteLength; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

it.each([
  ['of any chunks', false],
  ['of whole lines', true],
])('blocks %s hold every byte once, number lines as the file does, and count each line once, however long', async (_from, ready) => {
  const length = fc.oneof({ weight: 4, arbitrary: fc.nat(200) }, { weight: 1, arbitrary: fc.integer({ min: 900_000, max: 2_600_000 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(length, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      fc.array(fc.integer({ min: 30_000, max: 400_000 }), { minLength: 1, maxLength: 4 }),
      async (lengths, ends, sizes) => {
        const text = lengths.map((n, i) => `${i} ${'x'.repeat(n)}`).join('\n') + (ends ? '\n' : '');
        const bytes = Buffer.from(text);
        const blocks: Block[] = [];
        const long: number[] = [];
        const pool = new BufferPool();
        const chunks = ready ? wholeLines(chunksOf(bytes, sizes), pool.take) : chunksOf(bytes, sizes);
        for await (const block of lineBlocks(chunks, 1 << 20, (line) => long.push(line), ready)) {
          blocks.push({ ...block, raw: Uint8Array.from(block.raw) });
          // a block's buffer goes back to be filled again
          const { buffer } = block.raw;
          if (buffer instanceof ArrayBuffer && buffer.byteLength === BLOCK_BYTES) {
            block.raw.fill(0);
            pool.give(buffer);
          }
        }
        expect(Buffer.concat(blocks.map((block) => block.raw)).equals(bytes)).toBe(true);
        expect(blocks.reduce((sum, block) => sum + block.lineCount, 0)).toBe(lengths.length);
        let offset = 0;
        for (const { raw, offset: at, firstLine, lineCount } of blocks) {
          expect(at).toBe(offset);
          offset += raw.byteLength;
          if (lineCount > 0)
            expect(
              Buffer.from(raw)
                .toString()
                .startsWith(`${firstLine - 1} `),
            ).toBe(true);
        }
        expect(new Set(long).size).toBe(long.length);
        for (const line of long) expect(lengths[line - 1]).toBeGreaterThan(900_000);
      },
    ),
    { numRuns: 15 },
  );
});

it('a whole entry is what its chunks are, whatever its size was told to be; null beyond the limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 5000 }),
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 0, max: 6000 }),
      fc.option(fc.integer({ min: 0, max: 6000 })),
      async (bytes, chunk, limit, told) => {
        const whole = await readWhole(chunksOf(bytes, [chunk]), limit, told);
        if (bytes.byteLength > limit || (told ?? 0) > limit) expect(whole).toBeNull();
        else expect(Buffer.from(whole ?? []).equals(Buffer.from(bytes))).toBe(true);
      },
    ),
  );
});
