import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixture, readJournal, usedBytes } from './recording-sink.ts';

const ENTRIES = 90;
const LINES = 81;

const whole = fixture('v254-compact-zstd');
const used = usedBytes(whole);
const plain = fixture('v254-regular-plain');

/** offsets of the ENTRY objects, by walking object by object */
function entriesOf(file: Buffer): number[] {
  const offsets: number[] = [];
  for (let at = Number(file.readBigUInt64LE(88)); at + 16 <= file.byteLength;) {
    const size = Number(file.readBigUInt64LE(at + 8));
    if (size === 0) break;
    if (file[at] === 3) offsets.push(at);
    at += Math.ceil(size / 8) * 8;
  }
  return offsets;
}

describe('damaged journal files', () => {
  it('reads all when only the empty end is missing, and says so', async () => {
    const recorder = await readJournal(whole.subarray(0, used));
    expect(recorder.lines).toHaveLength(LINES);
    expect(recorder.diagnostics).toMatchObject([{ code: 'JOURNAL_TRUNCATED', count: 1 }]);
  });

  it('reads what is there when cut in the middle', async () => {
    const cut = entriesOf(plain)[60] ?? 0;
    const recorder = await readJournal(plain.subarray(0, cut));
    expect(recorder.diagnostics).toMatchObject([{ code: 'JOURNAL_TRUNCATED', count: ENTRIES - 60 }]);
    expect(recorder.diagnostics[0]?.detail).toContain('90 expected, 60 read');
    expect(recorder.lines).toHaveLength(54);
  });

  it('finds the entries by searching when the chain of arrays is broken', async () => {
    const file = Buffer.from(plain);
    file.writeBigUInt64LE(8n, 176);
    const recorder = await readJournal(file);
    expect(recorder.lines).toHaveLength(LINES);
    expect(recorder.diagnostics).toMatchObject([{ code: 'JOURNAL_INVALID', count: 1 }]);
    expect(recorder.diagnostics[0]?.detail).toContain('90 found by searching');
  });

  it('ends when arrays form a ring', async () => {
    const file = Buffer.from(plain);
    const first = Number(file.readBigUInt64LE(176));
    file.writeBigUInt64LE(BigInt(first), first + 16);
    const recorder = await readJournal(file);
    expect(recorder.lines).toHaveLength(LINES);
    expect(recorder.diagnostics[0]?.detail).toContain('points backwards');
  });

  it('leaves out entries in a zeroed page and reads on behind it', async () => {
    const file = Buffer.from(plain);
    const lost = entriesOf(plain).slice(20, 25);
    const from = lost[0] ?? 0;
    const to = (lost.at(-1) ?? 0) + 64;
    file.fill(0, from, to);
    const recorder = await readJournal(file);
    expect(recorder.diagnostics).toMatchObject([{ code: 'JOURNAL_INVALID' }]);
    expect(recorder.diagnostics[0]?.detail).toMatch(/90 expected, 85 read, 5 skipped/);
    expect(recorder.lines.length).toBeGreaterThan(70);
  });

  it('keeps an entry of which a field is damaged', async () => {
    const file = Buffer.from(plain);
    const at = file.indexOf('PRIORITY=');
    file.writeUInt8(9, at - 64);
    const recorder = await readJournal(file);
    expect(recorder.lines).toHaveLength(LINES);
    expect(recorder.diagnostics[0]?.detail).toContain('fields that cannot be read: 1');
  });

  it('takes no entry twice by its number', async () => {
    const file = Buffer.from(plain);
    const [first, second] = entriesOf(plain);
    file.writeBigUInt64LE(file.readBigUInt64LE((first ?? 0) + 16), (second ?? 0) + 16);
    const recorder = await readJournal(file);
    expect(recorder.lines).toHaveLength(LINES - 1);
    expect(recorder.diagnostics[0]?.detail).toContain('entries with the number of another: 1');
  });

  it('a file copied while open is whole when all its entries are there', async () => {
    const file = Buffer.from(plain);
    file.writeUInt8(1, 16);
    expect((await readJournal(file)).diagnostics).toEqual([]);
  });

  it('says so when the layout is newer than known', async () => {
    const file = Buffer.from(plain);
    file.writeUInt32LE(file.readUInt32LE(12) | 64, 12);
    const recorder = await readJournal(file);
    expect(recorder.diagnostics[0]?.detail).toContain('flags 0x40');
    expect(recorder.lines).toHaveLength(LINES);
  });

  it('reads a file cut anywhere without failing, never more than was there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: used }), async (length) => {
        const recorder = await readJournal(whole.subarray(0, length));
        expect(recorder.lines.length).toBeLessThanOrEqual(LINES);
        expect(recorder.diagnostics).toHaveLength(1);
      }),
      { numRuns: 60 },
    );
  });

  it('cut among its objects, reads every entry whose objects are there', async () => {
    const entries = entriesOf(plain);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: (entries[0] ?? 0) - 64, max: usedBytes(plain) }), async (length) => {
        const recorder = await readJournal(plain.subarray(0, length));
        const there = entries.filter((at) => at + Number(plain.readBigUInt64LE(at + 8)) <= length).length;
        expect(recorder.diagnostics[0]?.detail).toContain(`${there} read`);
      }),
      { numRuns: 60 },
    );
  });

  it.each(['v254-compact-zstd', 'v254-compact-lz4', 'v254-regular-xz'] as const)('%s: flipped bytes never make it fail or run on', async (name) => {
    const file = fixture(name);
    const end = usedBytes(file);
    const start = entriesOf(file)[0] ?? 0;
    const place = fc.oneof(fc.integer({ min: 8, max: 271 }), fc.integer({ min: start - 2048, max: end - 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 200 }), async (flips) => {
        const broken = Buffer.from(file.subarray(0, end));
        for (const [at, mask] of flips) broken.writeUInt8(broken.readUInt8(at) ^ mask, at);
        const recorder = await readJournal(broken);
        // a false object may be taken for an entry, but not many
        expect(recorder.events.length).toBeLessThanOrEqual(LINES + 10);
        for (const fact of recorder.facts) expect(recorder.cited.has(fact.offset)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
