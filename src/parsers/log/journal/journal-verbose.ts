import { defineParser } from '../../contract.ts';
import type { LogParser } from '../../contract.ts';
import { utf8 } from '../latin1.ts';
import type { JournalRecord, RecordForm } from './record-reader.ts';
import { RecordReader } from './record-reader.ts';

const HEADER = /^(?:[A-Za-z\u0080-\u00ff]{2,14}\.? )?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ \[(s=[0-9a-f]+;[^\]]*)\]\r?$/;
const FIELD = /^ {4}([A-Z_][A-Z0-9_]*)=(.*)$/s;
const INDENT = 32;

const endOfLine = (s: string, at: number): number => {
  const next = s.indexOf('\n', at);
  return next < 0 ? s.length : next;
};

/** The header's time is in the reader's zone; the cursor holds it exactly, as hexadecimal microseconds. */
function timeOfCursor(cursor: string): string | null {
  const hex = /;t=([0-9a-f]{1,16})\b/.exec(cursor)?.[1];
  return hex === undefined ? null : String(Number.parseInt(hex, 16));
}

/** A line with time and cursor, then a field a line, indented by 4. Upstream: systemd `src/shared/logs-show.c output_verbose`. */
export const verboseForm: RecordForm = {
  next(s, from, final): JournalRecord | null {
    const first = endOfLine(s, from);
    if (first === s.length && !final) return null;
    const header = HEADER.exec(s.slice(from, Math.min(first, from + 1024)));
    if (header === null) {
      const text = s.slice(from, Math.min(first, from + 64));
      return {
        fields: null,
        place: from,
        end: Math.min(first + 1, s.length),
        damage: /^(?:-- |\s*$)/.test(text) ? null : 'a line belongs to no journal entry',
      };
    }
    const fields: Record<string, string> = {};
    const at = timeOfCursor(header[1] ?? '');
    if (at !== null) fields['__REALTIME_TIMESTAMP'] = at;
    let place = from;
    let name: string | null = null;
    let line = first + 1;
    while (line < s.length && s.charCodeAt(line) === INDENT) {
      const end = endOfLine(s, line);
      if (end === s.length && !final) return null;
      const text = s.slice(line, s.charCodeAt(end - 1) === 13 ? end - 1 : end);
      const field = FIELD.exec(text);
      if (field !== null) {
        name = field[1] ?? '';
        if (name === 'MESSAGE') place = line;
        fields[name] = utf8(field[2] ?? '');
      } else if (name !== null) fields[name] = `${fields[name] ?? ''}\n${utf8(text.slice(4 + name.length + 1))}`;
      line = end + 1;
    }
    // only the line that follows shows that the entry is whole
    return line >= s.length && !final ? null : { fields, place, end: Math.min(line, s.length), damage: null };
  },
};

export const journalVerbose: LogParser = defineParser({
  kind: 'log',
  id: 'journal-verbose',
  title: 'journalctl -o verbose',
  score(head) {
    const lines = Buffer.from(head.subarray(0, 16_384)).toString('latin1').split('\n', 200);
    return lines.some((line, i) => HEADER.test(line) && FIELD.test(lines[i + 1] ?? '')) ? 1 : 0;
  },
  open(sink, context) {
    return new RecordReader(sink, context, verboseForm);
  },
});
