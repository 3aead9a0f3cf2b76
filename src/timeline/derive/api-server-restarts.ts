import { phrase, type Phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import { MINUTE, SECOND, formatDuration } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext } from '../derivation.ts';
import { append } from '../group.ts';
import { anyBetween, firstAtOrAfter, lastAtOrBefore } from '../search.ts';
import { touches } from '../stretches.ts';

/** A stretch in which an API server did not serve. */
export interface Outage {
  readonly node: string;
  readonly kind: 'etcd' | 'refused' | 'overload' | 'health';
  /** every failure was a connection refused: nothing listened there */
  readonly refusedOnly: boolean;
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  /** which server it was is not known: clients dialled a virtual address */
  readonly anywhere?: boolean;
  /** a load balancer's health checks tell of it */
  readonly checked?: boolean;
}

/** What lasts less is no outage: restarts of a static pod and the retries after it take that long. */
export const LASTING = 5 * SECOND;
/** What takes longer is no restart; where only clients tell of it, less passes for one. */
const RESTART = 10 * MINUTE;
const BRIEF = MINUTE;
/** How long before a stop the kubelet's failed probes of the process are what led to it (three probes, ten seconds apart, and the pod's way down). */
const PROVOKED = 90 * SECOND;
/** Clients notice late on both ends: they retry with growing pauses. */
const NOTICED = 5 * SECOND;
const RETRIED = 15 * SECOND;

/** When the processes behind an API server were told to stop and began again. */
export class Restarts {
  private readonly context: DerivationContext;
  private readonly dialled = new Map<string, Set<Member>>();
  private readonly stops = new Map<string, EpochMicros[]>();
  private readonly starts = new Map<string, EpochMicros[]>();
  /** when the kubelet found that the process ends again as soon as it is started */
  private readonly crashes = new Map<string, EpochMicros[]>();

  constructor(context: DerivationContext) {
    this.context = context;
    const unwell = new Map<string, EpochMicros[]>();
    for (const fact of context.facts(['kubelet.probe-failed'])) {
      const { container, probe } = fact.data;
      if (fact.when === null || fact.node === null || container !== 'kube-apiserver' || probe !== 'Liveness') continue;
      append(unwell, fact.node, fact.when);
    }
    for (const fact of context.facts(['kubelet.container-failed'])) {
      const { container, reason } = fact.data;
      if (fact.when === null || fact.node === null || container !== 'kube-apiserver' || reason !== 'CrashLoopBackOff') continue;
      append(this.crashes, fact.node, fact.when);
    }
    for (const fact of context.facts(['apiserver.started', 'apiserver.stopping'])) {
      if (fact.when === null || fact.node === null) continue;
      const { when } = fact;
      // a kubelet that finds the process unwell stops it in the same orderly way
      if (fact.type === 'apiserver.stopping' && anyBetween(unwell.get(fact.node), when - PROVOKED + 1, when)) continue;
      append(fact.type === 'apiserver.started' ? this.starts : this.stops, fact.node, when);
    }
  }

  /** True when the API server of the node was told to stop shortly before or within this stretch. */
  askedFor(node: string, from: EpochMicros, to: EpochMicros): boolean {
    return anyBetween(this.stops.get(node), from - RETRIED, to);
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
    if (kind === 'refused') {
      return (outage.anywhere === true ? [...this.stops.keys()] : [node]).some((one) => {
        const stop = lastAtOrBefore(this.stops.get(one) ?? [], from + NOTICED, itself);
        if (stop === undefined || stop < from - noticedWithin(outage) || anyBetween(this.crashes.get(one), stop, to)) return false;
        const starts = this.starts.get(one) ?? [];
        const start = starts[firstAtOrAfter(starts, stop)];
        return start !== undefined && start - stop < RESTART && to <= start + noticedWithin(outage);
      });
    }
    if (to - from >= BRIEF) return false;
    const names = new Set(this.etcdsOf(node).map((m) => m.name));
    return this.context.downs.some(
      ({ data, from: left, to: back }) =>
        names.has(data.member) && data.planned && data.how === 'stopped' && left !== null && left - NOTICED <= from && back !== null && back + RETRIED >= to,
    );
  }

  /** Why it cannot be told whether this was maintenance; null when it can. */
  doubt(outage: Outage): Phrase | null {
    const { node, kind, refusedOnly, from, to } = outage;
    if (kind === 'overload' || to - from >= BRIEF) return null;
    if (kind !== 'refused' && this.context.leaderless.some((l) => l.data.scope === 'cluster' && l.data.duration >= LASTING && touches(l, { from, to })))
      return null;
    const own = this.apiServerLogFrom(outage);
    if (kind !== 'refused' && own !== null && own >= from - NOTICED)
      return phrase(
        'the API server on {node} got nothing from its etcd for {duration} after its log begins: whether it had just been started stands in a log that the bundle does not hold',
        { node, duration: formatDuration(to - from) },
      );
    if (kind !== 'refused' && !refusedOnly) return null;
    const began = kind === 'refused' ? own : this.etcdLogFrom(node);
    if (began === null || began < from - SECOND || began > to + RETRIED) return null;
    const known = { node, duration: formatDuration(to - from) };
    return kind === 'refused'
      ? phrase(
          'the API server on {node} did not answer for {duration} and its log begins only then: whether it had been stopped on purpose stands in a log that the bundle does not hold',
          known,
        )
      : phrase(
          'the etcd of the API server on {node} did not answer for {duration} and its log begins only then: whether it had been stopped on purpose stands in a log that the bundle does not hold',
          known,
        );
  }

  private etcdsOf(node: string): readonly Member[] {
    return [...this.context.members.filter((m) => m.node === node), ...(this.dialled.get(node) ?? [])];
  }

  private etcdLogFrom(node: string): EpochMicros | null {
    let first: EpochMicros | null = null;
    for (const { node: machine } of this.etcdsOf(node)) {
      const [begin] = machine === null ? [] : this.context.coverage(machine);
      if (begin !== undefined && (first === null || begin.from < first)) first = begin.from;
    }
    return first;
  }

  /** When the API server's log begins; where it is not known which it was, the first that begins within the outage. */
  private apiServerLogFrom({ node, anywhere = false, from: since }: Outage): EpochMicros | null {
    let first: EpochMicros | null = null;
    for (const source of this.context.sources) {
      if (source.component !== 'kube-apiserver' || (!anywhere && source.node !== node) || source.from === null) continue;
      const from = this.context.correct(source.node, source.from);
      if (anywhere && from < since - SECOND) continue;
      if (first === null || from < first) first = from;
    }
    return first;
  }
}

/** Health checks need several failures in a row; clients notice at once. */
function noticedWithin({ checked = false }: Outage): number {
  return checked ? MINUTE : RETRIED;
}

const itself = (at: EpochMicros): number => at;
