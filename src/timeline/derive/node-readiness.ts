import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { HOUR, MINUTE, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';
import { append } from '../group.ts';
import { anyBetween } from '../search.ts';

/** What is over sooner is a kubelet that was restarted. */
const LASTING = 30 * SECOND;
/** A node controller waits 40 s (50 s from 1.32 on), or as long as it was told to, before it calls a node unknown. */
const GRACE = 3 * MINUTE;
/** A cordon so long before belongs to it. */
const CORDON = HOUR;
const STOPPED = 2 * MINUTE;
const CONTROL_PLANE = /\b(?:control-?plane|controlplane|master|etcd)\b/;

interface Stretch {
  readonly node: string;
  readonly from: EpochMicros | null;
  to: EpochMicros | null;
  readonly reason: string | null;
  readonly silent: boolean;
  readonly cordoned: boolean;
  readonly evidence: Citation[];
}

/** Nodes that were not ready: what their objects say at collection, and what kubelets and events told before. */
export const nodeReadinessDerivation = defineDerivation({
  id: 'node-readiness',
  reads: ['node.condition', 'node.listed', 'node.zone', 'k8s.event', 'k8s-lease.object', 'systemd.unit'],
  gives: ['node.not-ready'],
  *derive(context): Generator<Derived<'node.not-ready'>> {
    const controlPlane = controlPlaneNodes(context);
    const asked = new Asked(context);
    const lastWords = heartbeats(context);
    for (const stretch of stretches(context)) {
      const { node, silent, reason, to, evidence } = stretch;
      const heard = silent && stretch.from !== null ? lastWords.get(node) : undefined;
      // the node controller says so only after a while: the node's last heartbeat tells when it fell silent
      const from = heard !== undefined && stretch.from !== null && heard <= stretch.from && stretch.from - heard < GRACE ? heard : stretch.from;
      if (from !== null && to !== null && to - from < LASTING) continue;
      yield {
        type: 'node.not-ready' as const,
        from,
        to,
        nodes: [node],
        data: {
          node,
          reason,
          since: from,
          silent,
          controlPlane: controlPlane.has(node),
          planned: stretch.cordoned || asked.before(node, stretch.from),
          ongoing: to === null,
        },
        evidence,
      };
    }
  },
});

function controlPlaneNodes(context: DerivationContext): ReadonlySet<string> {
  const found = new Set(context.members.flatMap((member) => (member.node === null ? [] : [member.node])));
  for (const fact of context.facts(['node.zone', 'node.listed'])) {
    if (fact.type === 'node.zone' ? fact.data.controlPlane : CONTROL_PLANE.test(fact.data.roles)) found.add(fact.data.node);
  }
  return found;
}

/** When each kubelet last renewed its lease. */
function heartbeats(context: DerivationContext): ReadonlyMap<string, EpochMicros> {
  const last = new Map<string, EpochMicros>();
  for (const fact of context.facts(['k8s-lease.object'])) {
    const { namespace, name, renewedAt } = fact.data;
    if (namespace !== 'kube-node-lease' || renewedAt === null) continue;
    const at = context.correct(context.nodes.includes(name) ? name : null, renewedAt);
    last.set(name, Math.max(last.get(name) ?? at, at) as EpochMicros);
  }
  return last;
}

/** Nodes that somebody took out of service: cordoned, or their kubelet stopped. */
class Asked {
  private readonly cordons = new Map<string, EpochMicros[]>();
  private readonly stops = new Map<string, EpochMicros[]>();

  constructor(context: DerivationContext) {
    for (const fact of context.facts(['k8s.event', 'systemd.unit'])) {
      if (fact.when === null) continue;
      if (fact.type === 'systemd.unit') {
        const { unit, state } = fact.data;
        if (fact.node === null || unit !== 'kubelet.service' || (state !== 'stopping' && state !== 'stopped')) continue;
        append(this.stops, fact.node, fact.when);
      } else if (fact.data.reason === 'NodeNotSchedulable') {
        const node = nodeOfEvent(fact.data);
        if (node !== null) append(this.cordons, node, fact.when);
      }
    }
  }

  before(node: string, from: EpochMicros | null): boolean {
    if (from === null) return false;
    return anyBetween(this.cordons.get(node), from - CORDON + 1, from) || anyBetween(this.stops.get(node), from - STOPPED + 1, from);
  }
}

/** The node an event is about; pages of events do not name objects, but the sentence does. */
function nodeOfEvent({ kind, name, message }: { readonly kind: string; readonly name: string; readonly message: string }): string | null {
  if (kind === 'Node' && name !== '') return name;
  return kind === '' ? (/^Node (\S+) status is now: /.exec(message)?.[1] ?? null) : null;
}

function stretches(context: DerivationContext): readonly Stretch[] {
  const done: Stretch[] = [];
  const open = new Map<string, Stretch>();
  const close = (node: string, at: EpochMicros | null, citation: Citation): void => {
    const stretch = open.get(node);
    if (stretch === undefined || (at !== null && stretch.from !== null && at < stretch.from)) return;
    open.delete(node);
    stretch.to = at;
    stretch.evidence.push(citation);
    done.push(stretch);
  };
  const begin = (stretch: Stretch): void => {
    const known = open.get(stretch.node);
    if (known === undefined) open.set(stretch.node, stretch);
    else if ((known.from !== null && stretch.from === null) || known.reason !== null || stretch.reason === null) {
      if (known.evidence.length < 6) known.evidence.push(...stretch.evidence);
    } else {
      const from = known.from !== null && stretch.from !== null ? (Math.min(known.from, stretch.from) as EpochMicros) : (known.from ?? stretch.from);
      open.set(stretch.node, { ...stretch, from, evidence: [...known.evidence, ...stretch.evidence].slice(0, 6) });
    }
  };
  for (const fact of context.facts(['k8s.event'])) {
    const { reason } = fact.data;
    const node = reason === 'NodeNotReady' || reason === 'NodeReady' ? nodeOfEvent(fact.data) : null;
    if (node === null) continue;
    if (reason === 'NodeReady') close(node, fact.when, context.cite(fact, phrase('node {node} is ready again', { node })));
    else
      begin({
        node,
        from: fact.when,
        to: null,
        reason: null,
        silent: false,
        cordoned: false,
        evidence: [context.cite(fact, phrase('node {node} became not ready', { node }))],
      });
  }
  for (const fact of context.facts(['node.condition'])) {
    const { node, ready, reason, message, since } = fact.data;
    const at = since === null ? fact.when : context.correct(fact.node, since);
    if (ready) {
      // an object that says since when it is ready ends what began before; a later stretch is not its business
      close(node, at, context.cite(fact, phrase('node {node} is ready', { node })));
      continue;
    }
    const silent = reason === 'NodeStatusUnknown' || /Kubelet (?:stopped posting|never posted) node status/.test(message ?? '');
    begin({
      node,
      from: at,
      to: null,
      reason: (message ?? reason)?.replace(/\.$/, '') ?? null,
      silent,
      cordoned: false,
      evidence: [context.cite(fact, phrase('node {node} is not ready', { node }))],
    });
  }
  for (const fact of context.facts(['node.listed'])) {
    const { node, status } = fact.data;
    const cordoned = /\bSchedulingDisabled\b/.test(status);
    if (!/\b(?:NotReady|Unknown)\b/.test(status)) continue;
    const known = open.get(node);
    if (known !== undefined && cordoned) open.set(node, { ...known, cordoned });
    if (known !== undefined || done.some((stretch) => stretch.node === node)) continue;
    begin({
      node,
      from: null,
      to: null,
      reason: status,
      silent: /\bUnknown\b/.test(status),
      cordoned,
      evidence: [context.cite(fact, phrase('node {node} is {status}', { node, status }))],
    });
  }
  return [...done, ...open.values()];
}
