import { render } from 'ink';
import type { NoteStore } from '../model/note.ts';
import type { CaseReader } from '../model/ports.ts';
import type { OnProgress } from '../model/progress.ts';
import { epochMicros } from '../model/time.ts';
import { openAccess } from './access.ts';
import type { CaseAccess } from './access.ts';
import { App } from './app.tsx';
import { loadCaseData } from './case-data.ts';
import { createFrame } from './frame.tsx';
import { copyTextOf } from './copy.ts';
import { withoutMouse } from './input.ts';
import { commandFor } from './keys.ts';
import type { MouseReport } from './mouse.ts';
import { createNotesControl } from './notes.ts';
import { sessionOf } from './session.ts';
import { initialState, placeOf } from './state.ts';
import { createStore } from './store.ts';
import { openTerminal } from './terminal.ts';
import type { ThemeName } from './theme.ts';

/** Signals and endings of the process; `process` itself fits. */
export interface TuiHost {
  on(event: string, listener: (...args: readonly unknown[]) => void): unknown;
  off(event: string, listener: (...args: readonly unknown[]) => void): unknown;
}

export interface TuiOptions {
  /** opens the case without blocking; progress is drawn, the signal says that the user gave up. The reader is closed at the end. */
  readonly open: (onProgress: OnProgress, signal: AbortSignal) => Promise<CaseReader>;
  readonly title: string;
  readonly env: { readonly noColor: boolean; readonly columns: number; readonly rows: number };
  /** every name of one member or node, as lines */
  readonly whois?: (reader: CaseReader, text: string) => readonly string[];
  /** asked for; without it the one remembered, else dark */
  readonly theme?: ThemeName;
  /** opens the notes of the case; without it notes cannot be kept */
  readonly notes?: (reader: CaseReader) => NoteStore;
  /** for a case that goes when the screen closes: copies it to a file and opens the notes there; throws when it cannot */
  readonly save?: (reader: CaseReader, path: string) => NoteStore;
  /** where the screen was left last time, for cases that are files; neither may throw */
  readonly session?: { readonly load: () => unknown; readonly save: (session: unknown) => void };
  /** false leaves the mouse to the terminal */
  readonly mouse?: boolean;
  /** allow `y` to set the terminal's clipboard (OSC 52) */
  readonly clipboard?: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** where signals come from; without it only keys end the screen */
  readonly host?: TuiHost;
}

/** How the screen ended. A signal is handed back, so that the caller can end the process the way the signal asks. */
export type TuiEnd = { readonly kind: 'quit' | 'cancelled' } | { readonly kind: 'signal'; readonly signal: string };

