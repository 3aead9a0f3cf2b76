import type { FieldValues } from './fields.ts';

const SECOND = 1_000_000;

/** Writes times as journalctl's `short-iso-precise` does, in UTC; remembers the second it wrote last. */
export class StampWriter {
  private second = NaN;
  private text = '';

  write(micros: number): string {
    const second = Math.floor(micros / SECOND);
    if (second !== this.second) {
      const date = new Date(second * 1000);
      this.text = Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, -4);
      this.second = second;
    }
    if (this.text === '') return String(micros);
    return `${this.text}${String(micros - second * SECOND).padStart(6, '0')}+00:00`;
  }
}

/** `IDENT[PID]: MESSAGE` on one line. Upstream for the choice of fields: systemd `src/shared/logs-show.c output_short`. */
export function entryText(values: FieldValues): string {
  const ident = values.SYSLOG_IDENTIFIER ?? values._COMM ?? 'unknown';
  const pid = values._PID ?? values.SYSLOG_PID;
  const text = `${ident}${pid === undefined ? '' : `[${pid}]`}: ${values.MESSAGE ?? ''}`;
  return oneLine(text);
}

/** A field may hold line feeds, a damaged one any field. */
export function oneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', '\\n') : text;
}
