import type { FactMap, FactType } from '../../model/fact.ts';
import { parseGoDuration, parseRfc3339, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { cut } from '../../model/text.ts';
import { etcdErrorKind } from '../log/messages/errors.ts';

/** What one request gave, and when. */
export type AuditFact = { readonly [T in FactType]: { readonly type: T; readonly data: FactMap[T]; readonly at: EpochMicros | null } }[
  | 'api.changed'
  | 'apiserver.etcd-error'
  | 'api.failed'
  | 'apiserver.slow-request'];

/** Lines that may hold any of it, by bytes alone: most requests read, and are answered at once. */
const WORTH =
  /"verb":"(?:create|update|patch|delete|deletecollection)"|"code":(?:429|5\d\d)\b|"apiserver\.latency\.k8s\.io\/etcd":"(?:\d+\.?\d*s|\d+m\d|[5-9]\d\d[.\d]*ms)/;
/** The API server annotates a request with its latencies from half a second on; etcd's share of a write is normally a few milliseconds. */
const SLOW = SECOND;
const MAX_ERROR = 300;
const CHANGES: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const CONTROL_PLANE = /^(?:kube-system|openshift-(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler|config|machine-config-operator))$/;
/** What a control plane is made of; leases, events and endpoints change all the time. */
const MADE_OF: ReadonlySet<string> = new Set(['pods', 'configmaps', 'secrets', 'daemonsets', 'deployments', 'statefulsets', 'jobs', 'cronjobs']);
/** Programs go on changing their own objects; that they take something away is worth a line. */
const PROGRAM = /^system:/;
const CONTROL_POD = /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kube-vip|haproxy|keepalived)-/;

export function isWorthReading(line: string): boolean {
  return WORTH.test(line);
}

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {};
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** What an event of `audit.k8s.io/v1` tells (kubernetes/apiserver `pkg/apis/audit/types.go`). Bodies of requests are not looked at. */
export function* factsOf(event: Readonly<Record<string, unknown>>): Generator<AuditFact> {
  if (event['stage'] !== 'ResponseComplete' && event['stage'] !== 'Panic') return;
  const verb = text(event['verb']) ?? '';
  const object = record(event['objectRef']);
  const status = record(event['responseStatus']);
  const code = typeof status['code'] === 'number' ? status['code'] : 0;
  const resource = [object['resource'], object['subresource']].map(text).filter((part) => part !== null);
  const user = text(record(event['user'])['username']) ?? '';
  const received = parseRfc3339(text(event['requestReceivedTimestamp']) ?? '');
  const answered = parseRfc3339(text(event['stageTimestamp']) ?? '') ?? received;
  const what = `${verb} ${resource.join('/') || (text(event['requestURI']) ?? '').replace(/\?.*$/, '')}`;
  const etcd = parseGoDuration(text(record(event['annotations'])['apiserver.latency.k8s.io/etcd']) ?? '');
  if (etcd !== null && etcd >= SLOW && verb !== 'watch') yield { type: 'apiserver.slow-request', data: { took: etcd, what: `etcd, ${what}` }, at: answered };
  const message = text(status['message']) ?? '';
  if (code >= 500 && message.includes('etcdserver: '))
    yield { type: 'apiserver.etcd-error', data: { error: message, kind: etcdErrorKind(message) }, at: answered };
  else if (code === 429 || code >= 500)
    yield {
      type: 'api.failed',
      data: { verb, resource: resource.join('/'), user, code, error: message === '' ? null : cut(message, MAX_ERROR) },
      at: answered,
    };
  if (!CHANGES.has(verb) || code < 200 || code >= 300) return;
  const namespace = text(object['namespace']);
  const name = text(object['name']);
  if (!matters(verb, resource, namespace, name, user)) return;
  yield { type: 'api.changed', data: { verb, resource: resource.join('/'), namespace, name, user, code }, at: received };
}

function matters(verb: string, [resource = '', subresource]: readonly string[], namespace: string | null, name: string | null, user: string): boolean {
  const removes = verb.startsWith('delete') || subresource === 'eviction';
  if (resource === 'nodes') return subresource === undefined && (removes || !PROGRAM.test(user));
  if (namespace === null || !CONTROL_PLANE.test(namespace) || !MADE_OF.has(resource)) return false;
  if (subresource !== undefined && subresource !== 'eviction' && subresource !== 'scale') return false;
  return PROGRAM.test(user) ? removes && resource === 'pods' && CONTROL_POD.test(name ?? '') : true;
}
