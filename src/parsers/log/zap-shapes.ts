import { LEVEL_CODE } from '../../model/event.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import { isEtcdServerCaller } from './program.ts';
import { daysFromCivil } from './stamp.ts';
import type { Template } from './template.ts';

/** leaves 1024 slots */
const SLOT_SHIFT = 22;
const CALLER = '"caller":"';
const MSG = '"msg":"';
/** no zap line with caller and message is shorter */
const LEAST = 80;
const LEVEL_AT = 10;
const CLOSING = 125;
const DOT = 46;
const ZERO = 48;
const QUOTE = 34;
const Z = 90;

/** Four characters as they lie in memory, to compare four bytes at once. */
function word(text: string): number {
  return text.charCodeAt(0) | (text.charCodeAt(1) << 8) | (text.charCodeAt(2) << 16) | (text.charCodeAt(3) << 24);
}
const OPEN_1 = word('{"le');
const OPEN_2 = word('vel"');
const OPEN_3 = word(':"\0\0');
const INFO = word('info');
const WARN = word('warn');
const DEBU = word('debu');
const ERRO = word('erro');
const PANI = word('pani');
const FATA = word('fata');
const STAMP_1 = word('","t');
const STAMP_2 = word('s":"');

/** What all zap lines have in common that one call in a program's source wrote: logger, caller, message, and what was found out of them. */
export interface ZapShape {
  readonly message: string;
  readonly logger: string | null;
  readonly caller: string | null;
  readonly ofServer: boolean;
  readonly template: Template;
}

/** Where in a line its shape stands; 0 as its end where it has none. */
export interface ShapePlace {
  readonly body: string;
  /** the body's bytes */
  readonly view: DataView | null;
  readonly shapeStart: number;
  /** behind the message's quote */
  readonly shapeEnd: number;
  readonly origin: string | null;
}

interface Slot extends ZapShape {
  /** the JSON between the time and the end of the message, as it stands in the line: `,"caller":"…","msg":"…"` */
  readonly bytes: Uint8Array;
  readonly words: DataView;
}

/**
 * Reads the zap lines that an entry is full of straight off their bytes: level, time in UTC, and a shape met before, known by comparing its
 * bytes. Whatever is not quite so is left to the reader of all zap lines. The table has a fixed size: a shape takes the place of another one now
 * and then, which costs time and changes nothing.
 */
export class ZapShapes {
  private readonly slots = new Map<number, Slot>();
  // `2026-11-22T07:41:` of the line before, and its time in micros
  private readonly minute = new Int32Array(4);
  private minuteMicros = NaN;
  micros = 0;
  level = 0;

  /** The shape of the line in [start, end) of `view`; `micros` and `level` are then set. Null when it has none that is known. */
  find(view: DataView, start: number, end: number): ZapShape | null {
    if (end - start < LEAST || view.getUint8(end - 1) !== CLOSING) return null;
    if (view.getInt32(start, true) !== OPEN_1 || view.getInt32(start + 4, true) !== OPEN_2 || view.getUint16(start + 8, true) !== OPEN_3) return null;
    const level = levelAt(view, start + LEVEL_AT);
    // info and warn have four letters, debug, error, panic and fatal five
    const stamp = start + LEVEL_AT + (level === LEVEL_CODE.info || level === LEVEL_CODE.warn ? 4 : 5);
    if (level === 0) return null;
    if (view.getInt32(stamp, true) !== STAMP_1 || view.getInt32(stamp + 4, true) !== STAMP_2) return null;
    const close = this.readTime(view, stamp + 8, end);
    if (close < 0) return null;
    const at = close + 1;
    if (end - at < 32) return null;
    const slot = this.slots.get(slotOf(view, at, end));
    if (slot === undefined || at + slot.bytes.length > end || !sameBytes(view, at, slot)) return null;
    this.level = level;
    return slot;
  }

  /** Remembers the shape of a line that has one. */
  learn({ body, view, shapeStart, shapeEnd, origin }: ShapePlace, template: Template): void {
    if (view === null) return;
    const text = body.slice(shapeStart, shapeEnd);
    if (text.includes('\\')) return;
    const bytes = Buffer.from(text, 'latin1');
    const own = Uint8Array.from(bytes);
    const caller = between(text, CALLER);
    this.slots.set(slotOf(view, shapeStart, view.byteLength), {
      bytes: own,
      words: new DataView(own.buffer),
      // copies, lest the table keep whole blocks of text alive
      message: copy(between(text, MSG) ?? ''),
      logger: origin === null ? null : copy(origin),
      caller: caller === null ? null : copy(caller),
      ofServer: caller !== null && isEtcdServerCaller(caller),
      template,
    });
  }

