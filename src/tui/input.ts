import { createMouseSieve } from './mouse.ts';
import type { MouseReport } from './mouse.ts';

/** How long an escape is kept from the keys, in milliseconds: the rest of a report that was cut apart comes sooner. */
const KEY_WAIT_MS = 15;
const REPORT_WAIT_MS = 500;

/** Standard input as ink reads it, without the mouse's reports, which go to `onMouse`. */
export function withoutMouse(stdin: NodeJS.ReadStream, onMouse: (report: MouseReport) => void): NodeJS.ReadStream {
  const sieve = createMouseSieve();
  const listeners = new Set<() => void>();
  let ready = '';
  let timer: ReturnType<typeof setTimeout> | null = null;

  const giveUp = (): void => {
    timer = null;
    ready += sieve.giveUp();
    if (ready !== '') for (const listener of listeners) listener();
  };

  const read = (): string | null => {
    for (let chunk: unknown = stdin.read(); chunk !== null; chunk = stdin.read()) {
      const { keys, reports } = sieve.push(typeof chunk === 'string' ? chunk : '');
      ready += keys;
      for (const report of reports) onMouse(report);
    }
    if (timer !== null) clearTimeout(timer);
    const held = sieve.held();
    timer = held === 'nothing' ? null : setTimeout(giveUp, held === 'a key' ? KEY_WAIT_MS : REPORT_WAIT_MS);
    const keys = ready;
    ready = '';
    return keys === '' ? null : keys;
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
