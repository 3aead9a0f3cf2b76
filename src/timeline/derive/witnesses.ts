import type { Component } from '../../model/bundle.ts';
import type { SourceId } from '../../model/ids.ts';
import { phrase, type Phrase } from '../../model/phrases.ts';
import { MINUTE, SECOND, formatDuration } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext } from '../derivation.ts';
import { append } from '../group.ts';
import { lowerBound } from '../search.ts';
import type { Outage } from './api-server-restarts.ts';

/** A machine that boots starts its kubelet first, and that the API server; longer than this takes none. */
const BOOT = 2 * MINUTE;
/** What begins with a failure has seen nothing before it. */
const BEGINS = 5 * SECOND;
/** Whose log begins when its machine boots: they start the API server there. */
const STARTERS: ReadonlySet<Component> = new Set<Component>(['kubelet', 'k3s', 'rke2']);
const SERVERS: ReadonlySet<Component> = new Set<Component>(['kube-apiserver', 'k3s', 'rke2']);

interface Witness {
  readonly source: SourceId;
  readonly node: string | null;
  readonly component: Component;
}

/** Who found an API server's port closed, and whether they can have seen it open before. */
export class Witnesses {
  private readonly context: DerivationContext;
  private readonly seen = new Map<string, Map<SourceId, Witness & { readonly times: EpochMicros[] }>>();
  /** on each node: when what starts the API server was started, and when the API server began to listen */
  private readonly boots = new Map<string, EpochMicros[]>();
  private readonly listens = new Map<string, EpochMicros[]>();

  constructor(context: DerivationContext) {
    this.context = context;
    for (const fact of context.facts(['systemd.unit', 'apiserver.started'])) {
      if (fact.when === null || fact.node === null) continue;
      if (fact.type === 'systemd.unit' && (fact.data.state !== 'started' || !/^(?:kubelet|k3s|rke2-server)\.service$/.test(fact.data.unit))) continue;
      const list = fact.type === 'systemd.unit' ? this.boots : this.listens;
      append(list, fact.node, fact.when);
    }
  }

  add(server: string, { source, node, component }: Witness, at: EpochMicros): void {
    const seen = this.seen.get(server) ?? new Map<SourceId, Witness & { readonly times: EpochMicros[] }>();
    this.seen.set(server, seen);
    const known = seen.get(source);
    if (known === undefined) seen.set(source, { source, node, component, times: [at] });
    else known.times.push(at);
  }

  /** Why an outage may be no more than a start; null where somebody had been there before. */
  doubt({ node, kind, from, to }: Outage): Phrase | null {
    if (kind !== 'refused' || to - from >= BOOT) return null;
    const told = [...(this.seen.get(node)?.values() ?? [])].filter(({ times }) => (times[lowerBound(times, from, (at) => at)] ?? Infinity) <= to);
    if (told.length === 0 || !told.every((w) => this.isNew(w, from))) return null;
    return phrase(
      'connections to the API server on {node} were refused for {duration}, and all that tell of it had just been started: whether it had served before is not seen',
      { node, duration: formatDuration(to - from) },
    );
  }

  private isNew({ source, node, component }: Witness, from: EpochMicros): boolean {
    const log = this.context.sources.find((s) => s.id === source);
    // logs of API servers that reach further back tell that there was something to lose
    if (STARTERS.has(component) && !this.servedBefore(from) && log?.from != null && this.context.correct(log.node, log.from) >= from - BEGINS) return true;
    if (node === null) return false;
    // an API server that cannot reach itself does not listen yet
    if (SERVERS.has(component) && this.listens.get(node)?.some((at) => at >= from && at - from < BOOT) === true) return true;
    return this.boots.get(node)?.some((at) => at <= from + BEGINS && from - at < BOOT) === true;
  }

  private servedBefore(from: EpochMicros): boolean {
    return this.context.sources.some((s) => s.component === 'kube-apiserver' && s.from !== null && this.context.correct(s.node, s.from) < from - BEGINS);
  }
}
