import { defineParser } from '../../contract.ts';
import type { LogParser } from '../../contract.ts';
import { utf8 } from '../latin1.ts';
import type { JournalRecord, RecordForm } from './record-reader.ts';
import { RecordReader } from './record-reader.ts';

const NAME = /^[A-Z_][A-Z0-9_]*$/;
/** A field longer than this is kept only up to here. */
const MAX_FIELD = 1 << 20;
/** More than systemd's importer takes in: a length like that is damage. */
const ABSURD_FIELD = 768 * 2 ** 20;

/** Length of a binary field: 64 bits, little-endian; read as Latin-1. */
function lengthAt(s: string, at: number): number {
  let value = 0;
  for (let i = 7; i >= 0; i -= 1) value = value * 256 + s.charCodeAt(at + i);
  return value;
}

/**
 * Entries end at an empty line; `KEY=value`, or `KEY`, a length, the bytes and a newline. Upstream: systemd
 * `docs/JOURNAL_EXPORT_FORMATS.md`.
 */
export const exportForm: RecordForm = {
  next(s, from, final): JournalRecord | null {
    const fields: Record<string, string> = {};
    let place = from;
    let damage: string | null = null;
    let at = from;
    while (at < s.length) {
      const next = s.indexOf('\n', at);
      if (next < 0) return final ? whole(fields, place, s.length, 'the last journal entry is not finished') : null;
      if (next === at) return whole(fields, place, next + 1, damage);
      const text = s.slice(at, Math.min(next, at + 256 + MAX_FIELD));
      const equals = text.indexOf('=');
      const name = equals < 0 ? text : text.slice(0, equals);
      if (!NAME.test(name)) damage = 'a line of a journal entry is no field';
      else if (equals >= 0) {
        if (name === 'MESSAGE') place = at;
        fields[name] = utf8(text.slice(equals + 1, equals + 1 + MAX_FIELD));
      } else {
        if (next + 9 > s.length) return final ? whole(fields, place, s.length, 'the last journal entry is not finished') : null;
        const size = lengthAt(s, next + 1);
        const begin = next + 9;
        if (size > ABSURD_FIELD) {
          damage = 'a field of a journal entry has an impossible length';
          at = next + 1;
          continue;
        }
        if (begin + size + 1 > s.length) return final ? whole(fields, place, s.length, 'the last journal entry is not finished') : null;
        if (name === 'MESSAGE') place = at;
        fields[name] = utf8(s.slice(begin, begin + Math.min(size, MAX_FIELD)));
        at = begin + size + 1;
        continue;
      }
      at = next + 1;
    }
    return final ? whole(fields, place, s.length, Object.keys(fields).length === 0 ? damage : null) : null;
  },
};

function whole(fields: Record<string, string>, place: number, end: number, damage: string | null): JournalRecord {
  return { fields: Object.keys(fields).length === 0 ? null : fields, place, end, damage };
}

export const journalExport: LogParser = defineParser({
  kind: 'log',
  id: 'journal-export',
  title: 'journalctl -o export',
  score(head) {
    const text = Buffer.from(head.subarray(0, 512)).toString('latin1');
    return text.startsWith('__CURSOR=s=') || /^(?:__REALTIME_TIMESTAMP|__MONOTONIC_TIMESTAMP)=\d+\n/.test(text) ? 1 : 0;
  },
  open(sink, context) {
    return new RecordReader(sink, context, exportForm);
  },
});
