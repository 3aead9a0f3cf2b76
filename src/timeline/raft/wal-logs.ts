import type { PlacedFact } from '../../model/fact.ts';
import type { Correct, Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import type { FactReader } from '../facts/reader.ts';
import { groupBy } from '../group.ts';
import type { Identity } from '../identity/identify.ts';

export type WalFact = PlacedFact<'raft.state' | 'raft.term-began'>;

/** One member's write-ahead log: what it holds in the order it was written, since it has no clock of its own. */
export interface WalLog {
  readonly member: Member;
  readonly states: readonly PlacedFact<'raft.state'>[];
  readonly terms: readonly PlacedFact<'raft.term-began'>[];
  /** its checksums hold throughout */
  readonly sound: boolean;
  /** earliest and latest time a record can have been written, by the Lease renewals before and behind it; infinite without */
  bounds(fact: WalFact): { readonly low: number; readonly high: number };
}

/**
 * A renewal reaches the log some time after its holder wrote the time into it: the request may wait this long (client-go gives
 * it 10 s, etcd some more).
 */
const ON_ITS_WAY = 20 * SECOND;

interface Renewal {
  readonly order: number;
  readonly at: EpochMicros;
}

export function readWalLogs(
  reader: FactReader,
  identity: Identity,
  correct: Correct,
  pathOf: (fact: PlacedFact) => string,
  nodes: ReadonlySet<string>,
): readonly WalLog[] {
  const all = [...reader.facts(['raft.state', 'raft.term-began'])];
  const paths = new Set(all.map(pathOf));
  const facts = all.filter((f) => !isKeptCopy(pathOf(f), paths));
  if (facts.length === 0) return [];
  const entries = new Set(facts.map((f) => f.ref.entry));
  const directories = groupBy(facts, (f) => `${directoryOf(pathOf(f))}\n${f.data.member}`);
  const damaged = new Set<string>();
  const renewals = new Map<string, { readonly fact: PlacedFact; readonly at: EpochMicros }[]>();
  for (const fact of reader.facts(['k8s-lease.object', 'wal.damaged'])) {
    const directory = directoryOf(pathOf(fact));
    if (fact.type === 'wal.damaged') {
      if (fact.at === null) damaged.add(directory);
    } else if (entries.has(fact.ref.entry) && fact.data.renewedAt !== null) {
      const list = renewals.get(directory) ?? [];
      renewals.set(directory, list);
      list.push({ fact, at: correct(holderNode(fact.data.holder, nodes), fact.data.renewedAt) });
    }
  }
  return [...directories].flatMap(([key, own]): WalLog[] => {
    const [directory = ''] = key.split('\n');
    const member = identity.member(own[0]?.data.member ?? null);
    if (member === null) return [];
    const leases = renewals.get(directory) ?? [];
    const ordered = [...own, ...leases.map((l) => l.fact)].toSorted((a, b) => compare(pathOf(a), pathOf(b)) || a.ref.offset - b.ref.offset);
    const orders = new Map<PlacedFact, number>(ordered.map((f, i) => [f, i]));
    const order = (fact: PlacedFact): number => orders.get(fact) ?? -1;
    const sorted = own.toSorted((a, b) => order(a) - order(b));
    const bounds = boundsOf(leases.map((l) => ({ order: order(l.fact), at: l.at })));
    return [
      {
        member,
        states: sorted.filter((f) => f.type === 'raft.state'),
        terms: sorted.filter((f) => f.type === 'raft.term-began'),
        sound: !damaged.has(directory),
        bounds: (fact) => bounds(order(fact)),
      },
    ];
  });
}

/** A record lies behind every renewal before it and before every renewal behind it. */
function boundsOf(renewals: readonly Renewal[]): (order: number) => { readonly low: number; readonly high: number } {
  const sorted = renewals.toSorted((a, b) => a.order - b.order);
  const latest: number[] = [];
  for (const r of sorted) latest.push(Math.max(latest.at(-1) ?? -Infinity, r.at));
  const earliest: number[] = sorted.map(() => Infinity);
  for (let i = sorted.length - 1; i >= 0; i -= 1) earliest[i] = Math.min(earliest[i + 1] ?? Infinity, (sorted[i]?.at ?? Infinity) + ON_ITS_WAY);
  return (order) => {
    let next = sorted.findIndex((r) => r.order > order);
    if (next < 0) next = sorted.length;
    return { low: latest[next - 1] ?? -Infinity, high: earliest[next] ?? Infinity };
  };
}

/** Holders are named after their machine: `cp-1_<uuid>`, or the machine alone (client-go `leaderelection`, kubelet). */
function holderNode(holder: string | null, nodes: ReadonlySet<string>): string | null {
  const name = holder?.split('_')[0] ?? null;
  return name !== null && nodes.has(name) ? name : null;
}

/** etcd keeps what a torn segment was before it cuts the tail off, beside it, as `.wal.broken` (upstream: etcd `wal/repair.go`). */
function isKeptCopy(path: string, paths: ReadonlySet<string>): boolean {
  return path.endsWith('.broken') && paths.has(path.slice(0, -'.broken'.length));
}

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
/** Segments are named by their sequence in hex, so that names sort as they were written (upstream: etcd `wal/util.go`). */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Times as a report shows them; null where nothing bounds. */
export function finiteBounds({ low, high }: { readonly low: number; readonly high: number }): {
  readonly low: EpochMicros | null;
  readonly high: EpochMicros | null;
} {
  return { low: Number.isFinite(low) ? epochMicros(low) : null, high: Number.isFinite(high) ? epochMicros(high) : null };
}
