import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import type { AppState, TopView } from './state.ts';
import { TOP_VIEWS } from './state.ts';
import { THEME_NAMES } from './theme.ts';
import type { ThemeName } from './theme.ts';

/** Where one was: enough to go on, nothing that could be out of date. Times are corrected micros. */
export interface Session {
  readonly view: TopView;
  readonly instant: EpochMicros | null;
  readonly theme: ThemeName | null;
  readonly window: { readonly from: EpochMicros; readonly to: EpochMicros } | null;
}

export function sessionOf(state: AppState): Session {
  const view = TOP_VIEWS.find((one) => one === state.places[0]?.view) ?? 'overview';
  return { view, instant: state.instant, theme: state.themeAsked ? state.themeRemembered : state.theme, window: state.lanes.window };
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function moment(value: unknown, state: AppState): EpochMicros | null {
  const { data } = state;
  return typeof value === 'number' && data !== null && value >= data.from && value <= data.to ? epochMicros(value) : null;
}

/** Takes up a session whatever it holds; what does not fit the case is left out. The first screen stays the findings, and a theme that was asked for stays. */
export function resumed(state: AppState, session: unknown): AppState {
  const theme = THEME_NAMES.find((one) => one === field(session, 'theme'));
  const window = field(session, 'window');
  const from = moment(field(window, 'from'), state);
  const to = moment(field(window, 'to'), state);
  return {
    ...state,
    themeRemembered: theme ?? null,
    theme: state.themeAsked || theme === undefined ? state.theme : theme,
    instant: moment(field(session, 'instant'), state) ?? state.instant,
    lanes: { window: from !== null && to !== null && to > from ? { from, to } : null },
  };
}
