import type { ReactNode } from 'react';
import type { Note } from '../../model/note.ts';
import type { CaseAccess } from '../access.ts';
import { briefOf } from '../brief.ts';
import { shortPath } from '../cells.ts';
import { EMPTY, lineOf, rule, span } from '../line.ts';
import { Lines, ScrolledLines } from '../parts/lines.tsx';
import { tableLines } from '../parts/table.ts';
import type { Column } from '../parts/table.ts';
import { TOP_TITLES, cursorOf } from '../state.ts';
import { defineView } from '../view.ts';
import type { ViewProps } from '../view.ts';
import { formatDateTime } from '../when.ts';

/** The line a note stands at, as the bundle has it. */
export function notedLine(note: Note, access: CaseAccess): string {
  if (note.entry === null) return '';
  return access.text({ entry: note.entry, line: note.line, offset: note.offset ?? 0, length: 0 }) ?? '';
}

function placeText(note: Note, access: CaseAccess): string {
  if (note.entry === null) return 'the case';
  const path = access.entry(note.entry)?.path ?? 'unknown file';
  return `${shortPath(path, 60)}${note.line === null ? `@${note.offset ?? 0}` : `:${note.line}`}`;
}

function columns(access: CaseAccess): readonly Column<Note>[] {
  return [
    {
      title: 'TAG',
      text: (one) => one.tag ?? '–',
      tone: (one) => (one.tag === null ? 'faint' : one.tag === 'trigger' ? 'critical' : one.tag === 'fix' ? 'good' : 'warning'),
      most: 8,
      rank: 1,
    },
    { title: 'AT (UTC)', text: (one) => (one.at === null ? '–' : formatDateTime(one.at)), tone: () => 'dim', most: 19, rank: 3 },
    {
      title: 'NOTE',
      text: (one) => (one.text === '' ? briefOf(notedLine(one, access)) : one.text),
      tone: (one) => (one.text === '' ? 'dim' : 'text'),
      most: 120,
      rank: 1,
      grows: true,
    },
    { title: 'PLACE', text: (one) => placeText(one, access), tone: () => 'accent', most: 60, rank: 2, grows: true },
  ];
}

function Notes({ state, access, theme, width, height }: ViewProps): ReactNode {
  const { notes } = state;
  if (notes.length === 0) {
    const lines = [
      EMPTY,
      [span(' No notes yet. ', 'dim'), span('b', 'key'), span(' on a line of the timeline or of the evidence notes it.', 'dim')],
      lineOf(' Notes are kept in the case and go into every report made from it.', 'dim'),
    ];
    return <Lines lines={lines} theme={theme} width={width} height={height} />;
  }
  const cursor = Math.min(cursorOf(state), notes.length - 1);
  const table = tableLines(notes, columns(access), width);
  return (
    <ScrolledLines
      head={[rule(width, `Notes (${notes.length})`, 'e text, t tag, D delete'), table.head]}
      lines={table.rows}
      selected={{ first: cursor, last: cursor }}
      itemOf={(line) => line}
      theme={theme}
      width={width}
      height={height}
    />
  );
}

export const notes = defineView({ id: 'notes', key: '9', title: TOP_TITLES.notes, component: Notes });
