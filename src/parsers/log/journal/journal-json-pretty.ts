import { defineParser } from '../../contract.ts';
import type { LogParser } from '../../contract.ts';
import { isRecord } from '../line.ts';
import { utf8 } from '../latin1.ts';
import type { JournalRecord, RecordForm } from './record-reader.ts';
import { RecordReader } from './record-reader.ts';

const CLOSE = /\n\}\r?(?:\n|$)/g;
const OPEN = /^\{\r?\n\t"[A-Z_][A-Z0-9_]*" : /;

function parse(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(utf8(text));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Objects one after another, a field a line behind a tab, `"KEY" : "value"`. Upstream: systemd `src/shared/logs-show.c output_json`. */
export const prettyForm: RecordForm = {
  next(s, from, final): JournalRecord | null {
    const first = s.indexOf('\n', from);
    if (first < 0 && !final) return null;
    if (s.charCodeAt(from) !== 123) {
      const end = first < 0 ? s.length : first + 1;
      return {
        fields: null,
        place: from,
        end,
        damage: /^(?:-- |\s*$)/.test(s.slice(from, Math.min(end, from + 64))) ? null : 'a line belongs to no journal entry',
      };
    }
    CLOSE.lastIndex = from;
    const close = CLOSE.exec(s);
    // an object that never ends, cut off by the next one
    const next = s.indexOf('\n{\n', from);
    if (next >= 0 && (close === null || close.index > next)) return { fields: null, place: from, end: next + 1, damage: 'a journal entry is not finished' };
    if (close === null) return final ? { fields: null, place: from, end: s.length, damage: 'the last journal entry is not finished' } : null;
    const end = close.index + close[0].length;
    const fields = parse(s.slice(from, end));
    const message = s.slice(from, end).indexOf('\n\t"MESSAGE" : ');
    const place = message < 0 ? from : from + message + 1;
    return { fields, place, end, damage: fields === null ? 'a journal entry is no JSON' : null };
  },
};

export const journalJsonPretty: LogParser = defineParser({
  kind: 'log',
  id: 'journal-json-pretty',
  title: 'journalctl -o json-pretty',
  score(head) {
    const text = Buffer.from(head.subarray(0, 16_384))
      .toString('latin1')
      .replace(/^(?:-- .*\n)+/, '');
    return OPEN.test(text) && text.includes('"__REALTIME_TIMESTAMP" : "') ? 1 : 0;
  },
  open(sink, context) {
    return new RecordReader(sink, context, prettyForm);
  },
});
