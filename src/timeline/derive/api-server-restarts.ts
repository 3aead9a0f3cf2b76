import type { Member } from '../../model/history.ts';
import { MINUTE, SECOND, formatDuration } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext } from '../derivation.ts';

/** A stretch in which an API server did not serve. */
export interface Outage {
  /** null = nothing says which API server it was */
  readonly node: string | null;
  readonly kind: 'etcd' | 'refused' | 'overload' | 'health';
  /** every failure was a connection refused: nothing listened there */
  readonly refusedOnly: boolean;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
}

/** What lasts less is no outage: restarts of a static pod and the retries after it take that long. */
export const LASTING = 5 * SECOND;
/** A restart that was asked for takes less, pulling an image apart. */
const RESTART = MINUTE;
/** Clients notice late on both ends: they retry with growing pauses. */
const NOTICED = 5 * SECOND;
const RETRIED = 15 * SECOND;

/** When the processes behind an API server were told to stop and began again. */
export class Restarts {
  private readonly context: DerivationContext;
  private readonly dialled = new Map<string, Set<Member>>();
  private readonly stops = new Map<string, EpochMicros[]>();
  private readonly starts = new Map<string, EpochMicros[]>();

  constructor(context: DerivationContext) {
    this.context = context;
    for (const fact of context.facts(['apiserver.started', 'apiserver.stopping'])) {
      if (fact.when === null || fact.node === null) continue;
      const lists = fact.type === 'apiserver.started' ? this.starts : this.stops;
      lists.set(fact.node, [...(lists.get(fact.node) ?? []), fact.when]);
    }
  }

  /** Notes which etcd an API server on `node` could not reach, from the error it logged. */
  dials(node: string, error: string): void {
    const address = /dial tcp (\S+?:\d+)/.exec(error)?.[1];
    const member = address === undefined ? null : this.context.memberByText(address);
    if (member === null) return;
    const known = this.dialled.get(node) ?? new Set();
    this.dialled.set(node, known.add(member));
  }

  /** True when the process that did not answer had been told to stop, and was back in time: maintenance, no outage. */
  planned(outage: Outage): boolean {
    const { node, kind, from, to } = outage;
    if (kind === 'overload' || to - from >= RESTART) return false;
    // behind a virtual address another one takes over
    if (kind === 'refused') return node === null ? this.stopped(from) : this.restarted(node, from, to);
    const names = new Set(this.etcdsOf(node).map((m) => m.name));
    return this.context.downs.some(
      ({ data, from: left, to: back }) =>
        names.has(data.member) && data.planned && data.how === 'stopped' && left !== null && left - NOTICED <= from && back !== null && back + RETRIED >= to,
    );
  }

  private stopped(from: EpochMicros): boolean {
    return [...this.stops.values()].some((stopped) => stopped.some((at) => at >= from - RETRIED && at <= from + NOTICED));
  }

  /** True when an API server was told to stop at the beginning of a stretch and served again by its end: that of a machine, or any. */
  restarted(node: string | null, from: EpochMicros, to: EpochMicros): boolean {
    return [...this.stops].some(
      ([machine, stopped]) =>
        (node === null || machine === node) &&
        stopped.some((at) => at >= from - RETRIED && at <= from + NOTICED) &&
        (this.starts.get(machine) ?? []).some((at) => at >= from && at <= to + NOTICED),
    );
  }

  /** Why it can not be told whether this was maintenance; null when it can. */
  doubt(outage: Outage): string | null {
    const { node, kind, refusedOnly, from, to } = outage;
    if (kind === 'overload' || to - from >= RESTART) return null;
    if (kind !== 'refused' && this.context.leaderless.some((l) => l.data.scope === 'cluster' && l.data.duration >= LASTING && touches(l, from, to)))
      return null;
    const name = node === null ? 'an API server' : `the API server on ${node}`;
    const own = this.apiServerLogFrom(node);
    if (kind !== 'refused' && own !== null && own >= from - NOTICED)
      return `${name} got nothing from its etcd for ${formatDuration(to - from)} after its log begins: whether it had just been started stands in a log that the case does not hold`;
    if (kind !== 'refused' && !refusedOnly) return null;
    const began = kind === 'refused' ? own : this.etcdLogFrom(node);
    if (began !== null && (began < from - SECOND || began > to + RETRIED)) return null;
    const what = kind === 'refused' ? name : `the etcd of ${name}`;
    return `${what} did not answer for ${formatDuration(to - from)}${began === null ? '' : ' and its log begins only then'}: whether it had been stopped on purpose stands in a log that the case does not hold`;
  }

  private etcdsOf(node: string | null): readonly Member[] {
    if (node === null) return [];
    return [...this.context.members.filter((m) => m.node === node), ...(this.dialled.get(node) ?? [])];
  }

  private etcdLogFrom(node: string | null): EpochMicros | null {
    let first: EpochMicros | null = null;
    for (const { node: machine } of this.etcdsOf(node)) {
      const [begin] = machine === null ? [] : this.context.coverage(machine);
      if (begin !== undefined && (first === null || begin.from < first)) first = begin.from;
    }
    return first;
  }

  private apiServerLogFrom(node: string | null): EpochMicros | null {
    let first: EpochMicros | null = null;
    for (const source of this.context.sources) {
      if (source.component !== 'kube-apiserver' || (node !== null && source.node !== node) || source.from === null) continue;
      const from = this.context.correct(source.node, source.from);
      if (first === null || from < first) first = from;
    }
    return first;
  }
}

function touches(stretch: { readonly from: EpochMicros | null; readonly to: EpochMicros | null }, from: EpochMicros, to: EpochMicros): boolean {
  return (stretch.from ?? -Infinity) <= to && (stretch.to ?? Infinity) >= from;
}
