import type { View } from '../view.ts';
import type { ViewId } from '../state.ts';
import { certificates } from './certificates.tsx';
import { clocks } from './clocks.tsx';
import { coverage } from './coverage.tsx';
import { evidence } from './evidence.tsx';
import { finding } from './finding.tsx';
import { lanes } from './lanes.tsx';
import { members } from './members.tsx';
import { notes } from './notes.tsx';
import { overview } from './overview.tsx';
import { snapshots } from './snapshots.tsx';
import { timeline } from './timeline.tsx';

/** Every view, in the order of its tab. */
export const VIEWS: readonly View[] = [overview, timeline, lanes, members, clocks, certificates, coverage, snapshots, notes, finding, evidence];

export function viewOf(id: ViewId): View {
  return VIEWS.find((view) => view.id === id) ?? overview;
}
