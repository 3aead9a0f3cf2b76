import type { ReactNode } from 'react';
import type { CaseAccess } from './access.ts';
import type { CaseData } from './case-data.ts';
import type { AppState, ViewId } from './state.ts';
import type { Theme } from './theme.ts';

/** What a view gets: all of the state, small reads, and the room it has. */
export interface ViewProps {
  readonly state: AppState;
  readonly data: CaseData;
  readonly access: CaseAccess;
  readonly theme: Theme;
  readonly width: number;
  readonly height: number;
}

/** One view: one file in `views/`, one line in `views/registry.ts`. */
export interface View {
  readonly id: ViewId;
  /** digit that shows it; null for views reached by Enter */
  readonly key: string | null;
  readonly title: string;
  readonly component: (props: ViewProps) => ReactNode;
}

export function defineView(view: View): View {
  return view;
}
