import type { AppState, Filter, Size } from './state.ts';

/** Title and tabs above, status bar below; small terminals give one line each. */
export function chromeOf(size: Size): { readonly top: number; readonly bottom: number } {
  return size.rows >= 14 ? { top: 3, bottom: 1 } : { top: 1, bottom: 1 };
}

/** Rows between title and status bar. */
export function bodyRows(size: Size): number {
  const chrome = chromeOf(size);
  return Math.max(1, size.rows - chrome.top - chrome.bottom);
}

export function filterActive(filter: Filter): boolean {
  return (
    filter.nodes.length > 0 ||
    filter.components.length > 0 ||
    filter.minLevel !== null ||
    filter.text !== null ||
    filter.from !== null ||
    filter.to !== null ||
    filter.only !== null
  );
}

/** How the timeline's body is divided: density strip, chips, column heads, rows, the selected line in full. */
export function timelineLayout(state: AppState): {
  readonly density: boolean;
  readonly chips: boolean;
  readonly head: boolean;
  readonly rows: number;
  readonly detail: number;
} {
  const body = bodyRows(state.size);
  const density = body >= 12 && state.data?.timed !== false;
  const chips = body >= 8 || filterActive(state.timeline.filter);
  const head = body >= 7;
  const detail = body >= 30 ? 6 : body >= 18 ? 3 : 0;
  return { density, chips, head, detail, rows: Math.max(1, body - (density ? 2 : 0) - (chips ? 1 : 0) - (head ? 1 : 0) - detail) };
}

/** Rows a page key moves by. */
export function pageRows(state: AppState): number {
  return Math.max(1, bodyRows(state.size) - 4);
}

/** Keeps a cursor in view with the least movement; returns the new first row. */
export function scrollTop(top: number, cursor: number, height: number, total: number): number {
  const margin = height >= 8 ? 2 : 0;
  const low = Math.min(top, cursor - margin);
  const shown = Math.max(low, cursor + margin - height + 1);
  return Math.max(0, Math.min(shown, total - height));
}
