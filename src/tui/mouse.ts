/** What the mouse did: cells count from 0 at the top left. */
export interface MouseReport {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
  readonly ctrl: boolean;
}

/** Input with the mouse taken out. */
export interface Sifted {
  readonly keys: string;
  readonly reports: readonly MouseReport[];
}

/** Takes mouse reports out of terminal input, however it was cut into reads. */
export interface MouseSieve {
  push(chunk: string): Sifted;
  /** what is held back, since it may become a report with the next read */
  held(): 'nothing' | 'a key' | 'a report';
  /** nothing more came: gives back what was held if it can be keys; the start of a report is dropped */
  giveUp(): string;
}

/** SGR reports (mode 1006, xterm's ctlseqs): `ESC [ < buttons ; column ; row M`, `m` on release. */
// oxlint-disable-next-line no-control-regex
const SGR = /\u001b\[<(\d{1,5});(\d{1,5});(\d{1,5})([Mm])/y;
/** Older terminals answer mode 1000 with three bytes, each 32 more than its value. */
// oxlint-disable-next-line no-control-regex
const X10 = /\u001b\[M([^])([^])([^])/y;
/** Begins like a report and is none: to be dropped up to where it goes wrong. */
// oxlint-disable-next-line no-control-regex
const SPOILT = /\u001b\[<[\d;]*/y;
/** The end of a read that may go on as a report. */
// oxlint-disable-next-line no-control-regex
const UNFINISHED = /\u001b(?:\[(?:<[\d;]{0,20}|M[^]{0,2})?)?$/;
/** A report whose escape was taken for the key, since the rest came late. */
const TAIL = /^\[<\d{1,5};\d{1,5};\d{1,5}[Mm]/;

const CTRL = 16;
const MOVED = 32;
const WHEEL = 64;

function reportOf(buttons: number, column: number, row: number, pressed: boolean): MouseReport | null {
  const place = { column: column - 1, row: row - 1, ctrl: (buttons & CTRL) !== 0 };
  if (!pressed || (buttons & MOVED) !== 0 || place.column < 0 || place.row < 0) return null;
  const button = buttons & 3;
  if ((buttons & WHEEL) !== 0) return button > 1 ? null : { kind: button === 0 ? 'wheel-up' : 'wheel-down', ...place };
  return button === 0 && buttons < WHEEL ? { kind: 'press', ...place } : null;
}

export function createMouseSieve(): MouseSieve {
  let held = '';
  let late = false;

  const at = (pattern: RegExp, text: string, index: number): RegExpExecArray | null => {
    pattern.lastIndex = index;
    return pattern.exec(text);
  };

  return {
    push(chunk) {
      let text = held + chunk;
      if (late) text = text.replace(TAIL, '');
      late = false;
      const open = UNFINISHED.exec(text);
      held = open === null ? '' : open[0];
      const end = text.length - held.length;
      let keys = '';
      const reports: MouseReport[] = [];
      for (let i = 0; i < end;) {
        const sgr = at(SGR, text, i);
        const old = sgr === null ? at(X10, text, i) : null;
        const spoilt = sgr === null && old === null ? at(SPOILT, text, i) : null;
        const found = sgr ?? old ?? spoilt;
        if (found === null) {
          keys += text[i] ?? '';
          i += 1;
          continue;
        }
        const code = (n: number): number => (found[n]?.charCodeAt(0) ?? 0) - 32;
        const report =
          sgr !== null
            ? reportOf(Number(sgr[1]), Number(sgr[2]), Number(sgr[3]), sgr[4] === 'M')
            : old !== null
              ? reportOf(code(1), code(2), code(3), true)
              : null;
        if (report !== null) reports.push(report);
        i += found[0].length;
      }
      return { keys, reports };
    },
    held() {
      return held === '' ? 'nothing' : held.length > 2 ? 'a report' : 'a key';
    },
    giveUp() {
      const key = held.length > 2 ? '' : held;
      late = key === '\u001b';
      held = '';
      return key;
    },
  };
}
