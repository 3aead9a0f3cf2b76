import type { EpochMicros } from '../../../model/time.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../model/time.ts';
import type { EntryContext } from '../../contract.ts';
import type { Emitter } from '../emitter.ts';
import { integer } from '../numbers.ts';

/** `kubectl get events`, wide or not; up to 1.13 the columns stood in another order. */
export const EVENTS_HEADER = /^(?:NAMESPACE\s+)?LAST SEEN\s+(?:TYPE\s+REASON\s+OBJECT|FIRST SEEN\s+COUNT\s+NAME\s+KIND)\s/;

const UNITS: Readonly<Record<string, number>> = { y: 365 * DAY, d: DAY, h: HOUR, m: MINUTE, s: SECOND };
/** The kinds whose name as kubectl prints it says nothing of capitals. */
const KINDS: Readonly<Record<string, string>> = {
  replicaset: 'ReplicaSet',
  daemonset: 'DaemonSet',
  statefulset: 'StatefulSet',
  cronjob: 'CronJob',
  persistentvolumeclaim: 'PersistentVolumeClaim',
  horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  poddisruptionbudget: 'PodDisruptionBudget',
};

/** An age as kubectl shortens it (`45s`, `5m30s`, `3d4h`; apimachinery `util/duration`) in microseconds; null when it is none. */
export function ageOf(text: string): number | null {
  const pieces = [...text.matchAll(/(\d+)([ydhms])/g)];
  if (pieces.length === 0 || pieces.map(([whole]) => whole).join('') !== text) return null;
  return pieces.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0);
}

const kindOf = (word: string): string => KINDS[word.toLowerCase()] ?? `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** When the command ran: the file's own time where it lies near the collection's, else that. Null when nothing tells. */
function printedAt({ collectedAt, modifiedAt }: EntryContext): number | null {
  return collectedAt !== null && modifiedAt !== null && Math.abs(modifiedAt - collectedAt) < HOUR ? modifiedAt : collectedAt;
}

/** A row of events. Its age counts back from when the command ran; true when its time was inferred so. */
export function readEventRow(cells: ReadonlyMap<string, string>, line: number, emitter: Emitter, context: EntryContext): boolean {
  const cell = (name: string): string => cells.get(name) ?? '';
  const reason = cell('REASON');
  if (reason === '') return false;
  // `5m (x12 over 1h)`
  const [seen = '', , times] = /^(\S+)(?: \(x(\d+) over \S+\))?$/.exec(cell('LAST SEEN')) ?? [];
  const age = ageOf(seen.length > 0 ? (/^\S+/.exec(seen)?.[0] ?? '') : '');
  const now = printedAt(context);
  const at = age === null || now === null ? null : ((now - age) as EpochMicros);
  const [kind, name] = cells.has('OBJECT') ? splitOnce(cell('OBJECT')) : ([cell('KIND'), cell('NAME').replace(/\.[0-9a-f]{16}$/, '')] as const);
  emitter.fact(
    'k8s.event',
    {
      reason,
      kind: kindOf(kind),
      name,
      namespace: cell('NAMESPACE') || null,
      message: cell('MESSAGE'),
      type: cell('TYPE') || 'Normal',
      count: integer(cell('COUNT')) ?? integer(times) ?? 1,
    },
    line,
    { at, meaning: 'observed' },
  );
  return at !== null;
}

function splitOnce(text: string): readonly [string, string] {
  const slash = text.indexOf('/');
  return slash < 0 ? ['', text] : [text.slice(0, slash), text.slice(slash + 1)];
}
