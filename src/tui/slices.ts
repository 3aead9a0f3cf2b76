/** Work under way that can be dropped. */
export interface Job {
  cancel(): void;
}

/** Longest stretch the screen is kept waiting, in milliseconds. */
const SLICE_MS = 8;

/**
 * Goes through something lazy in slices, giving way to keys between them. Each value is handed to `onValue`; what is thrown goes to
 * `onError`. Nothing is called any more once the job was cancelled.
 */
export function inSlices<T>(steps: Iterable<T>, onValue: (value: T) => void, onError: (error: unknown) => void): Job {
  const iterator = steps[Symbol.iterator]();
  let cancelled = false;
  const run = (): void => {
    const until = performance.now() + SLICE_MS;
    try {
      while (!cancelled && performance.now() < until) {
        const step = iterator.next();
        if (step.done === true) return;
        if (!cancelled) onValue(step.value);
      }
    } catch (error) {
      if (!cancelled) onError(error);
      return;
    }
    if (!cancelled) setImmediate(run);
  };
  setImmediate(run);
  return {
    cancel() {
      cancelled = true;
      iterator.return?.();
    },
  };
}
