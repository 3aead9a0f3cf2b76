import { createMouseSieve } from './mouse.ts';
import type { MouseReport } from './mouse.ts';

/** How long an escape is kept from the keys, in milliseconds: the rest of a report that was cut apart comes sooner. */
const KEY_WAIT_MS = 15;
const REPORT_WAIT_MS = 500;

/** An escape typed right before another key: no combination with Alt means anything here. */
// oxlint-disable-next-line no-control-regex
const ESCAPE_AND_MORE = /\u001b(?=[^[O])/;

/** Standard input as ink reads it, without the mouse's reports, which go to `onMouse`. */
export function withoutMouse(stdin: NodeJS.ReadStream, onMouse: (report: MouseReport) => void): NodeJS.ReadStream {
  const sieve = createMouseSieve();
  const listeners = new Set<() => void>();
  let ready = '';
  let parted = false;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  const giveUp = (): void => {
    timer = null;
    ready += sieve.giveUp();
    if (ready !== '') notify();
  };

  const take = (): void => {
    for (let chunk: unknown = stdin.read(); chunk !== null; chunk = stdin.read()) {
      const { keys, reports } = sieve.push(typeof chunk === 'string' ? chunk : '');
      ready += keys;
      for (const report of reports) onMouse(report);
    }
    if (timer !== null) clearTimeout(timer);
    const held = sieve.held();
    timer = held === 'nothing' ? null : setTimeout(giveUp, held === 'a key' ? KEY_WAIT_MS : REPORT_WAIT_MS);
  };

  const read = (): string | null => {
    take();
    if (parted || ready === '') return null;
    const escape = ESCAPE_AND_MORE.exec(ready);
    const end = escape === null ? ready.length : escape.index + 1;
    const keys = ready.slice(0, end);
    ready = ready.slice(end);
    if (escape !== null) {
      // ink takes an escape for the key once nothing follows in the same turn
      parted = true;
      setTimeout(() => {
        parted = false;
        notify();
      }, 1);
    }
    return keys;
  };

  const addListener = (event: string, listener: () => void): NodeJS.ReadStream => {
    if (event === 'readable') listeners.add(listener);
    return stdin.addListener(event, listener);
  };

  const removeListener = (event: string, listener: () => void): NodeJS.ReadStream => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer !== null) clearTimeout(timer);
    return stdin.removeListener(event, listener);
  };

  return new Proxy(stdin, {
    get(target, key) {
      if (key === 'read') return read;
      if (key === 'addListener') return addListener;
      if (key === 'removeListener') return removeListener;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      const bound: unknown = value.bind(target);
      return bound;
    },
  });
}
