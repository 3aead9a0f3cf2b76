import { describe, expect, it } from 'vitest';
import { journalFile } from '../../../src/parsers/journal-file/journal-file.ts';
import { textLog } from '../../../src/parsers/log/text-log.ts';
import { context, FIXTURES, fixture, readJournal, Recorder } from './recording-sink.ts';

const OWN = new Set(['node.booted']);

describe('journal files', () => {
  it.each(FIXTURES)('%s: every entry with a message becomes a line and an event', async (name) => {
    const recorder = await readJournal(fixture(name));
    expect(recorder.diagnostics).toEqual([]);
    // 90 entries, of which nine have no MESSAGE
    expect(recorder.lines).toHaveLength(81);
    expect(recorder.events).toHaveLength(81);
    expect(recorder.lines[5]).toBe('2026-11-22T09:01:36.479823+00:00 cp-1 kernel: INFO: task jbd2/sda1-8:5 blocked for more than 120 seconds.');
    expect(recorder.lines[7]).toBe('2026-11-22T09:01:36.979823+00:00 cp-1 app[77]: first line\\n\tsecond line 7\\nthird é中');
    expect(recorder.lines[4]).toContain(`etcd[812]: ${'x'.repeat(3004)}`);
  });

  it('every way of packing gives the same lines, events and facts', async () => {
    const all = await Promise.all(FIXTURES.map(async (name) => readJournal(fixture(name))));
    const [first] = all;
    for (const recorder of all) {
      expect(recorder.text).toBe(first?.text);
      expect(recorder.events).toEqual(first?.events);
      expect(recorder.facts.map(({ type, data, at }) => ({ type, data, at }))).toEqual(first?.facts.map(({ type, data, at }) => ({ type, data, at })));
    }
  });

  it('events point at their lines in the made text', async () => {
    const recorder = await readJournal(fixture('v254-compact-zstd'));
    const bytes = Buffer.from(recorder.text);
    for (const event of recorder.events) {
      const line = bytes.subarray(event.offset, bytes.indexOf(10, event.offset)).toString();
      expect(line).toBe(recorder.lines[event.line - 1]);
    }
  });

  it('facts point at the ENTRY object in the file, with its text', async () => {
    const file = fixture('v254-regular-xz');
    const recorder = await readJournal(file);
    expect(recorder.facts.length).toBeGreaterThan(20);
    for (const fact of recorder.facts) {
      expect(file[fact.offset]).toBe(3);
      expect(Number(file.readBigUInt64LE(fact.offset + 8))).toBe(fact.length);
      const seqnum = Number(file.readBigUInt64LE(fact.offset + 16));
      expect(recorder.cited.get(fact.offset)).toMatch(new RegExp(`^journal entry ${seqnum}: `));
    }
    expect(Math.max(...[...recorder.cited.values()].map((text) => text.length))).toBeLessThanOrEqual(2000);
  });

  it('facts are those of the same lines in a text journal', async () => {
    const recorder = await readJournal(fixture('v252-regular-zstd'));
    const text = new Recorder();
    const raw = Buffer.from(recorder.text);
    const reader = textLog.open(text.sink, context, raw);
    reader.push(raw, 0, 1, recorder.lines.length);
    reader.end();
    const comparable = (facts: Recorder['facts']): unknown[] =>
      facts
        .filter(({ type, data }) => !OWN.has(type) && !JSON.stringify(data).includes('"by_whom":"journal"'))
        .map(({ type, data, at }) => ({ type, data, at }));
    expect(comparable(recorder.facts)).toEqual(comparable(text.facts));
    expect(comparable(recorder.facts).length).toBeGreaterThan(20);
  });

  it('tells boots, at the moment they began, and that the clock was set', async () => {
    const { facts, cited } = await readJournal(fixture('v254-regular-plain'));
    const boots = facts.filter((fact) => fact.type === 'node.booted');
    expect(boots.map(({ data, at }) => ({ data, at }))).toEqual([
      { data: { bootId: '0332aec17e3896e76b2853ab1a1463fc' }, at: 1_795_338_095_229_823 - 3_600_000_000 },
      { data: { bootId: '5b1aa1e2c4c5404aaa1f6d2a48adfda4' }, at: 1_795_338_095_229_823 + 250 * 250_000 - 20_000_000 },
    ]);
    const steps = facts.filter((fact) => fact.type === 'clock.stepped');
    expect(steps.map((fact) => fact.data)).toEqual([{ by: 7_000_000, by_whom: 'journal' }]);
    expect(cited.get(steps[0]?.offset ?? 0)).toContain('the clock was set by 7.0 s');
  });

  it('names the host and the program of each line', async () => {
    const { specs } = await readJournal(fixture('v254-compact-lz4'));
    expect(specs.map(({ host, component }) => `${host} ${component}`).toSorted()).toEqual(['cp-1 etcd', 'cp-1 kernel', 'cp-1 other', 'cp-1 systemd']);
  });

  it('accepts by content alone', () => {
    expect(journalFile.accepts(fixture('v254-compact-lz4').subarray(0, 65_536), context)).toBe(true);
    expect(journalFile.accepts(Buffer.from('LPKSHHR'), context)).toBe(false);
    expect(journalFile.accepts(Buffer.from('Nov 22 09:01:36 cp-1 kernel: LPKSHHRH'), { ...context, path: 'system.journal' })).toBe(false);
  });
});
