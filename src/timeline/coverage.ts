import type { Source } from '../model/bundle.ts';
import type { Correct } from '../model/history.ts';
import type { EpochMicros } from '../model/time.ts';
import { MINUTE } from '../model/time.ts';

export interface Covered {
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

/** Files of one stream that follow each other within this are one stretch: a restart or a quiet spell lies between them. */
const JOIN = 10 * MINUTE;

/** The stretches for which etcd logs exist, by node (corrected). */
export function etcdCoverage(sources: readonly Source[], correct: Correct): ReadonlyMap<string, readonly Covered[]> {
  const byNode = new Map<string, Covered[]>();
  for (const s of sources) {
    if (s.node === null || s.from === null || s.to === null) continue;
    if (s.component !== 'etcd' && s.component !== 'k3s' && s.component !== 'rke2') continue;
    const list = byNode.get(s.node) ?? [];
    byNode.set(s.node, list);
    list.push({ from: correct(s.node, s.from), to: correct(s.node, s.to) });
  }
  for (const [node, list] of byNode) byNode.set(node, join(list));
  return byNode;
}

function join(list: readonly Covered[]): Covered[] {
  const joined: Covered[] = [];
  for (const next of list.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to + JOIN) joined.push(next);
    else if (next.to > last.to) joined[joined.length - 1] = { from: last.from, to: next.to };
  }
  return joined;
}
