import { describe, expect, it } from 'vitest';
import type { Note, NoteStore } from '../../src/model/note.ts';
import { entryId } from '../../src/model/ids.ts';
import { epochMicros } from '../../src/model/time.ts';
import { createNotesControl } from '../../src/tui/notes.ts';
import { reduce } from '../../src/tui/reduce.ts';
import { resumed, sessionOf } from '../../src/tui/session.ts';
import { initialState } from '../../src/tui/state.ts';
import type { AppState } from '../../src/tui/state.ts';
import { frameOf, openStore, typed } from './harness.tsx';

function memoryNotes(): NoteStore {
  let notes: readonly Note[] = [];
  return {
    list: () => notes,
    add(note) {
      const kept = { id: notes.length + 1, ...note };
      notes = [...notes, kept];
      return kept;
    },
    change(id, change) {
      notes = notes.map((note) => (note.id === id ? { ...note, ...change } : note));
    },
    remove(id) {
      notes = notes.filter((note) => note.id !== id);
    },
    close: () => undefined,
  };
}

function withNotes(size = { columns: 80, rows: 24 }, temporary = false) {
  const opened = openStore(size);
  const kept = memoryNotes();
  const saved: string[] = [];
  const control = createNotesControl({
    store: opened.store,
    open: () => kept,
    now: () => epochMicros(1),
    eventAt: opened.reader.eventAt,
    save: temporary
      ? (path) => {
          if (path.includes('bad')) throw new Error('no such folder');
          saved.push(path);
          return kept;
        }
      : null,
  });
  /** keys as the screen passes them on, with what they ask of the notes carried out */
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) {
      if (opened.store.get().overlay === null && (key === 't' || key === 'D') && control.command(key === 't' ? 'note-tag' : 'note-delete')) continue;
      opened.press(key);
      const { request } = opened.store.get();
      if (request === null) continue;
      opened.store.dispatch({ type: 'request-done' });
      control.perform(request);
    }
  };
  return { ...opened, press, control, kept, saved };
}

describe('notes', () => {
  it('bookmarks the cited line, tags it, changes its text, and leads back to it', () => {
    const { store, reader, press, kept } = withNotes();
    press('r', 'enter', 'b', ...typed('link of cp1 failed'), 'enter');
    expect(kept.list()).toMatchObject([{ entry: 1, line: 398, text: 'link of cp1 failed', tag: null }]);
    press('9', 't', 't');
    expect(kept.list()[0]?.tag).toBe('impact');
    press('e', ...typed('!'), 'enter');
    const frame = frameOf(store, reader).join('\n');
    expect(frame).toContain('link of cp1 failed!');
    expect(frame).toContain('impact');
    press('enter');
    expect(store.get().places.at(-1)).toMatchObject({ view: 'evidence', target: { ref: { entry: 1, line: 398 } } });
    press('escape', 'D');
    expect(kept.list()).toEqual([]);
    expect(frameOf(store, reader).join('\n')).toContain('No notes yet');
  });

  it('bookmarks the line under the cursor of the timeline and marks it there', () => {
    const { store, reader, press, kept } = withNotes();
    press('2', 'b', 'enter');
    const row = store.get().timeline.rows[store.get().timeline.cursor];
    expect(kept.list()).toMatchObject([{ entry: row?.source.entry, line: row?.event.line, offset: row?.event.offset, at: row?.at, text: '' }]);
    press('j');
    expect(frameOf(store, reader).some((line) => line.startsWith('●'))).toBe(true);
  });

  it('saves a temporary case and says why it could not', () => {
    const { store, press, control, saved } = withNotes(undefined, true);
    press('2', 'b', 'enter');
    expect(control.unsaved()).toBe(1);
    expect(store.get().message).toContain(':save FILE');
    press(':', ...typed('save /bad/x.inquest'), 'enter');
    expect(store.get().message).toBe('no such folder');
    expect(control.unsaved()).toBe(1);
    press(':', ...typed('save x.inquest'), 'enter');
    expect(saved).toEqual(['x.inquest']);
    expect(control.unsaved()).toBe(0);
  });

  it.each([
    { columns: 40, rows: 10 },
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
  ])('keep to their room at $columns×$rows', (size) => {
    const { store, reader, press } = withNotes(size);
    for (let i = 0; i < 30; i++) press('2', 'j', 'b', ...typed('漢字 note '.repeat(9)), 'enter');
    for (const keys of [['9'], ['G'], ['8'], ['3'], ['1'], ['r'], ['b']]) {
      press(...keys);
      frameOf(store, reader);
    }
  });
});

describe('a note on a line that nothing cites', () => {
  it('has the time and the byte of its event', () => {
    const { store, press, reader } = withNotes();
    press('r', 'enter', 'j', 'j', 'b', ...typed('here'), 'enter');
    const [note] = store.get().notes;
    expect(note).toMatchObject({ entry: 1, line: 400, text: 'here' });
    expect(note?.at).toBe(reader.eventAt(entryId(1), 400)?.at);
    expect(note?.at).not.toBeNull();
    expect(note?.offset).toBe(399 * 160);
  });
});

describe('a session', () => {
  it('takes up what fits the case and leaves out the rest', () => {
    const { store, press } = withNotes();
    press('3', 'n', '+', '+');
    const session: unknown = JSON.parse(JSON.stringify(sessionOf(store.get())));
    const fresh = openStore({ columns: 80, rows: 24 }).store.get();
    const again = resumed(fresh, session);
    expect(again.instant).toBe(store.get().instant);
    expect(again.lanes).toEqual(store.get().lanes);
    for (const junk of [null, 7, 'x', [], { instant: 'soon', theme: 'pink', window: { from: 1, to: 2 } }, { window: null }]) {
      expect(resumed(fresh, junk)).toMatchObject({ instant: fresh.instant, theme: fresh.theme, lanes: { window: null } });
    }
  });
});

describe('a remembered theme', () => {
  const size = { columns: 80, rows: 24 };
  const data = openStore(size).store.get().data;
  const opened = (asked: 'dark' | 'none' | null): AppState => ({ ...initialState('case', size, asked), data });

  it('comes back, and gives way to one that was asked for', () => {
    expect(resumed(opened(null), { theme: 'light' }).theme).toBe('light');
    expect(resumed(opened(null), {}).theme).toBe('dark');
    expect(resumed(opened('dark'), { theme: 'light' }).theme).toBe('dark');
    expect(resumed(opened('none'), { theme: 'light' }).theme).toBe('none');
  });

  it('is not replaced by one that was only asked for, but by one chosen with T', () => {
    const asked = resumed(opened('none'), { theme: 'light' });
    expect(sessionOf(asked).theme).toBe('light');
    expect(sessionOf(reduce(asked, { type: 'command', command: 'theme' })).theme).toBe('dark');
  });
});

describe('the first screen', () => {
  it.each([
    { columns: 40, rows: 10 },
    { columns: 80, rows: 24 },
    { columns: 200, rows: 50 },
  ])('says what broke, when, and the root cause at $columns×$rows', (size) => {
    const { store, reader } = openStore(size);
    const frame = frameOf(store, reader).join('\n');
    expect(frame).toMatch(/What.*etcd had no leader/);
    expect(frame).toMatch(/When.*4 min 10 s/);
    expect(frame).toMatch(/R(oot|OOT CAUSE) +cp1 was cut/);
  });

  it('leads to the proved root cause in two keys', () => {
    const { store, press } = openStore({ columns: 80, rows: 24 });
    press('r', 'enter');
    expect(store.get().places.at(-1)).toMatchObject({ view: 'evidence', target: { ref: { entry: 1, line: 398 } } });
  });
});
