/** The kubelet names a mirror pod `<manifest name>-<node name>` (pkg/kubelet/config/common.go, generatePodName). */
const MANIFESTS =
  /^(?:openshift-)?(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler|cloud-controller-manager|kube-vip|haproxy|keepalived|coredns|k8s-api-proxy)-(.+)$/;

/** `kubernetes.io/config.hash`: static pods have an MD5 in place of a UUID. */
const CONFIG_HASH = /^[0-9a-f]{32}$/;

/** Names that controllers make, where the suffix is no node: replica sets, daemon sets, stateful sets. */
const CONTROLLER_MADE =
  /^(?:operator|quorum-guard|guard|health|metrics|monitor|events|main|ds|cloud-provider)(?:-|$)|(?:^|-)[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}$|^[bcdfghjklmnpqrstvwxz2456789]{5}$|^\d{1,2}$/;

const NAMESPACES = /^(?:kube-system|openshift-[a-z-]+)$/;

/**
 * The node in a static pod's name; null when the pod is none. With the pod's uid it is certain,
 * without it only well-known manifests in system namespaces are trusted.
 */
export function nodeOfStaticPod(pod: string, namespace: string | null, uid: string | null, container: string | null): string | null {
  if (uid !== null && !CONFIG_HASH.test(uid)) return null;
  const suffix = MANIFESTS.exec(pod)?.[1] ?? null;
  if (uid !== null) {
    if (suffix !== null) return suffix;
    return container !== null && pod.startsWith(`${container}-`) ? pod.slice(container.length + 1) : null;
  }
  if (suffix === null || CONTROLLER_MADE.test(suffix)) return null;
  return namespace !== null && NAMESPACES.test(namespace) ? suffix : null;
}
