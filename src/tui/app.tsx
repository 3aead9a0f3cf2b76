import { useInput } from 'ink';
import { useLayoutEffect, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { CaseAccess } from './access.ts';
import { At } from './frame.tsx';
import type { Frame } from './frame.tsx';
import { keyNames } from './keys.ts';
import { bodyRows, chromeOf } from './layout.ts';
import { Help } from './overlays/help.tsx';
import { Filters, Palette, TextOverlay } from './overlays/menus.tsx';
import { statusLine, topLines } from './parts/chrome.ts';
import { Lines } from './parts/lines.tsx';
import { openingLines } from './parts/opening.ts';
import type { AppState } from './state.ts';
import { placeKey, placeOf } from './state.ts';
import type { Store } from './store.ts';
import { themeOf } from './theme.ts';
import { viewOf } from './views/registry.ts';

export interface AppProps {
  readonly store: Store;
  readonly frame: Frame;
  /** null until the case is open */
  readonly access: () => CaseAccess | null;
  readonly onKeys: (keys: readonly string[]) => void;
  /** milliseconds since opening began */
  readonly elapsed: () => number;
}

/** The whole screen: title and tabs, one view or what lies over it, the status bar. */
export function App({ store, frame, access, onKeys, elapsed }: AppProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.get);
  useLayoutEffect(() => frame.flush());
  useInput((input, key) => onKeys(keyNames(input, key)));
  const { columns, rows } = state.size;
  const theme = themeOf(state.theme);
  const reads = access();
  if (state.data === null || reads === null) {
    return (
      <At frame={frame} top={0}>
        <Lines lines={openingLines(state, elapsed())} theme={theme} width={columns} height={rows} />
      </At>
    );
  }
  const chrome = chromeOf(state.size);
  return (
    <>
      <At frame={frame} top={0}>
        <Lines lines={topLines(state)} theme={theme} width={columns} height={chrome.top} />
      </At>
      <At frame={frame} top={chrome.top}>
        <Body state={state} access={reads} />
      </At>
      <At frame={frame} top={rows - chrome.bottom}>
        <Lines lines={[statusLine(state, placeOf(state).view)]} theme={theme} width={columns} height={chrome.bottom} />
      </At>
    </>
  );
}

function Body({ state, access }: { readonly state: AppState; readonly access: CaseAccess }): ReactNode {
  const { data, overlay } = state;
  if (data === null) return null;
  const theme = themeOf(state.theme);
  const width = state.size.columns;
  const height = bodyRows(state.size);
  const place = placeOf(state);
  const view = viewOf(place.view);
  const room = { theme, width, height };
  switch (overlay?.kind) {
    case 'help':
      return <Help context={place.view} title={view.title} cursor={overlay.cursor} {...room} />;
    case 'palette':
      return <Palette overlay={overlay} state={state} {...room} />;
    case 'filters':
      return <Filters overlay={overlay} state={state} {...room} />;
    case 'text':
      return <TextOverlay overlay={overlay} state={state} {...room} />;
    default: {
      const Shown = view.component;
      return <Shown key={placeKey(place)} state={state} data={data} access={access} {...room} />;
    }
  }
}
