import { isRecord, PRIORITY_LEVEL } from '../line.ts';
import type { LogLine } from '../line.ts';
import { defineEnvelope } from '../envelope.ts';

const RECORD_SEPARATOR = 30;

/** MESSAGE is a string, or an array of byte values when it is not UTF-8, or null when it was too large to print. */
export function journalMessage(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((b) => typeof b === 'number')) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(journalMessage).join(' ');
  return value === null ? '[message too large to print]' : '';
}

/** Fills a line from the fields of one journal entry. Returns false when it has no time. */
export function fillFromJournal(line: LogLine, fields: Readonly<Record<string, unknown>>): boolean {
  const text = (key: string): string | null => {
    const value = fields[key];
    return typeof value === 'string' ? value : null;
  };
  const micros = Number(text('_SOURCE_REALTIME_TIMESTAMP') ?? text('__REALTIME_TIMESTAMP') ?? NaN);
  if (!Number.isFinite(micros)) return false;
  line.outer = micros;
  line.outerZoned = true;
  line.outerFine = true;
  line.host = text('_HOSTNAME');
  // docker's journald driver: `k8s_<container>_<pod>_…`, or the container's own name
  const container = text('CONTAINER_NAME');
  line.ident = container === null ? (text('SYSLOG_IDENTIFIER') ?? text('_COMM')) : (/^k8s_([^_]+)_/.exec(container)?.[1] ?? container);
  line.unit = text('_SYSTEMD_UNIT') ?? text('UNIT');
  line.origin = text('PACKAGE');
  line.level = PRIORITY_LEVEL[Number(text('PRIORITY') ?? '6')] ?? 0;
  line.setBody(journalMessage(fields['MESSAGE']));
  return true;
}

/** `journalctl -o json`, `json-seq`, `json-sse`. Upstream: systemd `src/shared/logs-show.c output_json`. */
export const journalJson = defineEnvelope({
  id: 'journal-json',
  title: 'journalctl -o json',
  kind: 'host',
  samples: ['{"__REALTIME_TIMESTAMP":"1795338323787758","_HOSTNAME":"cp-1","SYSLOG_IDENTIFIER":"systemd","MESSAGE":"body"}'],
  peel(line) {
    const s = line.body;
    if (s.charCodeAt(line.start) === RECORD_SEPARATOR) line.start += 1;
    if (s.startsWith('data: ', line.start)) line.start += 6;
    if (s.charCodeAt(line.start) !== 123) return false;
    if (!s.slice(line.start, line.end).includes('"__REALTIME_TIMESTAMP"')) return false;
    const fields = line.fields();
    return isRecord(fields) && fillFromJournal(line, fields);
  },
});
