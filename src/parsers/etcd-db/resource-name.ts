/** Prefixes under which kube-apiserver (`--etcd-prefix`) and OpenShift's servers keep their objects. */
const KUBERNETES_PREFIXES: ReadonlySet<string> = new Set(['registry', 'kubernetes.io', 'openshift.io']);
/** Resources kept one level deeper than the others: kubernetes `pkg/registry/core/service/storage`. */
const TWO_LEVEL: ReadonlySet<string> = new Set(['services']);

/** What a key belongs to. */
export interface KeyGroup {
  /** its first two path elements, `/registry/pods/`; `(no prefix)` without a slash */
  readonly prefix: string;
  /** `pods`, `services/endpoints`, `group/resource`; null when it is no Kubernetes object's key */
  readonly resource: string | null;
}

/**
 * Kubernetes keys are `/registry/<resource>/[<namespace>/]<name>`, with the group in front for custom resources and
 * aggregated APIs (`/registry/<group>/<resource>/…`; a group has a dot).
 */
export function keyGroup(key: string): KeyGroup {
  const parts = key.split('/', 5);
  if (parts.length < 2) return { prefix: '(no prefix)', resource: null };
  const [lead = '', first = '', second = '', third] = parts;
  if (lead !== '') return { prefix: `${lead}/`, resource: null };
  if (parts.length < 4) return { prefix: parts.length < 3 ? '/' : `/${first}/`, resource: KUBERNETES_PREFIXES.has(first) && second !== '' ? second : null };
  const prefix = `/${first}/${second}/`;
  if (!KUBERNETES_PREFIXES.has(first)) return { prefix, resource: null };
  const deeper = parts.length >= 5 && third !== undefined && (TWO_LEVEL.has(second) || (second.includes('.') && /^[a-z0-9-]+$/.test(third)));
  return { prefix, resource: deeper ? `${second}/${third}` : second };
}

/** Namespace and name of a Lease's key; null when the key is none. */
export function leaseKey(key: string): { readonly namespace: string; readonly name: string } | null {
  const m = /^\/(?:registry|kubernetes\.io)\/leases\/([^/]+)\/([^/]+)$/.exec(key);
  return m === null ? null : { namespace: m[1] ?? '', name: m[2] ?? '' };
}
