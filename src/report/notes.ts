import type { Note } from '../model/note.ts';
import type { CaseReader } from '../model/ports.ts';
import { cut } from '../model/text.ts';
import { timestamp } from './format.ts';
import { nodeOfEntries } from './placement.ts';
import type { ReportNote } from './types.ts';

const LINE_LIMIT = 4000;

/** Notes as the report tells them, each with the line it stands at. */
export function buildNotes(reader: CaseReader, notes: readonly Note[]): ReportNote[] {
  const nodeOf = nodeOfEntries(reader);
  return notes.map((note) => {
    const ref = note.entry === null ? null : { entry: note.entry, line: note.line, offset: note.offset ?? 0, length: 0 };
    return {
      tag: note.tag,
      text: note.text,
      time: timestamp(note.at),
      node: ref === null ? null : nodeOf(ref),
      path: ref === null ? null : (reader.entry(ref.entry)?.path ?? null),
      line: note.line,
      offset: note.offset,
      quote: ref === null ? '' : cut(reader.text(ref) ?? '', LINE_LIMIT),
      created: timestamp(note.created),
    };
  });
}
