import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCase } from '../../src/store/case-writer.ts';
import type { EntryId } from '../../src/model/ids.ts';
import type { CaseWriter } from '../../src/model/ports.ts';
import { openCase } from '../../src/store/case-reader.ts';
import { addBundle, addLines, addSource, build, withFolder } from './builder.ts';

function addRaw(writer: CaseWriter, raw: Uint8Array, pieces = 1): EntryId {
  const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'doc', modifiedAt: null });
  const lines = Buffer.from(raw)
    .toString('latin1')
    .split(/(?<=\n)/);
  const per = Math.ceil(lines.length / pieces);
  let offset = 0;
  for (let from = 0; from < lines.length; from += per) {
    const some = lines.slice(from, from + per);
    const bytes = Buffer.from(some.join(''), 'latin1');
    writer.raw({ entry, offset, firstLine: from + 1, lineCount: some.length, raw: bytes });
    offset += bytes.byteLength;
  }
  return entry;
}

const ref = (entry: EntryId, offset: number, line: number | null = null) => ({ entry, line, offset, length: 1 });

describe('evidence text', () => {
  test('keeps multi-byte text, drops CRLF, shows bytes that are not UTF-8 as U+FFFD', async () => {
    const raw = Buffer.concat([
      Buffer.from('\ufeffgrüße 🎉 日本\r\n'),
      Buffer.from([0x61, 0xff, 0x62, 0xc3, 0x0a]),
      Buffer.from('\r\n\n'),
      Buffer.from('nul \u0000 and \u001b[31m stay\rhere\n'),
      Buffer.from('no newline at the end'),
    ]);
    let entry: EntryId | null = null;
    await build(
      (writer) => {
        entry = addRaw(writer, raw);
      },
      (reader) => {
        if (entry === null) throw new Error('no entry');
        const starts = [0, ...[...raw.entries()].filter(([, b]) => b === 0x0a).map(([i]) => i + 1)];
        expect(starts.map((at) => (entry === null ? null : reader.text(ref(entry, at))))).toEqual([
          '\ufeffgrüße 🎉 日本',
          'a\ufffdb\ufffd',
          '',
          '',
          'nul \u0000 and \u001b[31m stay\rhere',
          'no newline at the end',
        ]);
        expect(reader.text(ref(entry, raw.byteLength))).toBeNull();
        expect(reader.text(ref(entry, 1e9))).toBeNull();
        expect(reader.surroundings(ref(entry, starts[3] ?? 0), 2, 1)).toEqual([
          { line: 2, text: 'a\ufffdb\ufffd' },
          { line: 3, text: '' },
          { line: 4, text: '' },
          { line: 5, text: 'nul \u0000 and \u001b[31m stay\rhere' },
        ]);
      },
    );
  });

  test('any bytes cut in any pieces come back line by line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constant(0x0a), fc.constant(0x0d), fc.nat(255)), { minLength: 1, maxLength: 600 }),
        fc.integer({ min: 1, max: 9 }),
        async (bytes, pieces) => {
          const raw = Uint8Array.from(bytes);
          let entry: EntryId | null = null;
          await build(
            (writer) => {
              entry = addRaw(writer, raw, pieces);
            },
            (reader) => {
              if (entry === null) throw new Error('no entry');
              let offset = 0;
              const expected: { line: number; text: string }[] = [];
              for (const line of Buffer.from(raw)
                .toString('latin1')
                .split(/(?<=\n)/)) {
                const text = Buffer.from(line.replace(/\r?\n$|\r$/, ''), 'latin1').toString('utf8');
                expected.push({ line: expected.length + 1, text });
                expect(reader.text(ref(entry, offset))).toBe(text);
                offset += line.length;
              }
              expect(reader.surroundings(ref(entry, 0), 0, 1e6)).toEqual(expected);
              expect(reader.surroundings(ref(entry, raw.byteLength - 1), 1e6, 0)).toEqual(expected);
            },
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  test('surroundings cross blocks, and a document larger than a block is cut at lines', async () => {
    const lines = Array.from({ length: 40_000 }, (_, i) => `line ${i + 1} ${'y'.repeat(i % 90)}`);
    const raw = Buffer.from(`${lines.join('\n')}\n`);
    let entry: EntryId | null = null;
    await build(
      (writer) => {
        entry = addRaw(writer, raw);
      },
      (reader) => {
        if (entry === null) throw new Error('no entry');
        const blocks = [...reader.query('SELECT offset, first_line, line_count FROM blocks ORDER BY offset').rows];
        expect(blocks.length).toBeGreaterThan(1);
        const [at, line] = blocks[1] ?? [];
        if (typeof at !== 'number' || typeof line !== 'number') throw new Error('no second block');
        expect(reader.surroundings(ref(entry, at), 2, 2)).toEqual([-2, -1, 0, 1, 2].map((d) => ({ line: line + d, text: lines[line + d - 1] })));
        expect(blocks.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(40_000);
      },
    );
  });

  test('a place that is not kept shows its cited text', async () => {
    let entry: EntryId | null = null;
    await build(
      (writer) => {
        entry = writer.beginEntry({ bundle: addBundle(writer), path: 'member/snap/db', modifiedAt: null });
        writer.citedTexts([{ entry, line: null, offset: 4096, text: 'page 1: meta, txid 7' }]);
      },
      (reader) => {
        if (entry === null) throw new Error('no entry');
        expect(reader.text(ref(entry, 4096))).toBe('page 1: meta, txid 7');
        expect(reader.text(ref(entry, 4097))).toBeNull();
        expect(reader.surroundings(ref(entry, 4096), 1, 1)).toEqual([]);
      },
    );
  });

  test('can be read while it is still being gathered and compressed', () =>
    withFolder((folder) => {
      const path = `${folder}/x.inquest`;
      const writer = createCase(path);
      const reader = writer.reader();
      const entry = writer.beginEntry({ bundle: addBundle(writer), path: 'a.log', modifiedAt: null });
      const source = addSource(writer, entry, 'cp1');
      const offsets = addLines(
        writer,
        entry,
        Array.from({ length: 5000 }, (_, i) => ({ source, time: i, text: `line ${i} ${'z'.repeat(300)}` })),
      );
      expect(writer.pending()).toBeGreaterThan(0);
      for (const i of [0, 2500, 4999]) expect(reader.text(ref(entry, offsets[i] ?? -1))).toContain(`line ${i} `);
      writer.finish();
      const finished = openCase(path);
      for (const i of [0, 2500, 4999]) expect(finished.text(ref(entry, offsets[i] ?? -1))).toContain(`line ${i} `);
      finished.close();
    }));
});
