import type { FactMap } from '../../model/fact.ts';
import { HOUR, MINUTE } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { isControlPlaneContainer } from './control-plane.ts';

type Listed = TimedFact<'container.listed'>;

/** Two runs of one container as its runtime lists them, one behind the other. */
export interface ListedRuns {
  readonly newest: Listed;
  readonly before: Listed;
  readonly node: string | null;
}

/** A new pod begins to count anew, so three restarts are no change of a manifest; a back-off between two of them lasts five minutes at most. */
const RESTARTS = 3;
const SHORT = 10 * MINUTE;

/**
 * Control-plane containers that their runtime shows to start again and again: the newest run is young or over, and the one before it,
 * which the kubelet keeps, was short too. A machine's boot counts as one restart, long before the listing.
 */
export function* listedRuns(context: DerivationContext): Generator<ListedRuns> {
  const runs = new Map<string, Listed[]>();
  for (const fact of context.facts(['container.listed'])) {
    const { container, pod, attempt, age } = fact.data;
    if (!isControlPlaneContainer(container) || attempt === null || age === null) continue;
    const key = `${fact.node ?? ''}\n${fact.ref.entry}\n${pod ?? ''}\n${container}`;
    runs.set(key, [...(runs.get(key) ?? []), fact]);
  }
  for (const listed of runs.values()) {
    const [newest, before] = listed.toSorted((a, b) => attemptOf(b.data) - attemptOf(a.data));
    if (newest === undefined || before === undefined || attemptOf(newest.data) < RESTARTS) continue;
    const age = newest.data.age ?? Infinity;
    const earlier = before.data.age ?? Infinity;
    if (before.data.state === 'exited' && age <= SHORT && earlier <= HOUR && earlier - age <= 2 * SHORT) yield { newest, before, node: newest.node };
  }
}

function attemptOf(data: FactMap['container.listed']): number {
  return data.attempt ?? 0;
}