/** How often the screen is drawn while a bundle is opened, in milliseconds. */
const TICK_MS = 200;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Shows a case until the user leaves. Rejects with what `open` rejects with; the terminal is as it was found by then, whatever happened. */
export async function runTui(options: TuiOptions): Promise<TuiEnd> {
  const { env, host } = options;
  const mouse = options.mouse ?? true;
  const terminal = openTerminal(options.stdout, env, mouse);
  const store = createStore(initialState(options.title, terminal.size(), env.noColor ? 'none' : (options.theme ?? null)));
  const abort = new AbortController();
  const began = performance.now();
  const held: { reader: CaseReader | null; access: CaseAccess | null } = { reader: null, access: null };
  let finish: (end: TuiEnd) => void = () => undefined;
  let fail: (error: unknown) => void = () => undefined;
  const ended = new Promise<TuiEnd>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });

  const { save } = options;
  const notes = createNotesControl({
    store,
    open: () => (held.reader === null ? null : (options.notes?.(held.reader) ?? null)),
    save:
      save === undefined
        ? null
        : (path) => {
            if (held.reader === null) throw new Error('nothing is open yet');
            return save(held.reader, path);
          },
    now: () => epochMicros(Date.now() * 1000),
    eventAt: (entry, line) => held.reader?.eventAt(entry, line) ?? null,
  });

  const quit = (): void => finish({ kind: held.reader === null ? 'cancelled' : 'quit' });
  let warned = false;
  /** Asks once more where notes would be lost. */
  const leave = (): void => {
    const lost = notes.unsaved();
    if (lost === 0 || warned) return quit();
    warned = true;
    store.dispatch({
      type: 'message',
      message: `${lost} ${lost === 1 ? 'note is' : 'notes are'} not saved: :save FILE.inquest keeps them, q again drops them`,
    });
  };

  const copy = (): void => {
    const text = held.access === null ? null : copyTextOf(store.get(), held.access);
    if (text === null) return store.dispatch({ type: 'message', message: 'nothing to copy here' });
    if (options.clipboard !== true) return store.dispatch({ type: 'message', message: 'copying is off; start with --clipboard to allow it' });
    terminal.copy(text);
    store.dispatch({ type: 'message', message: 'copied' });
  };

  /** Asks the caller who a name belongs to; the one prompt whose answer does not come from the state. */
  const whois = (text: string): void => {
    const { reader } = held;
    const lines = reader === null || options.whois === undefined || text.trim() === '' ? [] : options.whois(reader, text.trim());
    store.dispatch({ type: 'text', title: `Who is ${text}`, lines: lines.length === 0 ? [`Nothing in this case is called “${text}”.`] : lines });
  };

  /** Carries out what a key or a click left to be done outside the state. */
  const performAsked = (): void => {
    const { request } = store.get();
    if (request === null) return;
    store.dispatch({ type: 'request-done' });
    notes.perform(request);
  };

  const onKeys = (keys: readonly string[]): void => {
    for (const key of keys) {
      const state = store.get();
      if (key === 'ctrl-c') return quit();
      if (state.data === null) {
        if (key === 'q' || key === 'Q') return quit();
        continue;
      }
      if (state.overlay !== null) {
        const asked = state.overlay.kind === 'prompt' && state.overlay.purpose === 'whois' && key === 'enter' ? state.overlay.text : null;
        store.dispatch({ type: 'overlay-key', key });
        performAsked();
        if (asked !== null) whois(asked);
        continue;
      }
      const command = commandFor(placeOf(state).view, key);
      if (command === null) continue;
      if (command === 'quit') return quit();
      if (command === 'close' && state.places.length === 1) {
        leave();
        continue;
      }
      if (notes.command(command)) continue;
      if (command === 'copy') copy();
      else store.dispatch({ type: 'command', command });
    }
  };

  const onMouse = (report: MouseReport): void => {
    if (store.get().data === null) return;
    const hit = frame.at(report.row, report.column);
    if (report.kind !== 'press') store.dispatch({ type: 'wheel', up: report.kind === 'wheel-up', hit });
    else if (hit?.kind === 'key') onKeys([hit.key]);
    else if (hit !== null) {
      store.dispatch({ type: 'click', hit });
      performAsked();
    }
  };

  const onResize = (): void => {
    terminal.forget();
    store.dispatch({ type: 'resized', size: terminal.size() });
  };
  const onSignal = SIGNALS.map((signal) => ({ signal, listener: () => finish({ kind: 'signal', signal }) }));
  const onCrash = (): void => terminal.leave();

  options.stdout.on('resize', onResize);
  // A terminal that is gone answers writes with an error; it stays caught, since leaving writes once more.
  options.stdout.on('error', () => finish({ kind: 'signal', signal: 'SIGHUP' }));
  for (const { signal, listener } of onSignal) host?.on(signal, listener);
  host?.on('uncaughtExceptionMonitor', onCrash);
  host?.on('exit', onCrash);
  terminal.enter();
  const frame = createFrame(() => terminal.size().rows, terminal.draw);
  // In debug mode ink writes nothing but frames, which are empty here: `frame` draws.
  const screen = render(<App store={store} frame={frame} access={() => held.access} onKeys={onKeys} elapsed={() => performance.now() - began} />, {
    stdin: mouse ? withoutMouse(options.stdin, onMouse) : options.stdin,
    stdout: terminal.output,
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  screen.waitUntilExit().catch(fail);

  // whatever blocks the reading thread, the screen shows that time passes
  const ticking = setInterval(() => store.dispatch({ type: 'tick' }), TICK_MS);
  const opening = options
    .open((progress) => store.dispatch({ type: 'progress', progress }), abort.signal)
    .then((opened) => {
      if (abort.signal.aborted) return opened.close();
      clearInterval(ticking);
      held.reader = opened;
      held.access = openAccess(
        opened,
        () => store.dispatch({ type: 'tick' }),
        (error) => store.dispatch({ type: 'message', message: error instanceof Error ? error.message : String(error) }),
      );
      store.attach(opened);
      store.dispatch(
        { type: 'opened', data: loadCaseData(opened, options.title) },
        ...(options.session === undefined ? [] : [{ type: 'session', session: options.session.load() } as const]),
      );
      // the first frame does not need them
      setImmediate(() => {
        if (!abort.signal.aborted) notes.load();
      });
    });
  opening.catch(fail);

  try {
    return await ended;
  } finally {
    clearInterval(ticking);
    abort.abort();
    if (store.get().data !== null) options.session?.save(sessionOf(store.get()));
    notes.close();
    store.close();
    held.access?.close();
    screen.unmount();
    terminal.leave();
    held.reader?.close();
    options.stdout.off('resize', onResize);
    for (const { signal, listener } of onSignal) host?.off(signal, listener);
    host?.off('uncaughtExceptionMonitor', onCrash);
    host?.off('exit', onCrash);
  }
}
