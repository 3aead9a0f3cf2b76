import { parseRfc3339 } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { K8sCondition, K8sEventFields, K8sLeaseSpec, KubernetesValue } from './kubernetes-value.ts';

type Json = Readonly<Record<string, unknown>>;
const MAX_JSON = 4 << 20;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const integer = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);
const time = (value: unknown): EpochMicros | null => (typeof value === 'string' ? parseRfc3339(value) : null);

/** A JSON object with `apiVersion` and `kind`: custom resources, and clusters stored with `--storage-media-type=application/json`. */
export function fromJson(bytes: Uint8Array): KubernetesValue | null {
  if (bytes.length > MAX_JSON) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
  const root = object(parsed);
  const kind = text(root['kind']);
  const apiVersion = text(root['apiVersion']);
  if (kind === null || apiVersion === null) return null;
  const metadata = object(root['metadata']);
  return {
    encoding: 'json',
    apiVersion,
    kind,
    name: text(metadata['name']),
    namespace: text(metadata['namespace']),
    uid: text(metadata['uid']),
    lease: kind === 'Lease' ? leaseSpec(object(root['spec'])) : null,
    event: kind === 'Event' ? eventFields(root) : null,
    conditions: kind === 'Node' ? conditions(object(root['status'])['conditions']) : [],
  };
}

function leaseSpec(spec: Json): K8sLeaseSpec {
  return {
    holder: text(spec['holderIdentity']),
    durationSeconds: integer(spec['leaseDurationSeconds']),
    acquiredAt: time(spec['acquireTime']),
    renewedAt: time(spec['renewTime']),
    transitions: integer(spec['leaseTransitions']),
  };
}

function eventFields(root: Json): K8sEventFields {
  const involved = object(root['involvedObject'] ?? root['regarding']);
  const source = object(root['source'] ?? root['deprecatedSource']);
  return {
    reason: text(root['reason']) ?? '',
    message: text(root['message'] ?? root['note']) ?? '',
    type: text(root['type']) ?? '',
    count: integer(root['count']) ?? 1,
    involved: { kind: text(involved['kind']) ?? '', namespace: text(involved['namespace']), name: text(involved['name']) ?? '' },
    component: text(source['component']) ?? text(root['reportingComponent']),
    host: text(source['host']),
    firstAt: time(root['firstTimestamp']) ?? time(root['eventTime']),
    lastAt: time(root['lastTimestamp']) ?? time(root['eventTime']),
  };
}

function conditions(value: unknown): K8sCondition[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, 100).map((item: unknown) => {
    const c = object(item);
    return {
      type: text(c['type']) ?? '',
      status: text(c['status']) ?? '',
      reason: text(c['reason']),
      message: text(c['message']),
      heartbeatAt: time(c['lastHeartbeatTime']),
      transitionAt: time(c['lastTransitionTime']),
    };
  });
}
