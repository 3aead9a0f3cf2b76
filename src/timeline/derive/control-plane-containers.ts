import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { MINUTE, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext } from '../derivation.ts';
import { listedRuns } from './listed-containers.ts';
import { isControlPlaneContainer, isControlPlaneProcess, processOfContainer } from './control-plane.ts';

/** The kernel's line, the kubelet's event and the container's last state tell of one kill. */
const ONE_KILL = 30 * SECOND;
const MOST_CITED = 8;
/** The kubelet names a back-off from the second crash on; a change of configuration costs as many. */
const RESTARTS = 3;
const LOOPING = MINUTE;
const LOOP = 'CrashLoopBackOff';
const VICTIM = /victim process: ([\w./-]+)|Kill(?:ed)? process \d+ \(([^)]+)\)/;

/** Control-plane programs that the kernel killed, that panicked, or that the kubelet starts again and again. */
export const controlPlaneContainersDerivation = defineDerivation({
  id: 'control-plane-containers',
  reads: ['kernel.oom-kill', 'pod.status', 'k8s.event', 'process.exited', 'kubelet.container-failed', 'container.listed'],
  gives: ['process.oom-killed', 'process.crashed', 'container.crash-looping'],
  *derive(context): Generator<Derived<'process.oom-killed' | 'process.crashed' | 'container.crash-looping'>> {
    yield* killed(context);
    yield* crashed(context);
    yield* looping(context);
  },
});

interface Group {
  readonly node: string;
  readonly subject: string;
  readonly reason: string;
  readonly times: (EpochMicros | null)[];
  /** the times by the stretch they lie in, of which each is as long as one kill: at most one in each */
  readonly kills: Map<number, EpochMicros>;
  readonly evidence: Citation[];
}

class Groups {
  readonly all = new Map<string, Group>();

  add(node: string, subject: string, reason: string, when: EpochMicros | null, citation: Citation): void {
    const key = `${node}\n${subject}\n${reason}`;
    const group: Group = this.all.get(key) ?? { node, subject, reason, times: [], kills: new Map(), evidence: [] };
    this.all.set(key, group);
    if (when === null ? group.times.length === 0 : !told(group, when)) {
      group.times.push(when);
      if (when !== null) group.kills.set(Math.floor(when / ONE_KILL), when);
    }
    if (group.evidence.length < MOST_CITED) group.evidence.push(citation);
  }
}

function told({ kills }: Group, when: EpochMicros): boolean {
  const stretch = Math.floor(when / ONE_KILL);
  return [stretch - 1, stretch, stretch + 1].some((one) => Math.abs((kills.get(one) ?? Infinity) - when) < ONE_KILL);
}

function span(times: readonly (EpochMicros | null)[]): { readonly from: EpochMicros | null; readonly to: EpochMicros | null } {
  const known = times.filter((time) => time !== null).toSorted((a, b) => a - b);
  return { from: known[0] ?? null, to: known.at(-1) ?? null };
}

