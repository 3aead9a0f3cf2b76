import { render } from 'ink-testing-library';
import stringWidth from 'string-width';
import { expect, vi } from 'vitest';
import { openAccess } from '../../src/tui/access.ts';
import { createFrame } from '../../src/tui/frame.tsx';
import { App } from '../../src/tui/app.tsx';
import { loadCaseData } from '../../src/tui/case-data.ts';
import { commandFor } from '../../src/tui/keys.ts';
import { initialState, placeOf } from '../../src/tui/state.ts';
import type { Size } from '../../src/tui/state.ts';
import { createStore } from '../../src/tui/store.ts';
import type { Store } from '../../src/tui/store.ts';
import { fakeCase } from './fake-case.mjs';

/** A store with the fake case open, driven by key names as the screen would. */
export function openStore(
  size: Size,
  options: { readonly events?: number; readonly empty?: boolean } = {},
): { readonly store: Store; readonly reader: ReturnType<typeof fakeCase>; readonly press: (...keys: readonly string[]) => void } {
  const reader = fakeCase(options);
  const store = createStore(initialState('bundle \u001b[31m漢字.tar.gz', size, 'none'));
  store.attach(reader);
  store.dispatch({ type: 'opened', data: loadCaseData(reader, 'bundle') });
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) {
      const state = store.get();
      if (state.overlay !== null) {
        store.dispatch({ type: 'overlay-key', key });
        continue;
      }
      const command = commandFor(placeOf(state).view, key);
      if (command !== null) store.dispatch({ type: 'command', command });
    }
  };
  return { store, reader, press };
}

/** Types a text key by key. */
export const typed = (text: string): readonly string[] => Array.from(text).map((c) => (c === ' ' ? 'space' : c));

/** The screen as text lines; checks that it keeps to its size and carries nothing that could harm a terminal. */
export function frameOf(store: Store, reader: ReturnType<typeof fakeCase>): readonly string[] {
  const access = openAccess(
    reader,
    () => undefined,
    () => undefined,
  );
  let shown: readonly string[] = [];
  const frame = createFrame(
    () => store.get().size.rows,
    (lines) => {
      shown = lines;
    },
  );
  const screen = render(<App store={store} frame={frame} access={() => access} onKeys={() => undefined} elapsed={() => 0} />);
  screen.unmount();
  access.close();
  // oxlint-disable-next-line no-control-regex
  const lines = shown.map((line) => line.replaceAll(/\u001b\[[0-9;]*[mK]/g, ''));
  const { columns, rows } = store.get().size;
  expect(lines.length).toBeLessThanOrEqual(rows);
  for (const line of lines) {
    expect(stringWidth(line), line).toBeLessThanOrEqual(columns);
    // oxlint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/);
  }
  return lines;
}

/** Waits until what is read in slices has come. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000, interval: 2 });
}
