import type { EpochMicros } from '../model/time.ts';

/** What stands in a cell of the screen, for the mouse. */
export type Hit =
  /** the n-th thing of the list that is shown, counted as its cursor counts */
  | { readonly kind: 'item'; readonly index: number }
  /** a key that is written on the screen */
  | { readonly kind: 'key'; readonly key: string }
  /** a moment on a strip of time */
  | { readonly kind: 'moment'; readonly at: EpochMicros }
  /** the n-th filter that is set */
  | { readonly kind: 'chip'; readonly index: number };

/** The n-th thing of a list; null where there is none. */
export function itemHit(index: number | null | undefined): Hit | null {
  return index === undefined || index === null ? null : { kind: 'item', index };
}

/** Tells what stands in a cell; both count from 0 in their own region. */
export type HitTest = (row: number, column: number) => Hit | null;