function* killed(context: DerivationContext): Generator<Derived<'process.oom-killed'>> {
  const groups = new Groups();
  for (const fact of context.facts(['kernel.oom-kill'])) {
    const { process } = fact.data;
    if (isControlPlaneProcess(process))
      groups.add(fact.node ?? 'unknown node', process, '', fact.when, context.cite(fact, phrase('the kernel killed {process} for memory', { process })));
  }
  for (const fact of context.facts(['k8s.event'])) {
    const { reason, kind, name, message } = fact.data;
    if (kind !== 'Node' || (reason !== 'SystemOOM' && reason !== 'OOMKilling')) continue;
    const victim = VICTIM.exec(message);
    const process = (victim?.[1] ?? victim?.[2] ?? '').replace(/^.*\//, '');
    if (isControlPlaneProcess(process)) groups.add(name, process, '', fact.when, context.cite(fact, phrase('{process} was killed for memory', { process })));
  }
  for (const fact of context.facts(['pod.status'])) {
    const { container, lastReason, lastFinishedAt, node } = fact.data;
    if (container === null || lastReason !== 'OOMKilled' || !isControlPlaneContainer(container)) continue;
    const when = lastFinishedAt === null ? null : context.correct(node, lastFinishedAt);
    groups.add(
      node ?? 'unknown node',
      processOfContainer(container),
      '',
      when,
      context.cite(fact, phrase('the container {container} was killed for memory', { container })),
    );
  }
  for (const fact of context.facts(['container.listed'])) {
    const { container, reason, finishedAt } = fact.data;
    if (reason !== 'OOMKilled' || !isControlPlaneContainer(container)) continue;
    const when = finishedAt === null ? null : context.correct(fact.node, finishedAt);
    const citation = context.cite(fact, phrase('the container {container} was killed for memory', { container }));
    groups.add(fact.node ?? 'unknown node', processOfContainer(container), '', when, citation);
  }
  for (const { node, subject, times, evidence } of groups.all.values())
    yield {
      type: 'process.oom-killed' as const,
      ...span(times),
      nodes: node === 'unknown node' ? [] : [node],
      data: { node, process: subject, count: times.length },
      evidence,
    };
}

function* crashed(context: DerivationContext): Generator<Derived<'process.crashed'>> {
  const groups = new Groups();
  for (const fact of context.facts(['process.exited'])) {
    const { reason } = fact.data;
    if (!reason.startsWith('panic: ') || !isControlPlaneProcess(fact.component)) continue;
    groups.add(
      fact.node ?? 'unknown node',
      fact.component,
      reason.slice('panic: '.length),
      fact.when,
      context.cite(fact, phrase('{component} ended in a panic', { component: fact.component })),
    );
  }
  for (const { node, subject, reason, times, evidence } of groups.all.values())
    yield {
      type: 'process.crashed' as const,
      ...span(times),
      nodes: node === 'unknown node' ? [] : [node],
      data: { node, process: subject, reason, count: times.length },
      evidence,
    };
}

interface Loop {
  readonly node: string | null;
  readonly container: string;
  readonly pod: string;
  restarts: number | null;
  from: EpochMicros | null;
  to: EpochMicros | null;
  /** the pods' own state at collection says so */
  ongoing: boolean;
  times: number;
  readonly evidence: Citation[];
}

/** `kube-apiserver-cp-1` → `kube-apiserver`: static pods are named after their container and the node. */
function containerOfPod(pod: string): string | null {
  return /^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-/.exec(pod)?.[1] ?? null;
}

function* looping(context: DerivationContext): Generator<Derived<'container.crash-looping'>> {
  const loops = new Map<string, Loop>();
  const loopOf = (pod: string, container: string, node: string | null): Loop => {
    const suffix = pod.startsWith(`${container}-`) ? pod.slice(container.length + 1) : null;
    const loop = loops.get(`${pod}\n${container}`) ?? {
      node: node ?? (suffix !== null && context.nodes.includes(suffix) ? suffix : null),
      container,
      pod,
      restarts: null,
      from: null,
      to: null,
      ongoing: false,
      times: 0,
      evidence: [],
    };
    loops.set(`${pod}\n${container}`, loop);
    return loop;
  };
  const note = (loop: Loop, citation: Citation, when: EpochMicros | null, times: number): void => {
    loop.times += times;
    if (when !== null) {
      loop.from = loop.from === null || when < loop.from ? when : loop.from;
      loop.to = loop.to === null || when > loop.to ? when : loop.to;
    }
    if (loop.evidence.length < MOST_CITED) loop.evidence.push(citation);
  };
  for (const fact of context.facts(['kubelet.container-failed'])) {
    const { pod, container, reason } = fact.data;
    if (reason !== LOOP || container === null || pod === null || !isControlPlaneContainer(container)) continue;
    note(loopOf(pod, container, fact.node), context.cite(fact, phrase('the kubelet waits before it starts {container} again', { container })), fact.when, 1);
  }
  for (const fact of context.facts(['pod.status'])) {
    const { pod, phase, restarts, waiting, node } = fact.data;
    const container = fact.data.container ?? containerOfPod(pod);
    if ((waiting ?? phase) !== LOOP || container === null || !isControlPlaneContainer(container) || (restarts ?? 0) < RESTARTS) continue;
    const loop = loopOf(pod, container, node);
    loop.ongoing = true;
    loop.restarts = Math.max(loop.restarts ?? 0, restarts ?? 0);
    note(loop, context.cite(fact, phrase('{count} restart(s), and waiting', { count: restarts ?? 0 })), null, 0);
  }
  for (const { newest, before, node } of listedRuns(context)) {
    const { pod, container, attempt } = newest.data;
    const loop = loopOf(pod ?? container, container, node);
    loop.ongoing = true;
    loop.restarts = Math.max(loop.restarts ?? 0, attempt ?? 0);
    note(loop, context.cite(newest, phrase('{attempt} restarts, the last one a moment before the listing', { attempt: attempt ?? 0 })), null, 0);
    note(loop, context.cite(before, phrase('the run before it was as short')), null, 0);
  }
  for (const loop of loops.values()) {
    const { node, container, pod, restarts, from, to, ongoing, times, evidence } = loop;
    if (!ongoing && (times < RESTARTS || from === null || to === null || to - from < LOOPING)) continue;
    const own = node === null ? [] : [node];
    // etcd's own log says more of its restarts
    if (container === 'etcd' && context.derived.some((one) => one.type === 'member.restarts' && one.nodes.some((name) => own.includes(name)))) continue;
    yield {
      type: 'container.crash-looping' as const,
      from,
      to: ongoing ? null : to,
      nodes: own,
      data: { node: node ?? pod, container, pod, restarts, ongoing },
      evidence,
    };
  }
}