  /** `2026-11-22T07:41:35.229823Z"`: where its quote stands; -1 when it is written otherwise. */
  private readTime(view: DataView, at: number, end: number): number {
    const a = view.getInt32(at, true);
    const b = view.getInt32(at + 4, true);
    const c = view.getInt32(at + 8, true);
    const d = view.getInt32(at + 12, true);
    const { minute } = this;
    if (a !== minute[0] || b !== minute[1] || c !== minute[2] || d !== minute[3]) {
      this.minuteMicros = minuteAt(view, at);
      minute[0] = a;
      minute[1] = b;
      minute[2] = c;
      minute[3] = d;
    }
    const second = two(view, at + 17);
    if (view.getUint8(at + 16) !== 58 || second < 0 || second > 59) return -1;
    let micros = this.minuteMicros + second * SECOND;
    let next = at + 19;
    if (view.getUint8(next) === DOT) {
      next += 1;
      let unit = 100_000;
      const last = Math.min(end, next + 9);
      for (; next < last; next += 1) {
        const digit = view.getUint8(next) - ZERO;
        if (digit < 0 || digit > 9) break;
        if (unit >= 1) micros += digit * unit;
        unit /= 10;
      }
    }
    if (next + 2 > end || view.getUint8(next) !== Z || view.getUint8(next + 1) !== QUOTE || Number.isNaN(micros)) return -1;
    this.micros = micros;
    return next + 1;
  }
}

function copy(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

function between(text: string, opening: string): string | null {
  const from = text.indexOf(opening);
  return from < 0 ? null : text.slice(from + opening.length, text.indexOf('"', from + opening.length));
}

function two(view: DataView, at: number): number {
  const a = view.getUint8(at) - ZERO;
  const b = view.getUint8(at + 1) - ZERO;
  return a >= 0 && a <= 9 && b >= 0 && b <= 9 ? a * 10 + b : -1;
}

/** `2026-11-22T07:41` in micros; NaN when it is none. */
function minuteAt(view: DataView, at: number): number {
  const year = two(view, at) * 100 + two(view, at + 2);
  const month = two(view, at + 5);
  const day = two(view, at + 8);
  const hour = two(view, at + 11);
  const minute = two(view, at + 14);
  const sound = two(view, at) > 0 && two(view, at + 2) >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour >= 0 && hour <= 23;
  const marks = view.getUint8(at + 4) === 45 && view.getUint8(at + 7) === 45 && view.getUint8(at + 10) === 84 && view.getUint8(at + 13) === 58;
  return sound && marks && minute >= 0 && minute <= 59 ? (daysFromCivil(year, month, day) * 1440 + hour * 60 + minute) * MINUTE : NaN;
}

function sameBytes(view: DataView, at: number, { bytes, words }: Slot): boolean {
  const whole = bytes.length - 3;
  let n = 0;
  for (; n < whole; n += 4) if (view.getInt32(at + n, true) !== words.getInt32(n, true)) return false;
  for (; n < bytes.length; n += 1) if (view.getUint8(at + n) !== bytes[n]) return false;
  return true;
}

/** By what tells shapes apart soonest: the end of the caller, which is a line number, and the beginning of the message. */
function slotOf(view: DataView, at: number, end: number): number {
  const last = Math.min(end - 16, at + 120);
  let quote = quoteBehind(view, at + 12, last);
  // `,"logger":"…"`
  if (view.getUint8(at + 2) === 108) quote = quoteBehind(view, quote + 12, last);
  return ((view.getInt32(quote - 4, true) >>> 3) ^ Math.imul(view.getInt32(quote + 9, true), 0x9e3779b1)) >>> SLOT_SHIFT;
}

function quoteBehind(view: DataView, from: number, last: number): number {
  let at = from;
  while (at < last && view.getUint8(at) !== QUOTE) at += 1;
  return Math.min(at, last);
}

/** 0 for any word but zap's own in lower case. */
function levelAt(view: DataView, at: number): number {
  const fifth = view.getUint8(at + 4);
  switch (view.getInt32(at, true)) {
    case INFO:
      return LEVEL_CODE.info;
    case WARN:
      return LEVEL_CODE.warn;
    case DEBU:
      return fifth === 103 ? LEVEL_CODE.debug : 0;
    case ERRO:
      return fifth === 114 ? LEVEL_CODE.error : 0;
    case PANI:
      return fifth === 99 ? LEVEL_CODE.fatal : 0;
    case FATA:
      return fifth === 108 ? LEVEL_CODE.fatal : 0;
    default:
      return 0;
  }
}
