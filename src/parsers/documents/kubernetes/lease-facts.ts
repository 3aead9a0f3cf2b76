import { parseRfc3339 } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import type { JsonNode } from '../../json/json-tree.ts';
import { at, itemsAt, numberAt, scalarAt, stringAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import type { Emitter } from '../emitter.ts';
import { anchor, nameOf, namespaceOf } from './objects.ts';

/** client-go `tools/leaderelection/resourcelock`: the annotation of the Endpoints and ConfigMap locks. */
const LEADER_ANNOTATION = 'control-plane.alpha.kubernetes.io/leader';

export function time(text: string | null): EpochMicros | null {
  return text === null ? null : parseRfc3339(text);
}

/** When the API server last recorded a write of the object: the newest `managedFields` time, by its clock. */
function serverTimeOf(object: JsonNode): EpochMicros | null {
  let newest: EpochMicros | null = null;
  for (const field of itemsAt(object, 'metadata', 'managedFields')) {
    const at = time(stringAt(field, 'time'));
    if (at !== null && (newest === null || at > newest)) newest = at;
  }
  return newest;
}

/** A `coordination.k8s.io` Lease; node heartbeat leases too. */
export function leaseFacts(object: JsonNode, emitter: Emitter): void {
  const renewedAt = time(stringAt(object, 'spec', 'renewTime'));
  const node = anchor(object, ['spec', 'renewTime'], ['spec'], ['metadata', 'name']);
  emitter.factAt(
    'k8s-lease.object',
    {
      namespace: namespaceOf(object),
      name: nameOf(object),
      holder: stringAt(object, 'spec', 'holderIdentity') || null,
      acquiredAt: time(stringAt(object, 'spec', 'acquireTime')),
      renewedAt,
      durationSeconds: numberAt(object, 'spec', 'leaseDurationSeconds'),
      transitions: numberAt(object, 'spec', 'leaseTransitions'),
      uid: stringAt(object, 'metadata', 'uid'),
      resourceVersion: scalarAt(object, 'metadata', 'resourceVersion'),
      serverTime: serverTimeOf(object),
      legacy: false,
    },
    node,
    { at: renewedAt, meaning: 'renewed' },
  );
}

/** The leader election record that older locks keep in an annotation, itself JSON. */
export function legacyLeaseFacts(object: JsonNode, emitter: Emitter): void {
  const annotation = at(object, 'metadata', 'annotations', LEADER_ANNOTATION);
  if (annotation?.kind !== 'string') return;
  const record = readJson(annotation.text);
  if (record.node === null || record.problem !== null) {
    emitter.diagnostic('DOCUMENT_INVALID', `the leader record of ${namespaceOf(object)}/${nameOf(object)} is not JSON`);
    return;
  }
  const renewedAt = time(stringAt(record.node, 'renewTime'));
  emitter.factAt(
    'k8s-lease.object',
    {
      namespace: namespaceOf(object),
      name: nameOf(object),
      holder: stringAt(record.node, 'holderIdentity') || null,
      acquiredAt: time(stringAt(record.node, 'acquireTime')),
      renewedAt,
      durationSeconds: numberAt(record.node, 'leaseDurationSeconds'),
      transitions: numberAt(record.node, 'leaderTransitions'),
      uid: stringAt(object, 'metadata', 'uid'),
      resourceVersion: scalarAt(object, 'metadata', 'resourceVersion'),
      serverTime: serverTimeOf(object),
      legacy: true,
    },
    annotation,
    { at: renewedAt, meaning: 'renewed' },
  );
}
