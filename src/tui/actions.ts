import type { Note } from '../model/note.ts';
import type { Progress } from '../model/progress.ts';
import type { TimelineRow } from '../model/ports.ts';
import type { CaseData } from './case-data.ts';
import type { Hit } from './hits.ts';
import type { Command } from './keys.ts';
import type { Size, Surroundings, Want } from './state.ts';

/** Everything that can change the state. `want` and `run` say which request an answer belongs to; stale ones are dropped. */
export type Action =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'opened'; readonly data: CaseData }
  | { readonly type: 'resized'; readonly size: Size }
  | { readonly type: 'command'; readonly command: Command }
  | { readonly type: 'overlay-key'; readonly key: string }
  | { readonly type: 'click'; readonly hit: Exclude<Hit, { kind: 'key' }> }
  | { readonly type: 'wheel'; readonly up: boolean; readonly hit: Hit | null }
  | {
      readonly type: 'rows';
      readonly want: Want;
      readonly before: readonly TimelineRow[];
      readonly after: readonly TimelineRow[];
      readonly atStart: boolean;
      readonly atEnd: boolean;
    }
  | { readonly type: 'search-found'; readonly run: number; readonly row: TimelineRow; readonly wrapped: boolean }
  | { readonly type: 'search-progress'; readonly run: number; readonly hits: number; readonly progress: number; readonly done: boolean }
  | { readonly type: 'search-none'; readonly run: number }
  | { readonly type: 'surroundings'; readonly surroundings: Surroundings }
  | { readonly type: 'text'; readonly title: string; readonly lines: readonly string[] }
  | { readonly type: 'notes'; readonly notes: readonly Note[] }
  | { readonly type: 'session'; readonly session: unknown }
  | { readonly type: 'request-done' }
  | { readonly type: 'message'; readonly message: string | null }
  | { readonly type: 'tick' };
