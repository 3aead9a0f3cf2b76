import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { entryId } from '../../src/model/ids.ts';
import { epochMicros } from '../../src/model/time.ts';
import { openCase } from '../../src/store/case-reader.ts';
import { createCase } from '../../src/store/case-writer.ts';
import { openNotes, readNotes } from '../../src/store/notes.ts';

describe('notes', () => {
  let folder = '';
  let path = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'inquest-notes-'));
    path = join(folder, 'a.inquest');
    createCase(path).finish();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const note = { entry: entryId(3), line: 7, offset: 900, at: epochMicros(5), tag: null, text: 'here', created: epochMicros(9) };

  it('come back as they were written, in order of time, while the case is open', () => {
    const reader = openCase(path);
    const notes = openNotes(path);
    const later = notes.add({ ...note, at: epochMicros(8), text: 'later' });
    const general = notes.add({ ...note, entry: null, line: null, offset: null, at: null, text: 'of the case' });
    const first = notes.add(note);
    expect(notes.list()).toEqual([first, later, general]);
    expect(readNotes(path)).toEqual(notes.list());
    notes.change(first.id, { tag: 'trigger' });
    notes.change(later.id, { text: "it's; DROP TABLE notes" });
    notes.remove(general.id);
    notes.close();
    expect(readNotes(path)).toEqual([
      { ...first, tag: 'trigger' },
      { ...later, text: "it's; DROP TABLE notes" },
    ]);
    expect(reader.findings()).toEqual([]);
    reader.close();
    openCase(path).close();
  });

  it('refuse what is no case', () => {
    const other = join(folder, 'b.txt');
    writeFileSync(other, 'no case');
    expect(() => openNotes(other)).toThrow(UsageError);
    expect(() => readNotes(join(folder, 'none'))).toThrow(UsageError);
  });
});
