import { NOTE_TAGS } from '../model/note.ts';
import type { Note, NoteStore, NoteTag } from '../model/note.ts';
import type { CaseReader } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { findingItems, findingOf, targetOf } from './items.ts';
import { rowTarget, selectedRow } from './reduce-timeline.ts';
import type { AppState, Request, Target } from './state.ts';
import { cursorOf, placeOf } from './state.ts';
import type { Store } from './store.ts';

/** The place a note would stand at: the line under the cursor, or the cited one. */
export function noteTarget(state: AppState): Target | null {
  const place = placeOf(state);
  if (state.data === null) return null;
  if (place.view === 'evidence') return evidenceTarget(state, place.target);
  if (place.view === 'timeline') {
    const row = selectedRow(state);
    return row === null ? null : rowTarget(row);
  }
  if (place.view !== 'finding') return null;
  const finding = findingOf(state.data, place.finding);
  const item = finding === null ? undefined : findingItems(finding)[cursorOf(state)];
  return item?.kind === 'evidence' || item?.kind === 'counter' ? targetOf(item.citation, state.data) : null;
}

/** In the surroundings the cursor may stand on another line than the cited one; its byte is then counted from there. */
function evidenceTarget(state: AppState, target: Target): Target {
  const by = cursorOf(state);
  const cited = target.ref.line;
  const lines = state.surroundings?.lines ?? [];
  if (by === 0 || cited === null) return target;
  const low = Math.min(cited, cited + by);
  const high = Math.max(cited, cited + by);
  const between = lines.filter((one) => one.line >= low && one.line < high);
  if (between.length !== high - low) return target;
  const bytes = between.reduce((sum, one) => sum + new TextEncoder().encode(one.text).length + 1, 0);
  return { ref: { entry: target.ref.entry, line: cited + by, offset: target.ref.offset + Math.sign(by) * bytes, length: 0 }, at: null, why: '' };
}

export function selectedNote(state: AppState): Note | null {
  return placeOf(state).view === 'notes' ? (state.notes[cursorOf(state)] ?? null) : null;
}

/** none → trigger → impact → fix → question → none */
export function nextTag(tag: NoteTag | null): NoteTag | null {
  return tag === null ? (NOTE_TAGS[0] ?? null) : (NOTE_TAGS[NOTE_TAGS.indexOf(tag) + 1] ?? null);
}

/** Carries out what keys ask of the notes; everything that can fail ends in a message. */
export interface NotesControl {
  /** true when the command was about notes */
  command(command: string): boolean;
  perform(request: Request): void;
  /** shows what is stored */
  load(): void;
  /** notes that would be gone with a temporary case */
  unsaved(): number;
  close(): void;
}

export interface NotesPorts {
  readonly store: Store;
  /** opened when first needed; null where notes cannot be kept */
  readonly open: () => NoteStore | null;
  /** copies the case; what it returns takes the notes from then on. Null where the case is a file already. */
  readonly save: ((path: string) => NoteStore) | null;
  readonly now: () => EpochMicros;
  /** the event a line belongs to */
  readonly eventAt: CaseReader['eventAt'];
}

export function createNotesControl({ store, open, save, now, eventAt }: NotesPorts): NotesControl {
  let notes: NoteStore | null = null;
  let temporary = save !== null;
  const say = (message: string): void => store.dispatch({ type: 'message', message });
  const refresh = (): void => store.dispatch({ type: 'notes', notes: notes?.list() ?? [] });
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
  const kept = (): NoteStore => {
    notes ??= open();
    if (notes === null) throw new Error('notes cannot be kept here');
    return notes;
  };

  const keepNote = ({ text, note }: Extract<Request, { kind: 'note' }>): void => {
    if (note.id !== null) kept().change(note.id, { text: text.trim() });
    else {
      const ref = note.target?.ref ?? null;
      const event = ref === null || ref.line === null ? null : eventAt(ref.entry, ref.line);
      kept().add({
        entry: ref?.entry ?? null,
        line: ref?.line ?? null,
        // the surroundings count bytes by their text, which is not exact where a line is not UTF-8
        offset: event !== null && event.line === ref?.line ? event.offset : (ref?.offset ?? null),
        at: note.target?.at ?? event?.at ?? null,
        tag: null,
        text: text.trim(),
        created: now(),
      });
    }
    refresh();
    say(note.id !== null ? 'note changed' : temporary ? 'noted; :save FILE.inquest keeps the case with its notes' : 'noted; 9 shows the notes');
  };

  const saveCase = (path: string): void => {
    if (path === '') return say('name the file to save to: save FILE.inquest');
    if (save === null) return say('this case is a file already; notes are in it');
    const next = save(path);
    notes?.close();
    notes = next;
    temporary = false;
    refresh();
    say(`saved to ${path}; notes go there from now on`);
  };

  return {
    command(command) {
      const state = store.get();
      const note = selectedNote(state);
      if (command === 'note-tag' && note !== null) attempt(() => kept().change(note.id, { tag: nextTag(note.tag) }));
      else if (command === 'note-delete' && note !== null) attempt(() => kept().remove(note.id));
      else return command === 'note-tag' || command === 'note-delete';
      attempt(refresh);
      return true;
    },
    perform(request) {
      attempt(() => (request.kind === 'note' ? keepNote(request) : saveCase(request.path.trim())));
    },
    load() {
      attempt(() => {
        notes ??= open();
        refresh();
      });
    },
    unsaved: () => (temporary ? store.get().notes.length : 0),
    close() {
      notes?.close();
      notes = null;
    },
  };
}
