import type { Level } from '../../model/event.ts';
import { LEVEL_CODE } from '../../model/event.ts';
import { utf8 } from './latin1.ts';
import type { ZapShape } from './zap-shapes.ts';

const LEVEL_WORDS: Readonly<Record<string, Level>> = {
  debug: 'debug',
  trace: 'debug',
  info: 'info',
  notice: 'notice',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  alert: 'error',
  emerg: 'fatal',
  crit: 'fatal',
  dpanic: 'fatal',
  panic: 'fatal',
  fatal: 'fatal',
};

/** Level code of a word in any case; 0 (unknown) for others. */
export function levelCode(word: string): number {
  const level = LEVEL_WORDS[word] ?? LEVEL_WORDS[word.toLowerCase()];
  return level === undefined ? 0 : LEVEL_CODE[level];
}

/** From syslog and journal PRIORITY 0 (emerg) … 7 (debug). */
export const PRIORITY_LEVEL: readonly number[] = [6, 6, 6, 5, 4, 3, 2, 1];

/**
 * One line on its way through: first the envelope fills the outer fields and the body range, then the payload the inner ones.
 * Reused for every line, so nothing may keep a reference to it. Text is Latin-1 (one character a byte) unless `decoded`.
 */
export class LogLine {
  /** string that holds the body, and its range there */
  body = '';
  start = 0;
  end = 0;
  /** the body is real text, not bytes read as Latin-1 */
  decoded = false;
  /** outer time in micros; NaN when the envelope has none */
  outer = NaN;
  /** the outer time names its zone */
  outerZoned = true;
  /** outer time has at least millisecond resolution */
  outerFine = false;
  host: string | null = null;
  ident: string | null = null;
  unit: string | null = null;
  /** the body continues in the next line of the same stream */
  partial = false;
  stream = '';
  /** a stamp of this line names no year */
  yearless = false;

  /** the payload's own time, as if UTC unless `zoned`; NaN when it has none */
  time = NaN;
  zoned = false;
  level = 0;
  /** the message, by the payload */
  text = '';
  /** id of the dialect the payload spoke */
  dialect: Dialect = 'plain';
  /** capnslog package, klog source file, zap logger */
  origin: string | null = null;
  /** what is known of every line that the same call wrote; null when this is the first one seen, or no zap line */
  shape: ZapShape | null = null;
  /** where in the body a shape could be learned, its end behind the message's quote; 0 when this is no zap line of the usual form */
  shapeStart = 0;
  shapeEnd = 0;
  /** the text that lines are read from, and its bytes: those of the body too where it is the same string */
  piece = '';
  view: DataView | null = null;
  private parsed: Readonly<Record<string, unknown>> | null = null;

  begin(piece: string, bytes: Uint8Array): void {
    this.piece = piece;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  reset(s: string, start: number, end: number): void {
    this.body = s;
    this.start = start;
    this.end = end;
    this.decoded = false;
    this.outer = NaN;
    this.outerZoned = true;
    this.outerFine = false;
    this.host = null;
    this.ident = null;
    this.unit = null;
    this.partial = false;
    this.yearless = false;
    this.time = NaN;
    this.zoned = false;
    this.level = 0;
    this.text = '';
    this.dialect = 'plain';
    this.origin = null;
    this.shape = null;
    this.shapeEnd = 0;
    this.parsed = null;
  }

  setBody(text: string): void {
    this.body = text;
    this.start = 0;
    this.end = text.length;
    this.decoded = true;
    this.parsed = null;
  }

  /** the body as text */
  bodyText(): string {
    const slice = this.bodySlice();
    return this.decoded ? slice : utf8(slice);
  }

  /** the body as it is held: bytes read as Latin-1 unless `decoded` */
  bodySlice(): string {
    return this.body.slice(this.start, this.end);
  }

  /** fields of a JSON body; empty when it does not parse. 64-bit integers beyond 2^53 lose digits: ids in etcd's own fields are hex strings. */
  fields(): Readonly<Record<string, unknown>> {
    if (this.parsed !== null) return this.parsed;
    this.parsed = {};
    const open = this.body.indexOf('{', this.start);
    if (open >= 0 && open < this.end) {
      try {
        const text = this.body.slice(open, this.end);
        const value: unknown = JSON.parse(this.decoded ? text : utf8(text));
        if (isRecord(value)) this.parsed = value;
      } catch {
        this.parsed = {};
      }
    }
    return this.parsed;
  }
}

export type Dialect = 'etcd-json' | 'etcd-text' | 'raft-text' | 'klog' | 'go-panic' | 'syslog' | 'etcdctl' | 'plain';

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
