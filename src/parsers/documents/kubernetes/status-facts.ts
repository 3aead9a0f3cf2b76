import type { JsonNode } from '../../json/json-tree.ts';
import { at, booleanAt, itemsAt, numberAt, stringAt } from '../../json/json-access.ts';
import type { Emitter } from '../emitter.ts';
import { anchor, nameOf, namespaceOf } from './objects.ts';
import { time } from './lease-facts.ts';

const ROLE = 'node-role.kubernetes.io/';

/** A Node's Ready condition (core/v1 NodeStatus), and its line of `kubectl get nodes`. */
export function nodeFacts(object: JsonNode, emitter: Emitter): void {
  const node = nameOf(object);
  zoneFact(object, node, emitter);
  for (const address of itemsAt(object, 'status', 'addresses')) {
    const text = stringAt(address, 'address');
    if (text !== null && text !== node) emitter.factAt('node.address', { node, address: text }, address);
  }
  const ready = itemsAt(object, 'status', 'conditions').find((condition) => stringAt(condition, 'type') === 'Ready');
  if (ready === undefined) return;
  const status = stringAt(ready, 'status');
  const where = anchor(ready, ['status'], ['type']);
  emitter.factAt(
    'node.condition',
    {
      node,
      ready: status === 'True',
      reason: stringAt(ready, 'reason'),
      since: time(stringAt(ready, 'lastTransitionTime')),
      message: stringAt(ready, 'message'),
    },
    where,
  );
  const labels = at(object, 'metadata', 'labels');
  const roles = labels?.kind === 'object' ? [...labels.entries.keys()].filter((key) => key.startsWith(ROLE)).map((key) => key.slice(ROLE.length)) : [];
  const cordoned = booleanAt(object, 'spec', 'unschedulable') === true ? ',SchedulingDisabled' : '';
  const word = status === 'True' ? 'Ready' : 'NotReady';
  emitter.factAt(
    'node.listed',
    { node, status: word + cordoned, roles: roles.toSorted().join(',') || '<none>', version: stringAt(object, 'status', 'nodeInfo', 'kubeletVersion') },
    where,
  );
}

/** Well-known labels: kubernetes/api `core/v1/well_known_labels.go`; the `failure-domain` one until 1.17. */
const ZONES = ['topology.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/zone'] as const;

function zoneFact(object: JsonNode, node: string, emitter: Emitter): void {
  const labels = at(object, 'metadata', 'labels');
  if (labels?.kind !== 'object') return;
  const controlPlane = [`${ROLE}control-plane`, `${ROLE}master`].some((role) => labels.entries.has(role));
  const label = ZONES.find((name) => labels.entries.has(name));
  const where = label === undefined ? labels : (labels.entries.get(label) ?? labels);
  emitter.factAt('node.zone', { node, zone: label === undefined ? null : stringAt(labels, label), controlPlane }, where);
}

/** A PodDisruptionBudget (policy/v1), or an empty list of them. */
export function budgetFacts(object: JsonNode, emitter: Emitter): void {
  const count = (stringAt(object, 'kind') ?? '').endsWith('List') ? 0 : 1;
  emitter.factAt('k8s.listed', { kind: 'PodDisruptionBudget', count }, anchor(object, ['metadata', 'name'], ['kind'], ['items']));
}

/** A Pod's containers (core/v1 PodStatus): one fact each, or one for the pod when none was started. */
export function podFacts(object: JsonNode, emitter: Emitter): void {
  const phase = stringAt(object, 'status', 'phase');
  if (phase === null) return;
  const common = { namespace: namespaceOf(object), pod: nameOf(object), node: stringAt(object, 'spec', 'nodeName'), phase };
  const containers = [...itemsAt(object, 'status', 'initContainerStatuses'), ...itemsAt(object, 'status', 'containerStatuses')];
  if (containers.length === 0) {
    const lastReason = stringAt(object, 'status', 'reason');
    emitter.factAt(
      'pod.status',
      { ...common, ready: null, restarts: null, container: null, waiting: null, lastReason, lastFinishedAt: null },
      anchor(object, ['status', 'phase'], ['status']),
    );
  }
  for (const container of containers) {
    const ended = at(container, 'lastState', 'terminated') ?? at(container, 'state', 'terminated');
    emitter.factAt(
      'pod.status',
      {
        ...common,
        ready: booleanAt(container, 'ready'),
        restarts: numberAt(container, 'restartCount'),
        container: stringAt(container, 'name'),
        waiting: stringAt(container, 'state', 'waiting', 'reason'),
        lastReason: stringAt(ended, 'reason') ?? stringAt(container, 'state', 'waiting', 'reason'),
        lastFinishedAt: time(stringAt(ended, 'finishedAt')),
      },
      anchor(container, ['restartCount'], ['name']),
    );
  }
}

/** core/v1 and events.k8s.io/v1 Events; the latter name things differently. */
export function eventFacts(object: JsonNode, emitter: Emitter): void {
  const subject = at(object, 'involvedObject') ?? at(object, 'regarding') ?? null;
  const when =
    time(stringAt(object, 'series', 'lastObservedTime')) ??
    time(stringAt(object, 'lastTimestamp') ?? stringAt(object, 'deprecatedLastTimestamp')) ??
    time(stringAt(object, 'eventTime')) ??
    time(stringAt(object, 'firstTimestamp')) ??
    time(stringAt(object, 'metadata', 'creationTimestamp'));
  emitter.factAt(
    'k8s.event',
    {
      reason: stringAt(object, 'reason') ?? '',
      kind: stringAt(subject, 'kind') ?? '',
      name: stringAt(subject, 'name') ?? '',
      namespace: stringAt(subject, 'namespace') ?? (namespaceOf(object) || null),
      message: (stringAt(object, 'message') ?? stringAt(object, 'note') ?? '').trim(),
      type: stringAt(object, 'type') ?? 'Normal',
      count: numberAt(object, 'series', 'count') ?? numberAt(object, 'count') ?? numberAt(object, 'deprecatedCount') ?? 1,
    },
    anchor(object, ['message'], ['note'], ['reason']),
    { at: when, meaning: 'observed' },
  );
}
