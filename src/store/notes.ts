import Database from 'better-sqlite3';
import { UsageError } from '../model/errors.ts';
import { entryId } from '../model/ids.ts';
import { NOTE_TAGS } from '../model/note.ts';
import type { Note, NoteStore, NoteTag } from '../model/note.ts';
import { epochMicros } from '../model/time.ts';
import { checkCaseFile } from './case-file.ts';

interface NoteRow {
  readonly id: number;
  readonly entry: number | null;
  readonly line: number | null;
  readonly offset: number | null;
  readonly at: number | null;
  readonly tag: string | null;
  readonly text: string;
  readonly created: number;
}

const LIST = 'SELECT id, entry, line, offset, at, tag, text, created FROM notes ORDER BY at IS NULL, at, id';

/** Opens the notes of a finished case for reading and writing. Throws UsageError (3) when the file is no case or cannot be written. */
export function openNotes(casePath: string): NoteStore {
  checkCaseFile(casePath);
  return guarded(casePath, () => {
    const db = new Database(casePath, { fileMustExist: true });
    // The rest of the case is never written again; a rollback journal keeps it whole whatever happens meanwhile.
    db.pragma('journal_mode = DELETE');
    return new SqliteNotes(casePath, db);
  });
}

/** The notes of a case, read once; none where the file cannot hold any. */
export function readNotes(casePath: string): readonly Note[] {
  checkCaseFile(casePath);
  return guarded(casePath, () => {
    const db = new Database(casePath, { readonly: true, fileMustExist: true });
    try {
      return listed(db);
    } finally {
      db.close();
    }
  });
}

function listed(db: Database.Database): readonly Note[] {
  return db.prepare<[], NoteRow>(LIST).all().map(noteOf);
}

function noteOf({ entry, at, tag, created, ...rest }: NoteRow): Note {
  return { ...rest, entry: entry === null ? null : entryId(entry), at: at === null ? null : epochMicros(at), tag: tagOf(tag), created: epochMicros(created) };
}

/** A tag some other version wrote is left out rather than guessed at. */
function tagOf(text: string | null): NoteTag | null {
  return NOTE_TAGS.find((tag) => tag === text) ?? null;
}

class SqliteNotes implements NoteStore {
  private readonly path: string;
  private readonly db: Database.Database;

  constructor(path: string, db: Database.Database) {
    this.path = path;
    this.db = db;
  }

  list(): readonly Note[] {
    return guarded(this.path, () => listed(this.db));
  }

  add(note: Omit<Note, 'id'>): Note {
    return guarded(this.path, () => {
      const { entry, line, offset, at, tag, text, created } = note;
      const done = this.db
        .prepare<[number | null, number | null, number | null, number | null, string | null, string, number]>(
          'INSERT INTO notes (entry, line, offset, at, tag, text, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
        )
        .run(entry, line, offset, at, tag, text, created);
      return { id: Number(done.lastInsertRowid), ...note };
    });
  }

  change(id: number, { text, tag }: { readonly text?: string; readonly tag?: NoteTag | null }): void {
    guarded(this.path, () => {
      if (text !== undefined) this.db.prepare<[string, number]>('UPDATE notes SET text = ? WHERE id = ?').run(text, id);
      if (tag !== undefined) this.db.prepare<[string | null, number]>('UPDATE notes SET tag = ? WHERE id = ?').run(tag, id);
    });
  }

  remove(id: number): void {
    guarded(this.path, () => this.db.prepare<[number]>('DELETE FROM notes WHERE id = ?').run(id));
  }

  close(): void {
    this.db.close();
  }
}

function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    if (cause instanceof Database.SqliteError) throw new UsageError(`the notes cannot be kept: ${cause.message}`, { exitCode: 3, subject: path });
    throw cause;
  }
}
