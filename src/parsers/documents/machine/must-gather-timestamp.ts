import { parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';

const GO_TIME = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?) ([+-]\d{4}) (?:[A-Z]{1,5}|[+-]\d{2,4})(?: m=[+-]?[\d.]+)?$/;

function goTime(text: string): EpochMicros | null {
  const m = GO_TIME.exec(text.trim());
  return m === null ? null : parseRfc3339(`${(m[1] ?? '').replace(' ', 'T')}${m[2] ?? ''}`);
}

/** must-gather's `timestamp`: begin and end of the collection as Go's `time.String()` (openshift/oc `pkg/cli/admin/mustgather`). */
export const mustGatherTimestamp = defineParser({
  kind: 'document',
  id: 'must-gather-timestamp',
  title: 'must-gather timestamp',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 4);
    return (
      head.length < 1000 &&
      lines.length >= 1 &&
      lines.length <= 2 &&
      lines.every((line) => goTime(line) !== null && / m=|\d [A-Z]{1,5}$/.test(line)) &&
      lines.some((line) => line.includes(' m='))
    );
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    const times = document.lines.flatMap(({ text, line }) => {
      const at = goTime(text);
      return at === null ? [] : [{ at, line }];
    });
    const last = times.at(-1);
    if (last !== undefined) emitter.fact('bundle.collected', { by: 'must-gather' }, last.line, { at: last.at, meaning: 'collected' });
  },
});
