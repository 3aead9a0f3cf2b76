/** Alternate screen, cursor hidden, no automatic wrapping. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J\u001b[H';
/** Presses and the wheel (1000), as text (1006); never moves, so that nothing is sent while the mouse only passes. */
const MOUSE_ON = '\u001b[?1000h\u001b[?1006h';
const MOUSE_OFF = '\u001b[?1006l\u001b[?1000l';
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';
/** Synchronised output: the terminal shows the frame when it is whole. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

/** The terminal as a place for whole frames. Writes only the lines that changed. */
export interface Terminal {
  /** what ink is given as its output: the true size, and nothing it writes is shown, since frames are drawn here */
  readonly output: NodeJS.WriteStream;
  /** shows painted lines; only those that changed are written */
  readonly draw: (lines: readonly string[]) => void;
  size(): { readonly columns: number; readonly rows: number };
  /** forgets what is on screen, so that the next frame is written whole */
  forget(): void;
  /** asks the terminal to put text on the clipboard (OSC 52) */
  copy(text: string): void;
  enter(): void;
  /** puts the terminal back as it was found; may be called more than once */
  leave(): void;
}

export function openTerminal(stdout: NodeJS.WriteStream, fallback: { readonly columns: number; readonly rows: number }, mouse: boolean): Terminal {
  let shown: readonly string[] = [];
  let inside = false;

  const size = (): { columns: number; rows: number } => ({ columns: stdout.columns || fallback.columns, rows: stdout.rows || fallback.rows });

  const draw = (lines: readonly string[]): void => {
    if (!inside) return;
    const out = lines.map((line, row) => (shown[row] === line ? '' : `\u001b[${row + 1};1H${line}`)).join('');
    shown = lines;
    if (out !== '') stdout.write(`${BEGIN}${out}${END}`);
  };

  /** ink waits for the callback of its last write before it lets go. */
  const write = (_chunk: unknown, ...rest: readonly unknown[]): boolean => {
    const callback = rest.find((one): one is () => unknown => typeof one === 'function');
    if (callback !== undefined) stdout.write('', () => callback());
    return true;
  };

  const output = new Proxy(stdout, {
    get(target, key) {
      if (key === 'write') return write;
      if (key === 'columns') return size().columns;
      if (key === 'rows') return size().rows;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(target);
      return bound;
    },
  });

  return {
    output,
    draw,
    size,
    forget() {
      shown = [];
      if (inside) stdout.write('\u001b[2J');
    },
    copy(text) {
      const bytes = new TextEncoder().encode(text);
      stdout.write(`\u001b]52;c;${Buffer.from(bytes).toString('base64')}\u0007`);
    },
    enter() {
      if (inside) return;
      inside = true;
      stdout.write(ENTER + (mouse ? MOUSE_ON : ''));
    },
    leave() {
      if (!inside) return;
      inside = false;
      stdout.write((mouse ? MOUSE_OFF : '') + LEAVE);
    },
  };
}
