/** Folders that a per-node folder typically holds. */
const NODE_CONTENT = new Set(
  'etcd system systeminfo logs log journal journald var etc kubernetes kubelet pki certs config configs backup backups network networking containerlogs container-logs podlogs pods chrony haproxy keepalived hostinfos service-logs host os member data'.split(
    ' ',
  ),
);

/** Folders that gather by topic, not by node. */
const TOPICS = new Set(
  [
    'cluster-resources cluster-info cluster-scoped-resources host-collectors host_service_logs namespaces kube-system default all-logs',
    'sos_commands sos_reports sos_logs sos_strings insights_commands audit_logs static-pods collect kubecapture rke rke2 k3s k8s kubeadm kubectl',
    'yamls nodes hosts node host masters workers control-plane control-planes controlplane servers per-node lib tmp usr opt run root home proc sys snap wal',
  ].flatMap((line) => line.split(' ')),
);

/** Folders that only wrap others. */
const WRAPPERS = new Set(
  'bundle bundles support supportbundle support-bundle support_bundle incident case ticket collection collected dump diagnostics diag report reports output results files data cluster common shared misc extra'.split(
    ' ',
  ),
);

/** Folders whose children are one per node. */
const NODE_PARENTS = new Set('nodes hosts node host masters control-plane control-planes servers per-node host-collectors'.split(' '));

/** Names people give machines; used only where a folder could as well be the bundle's own top folder. */
const HOST_LIKE =
  /^(?:\d{1,3}(?:[.-]\d{1,3}){3}|ip-\d+-\d+-\d+-\d+(?:\..*)?|[\w-]+(?:\.[\w-]+)+\.(?:local|internal|lan|corp|com|net|org|io)|(?:[a-z0-9]+-)*(?:master|control-?plane|cp|ctrl|node|worker|etcd|server|host|kube|vm|db|m|n|s|e)-?\d{1,4})$/i;

const isContent = (name: string | undefined): boolean => name !== undefined && NODE_CONTENT.has(name.toLowerCase());
const isWrapper = (name: string): boolean => WRAPPERS.has(name.toLowerCase()) || NODE_PARENTS.has(name.toLowerCase());
const isTopic = (name: string): boolean => TOPICS.has(name.toLowerCase()) || NODE_CONTENT.has(name.toLowerCase());

export const isHostLike = (name: string): boolean => HOST_LIKE.test(name);

/** A node folder found in a path: how many leading segments it spans, and the node's name. */
export interface NodeFolder {
  readonly depth: number;
  readonly node: string;
}

/** Static pods are named after their node: a folder may be called after the pod. */
const STATIC_POD = /^(?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-(?=.)/;

/**
 * Finds `…/<node>/<typical subfolder>/…`, or a folder with a machine's name that holds files itself, among the first segments. `from`
 * is the first segment that may be a node: 1 where segment 0 is the bundle's own top folder.
 */
export function findNodeFolder(segments: readonly string[], from: number): NodeFolder | null {
  let topic = false;
  for (let at = 0; at < Math.min(3, segments.length - 1); at += 1) {
    const name = segments[at] ?? '';
    const holdsFile = at === segments.length - 2;
    const underNodes = at > 0 && NODE_PARENTS.has((segments[at - 1] ?? '').toLowerCase());
    if (isWrapper(name)) continue;
    // `var/log/etcd/…`: what is below a topic is that topic's, unless it has a machine's name.
    topic ||= isTopic(name);
    if (isTopic(name)) continue;
    if (topic || !isContent(segments[at + 1]) || holdsFile) {
      const machine = withoutStamp(name).replace(STATIC_POD, '');
      if (holdsFile && at >= from && isHostLike(machine)) return { depth: at + 1, node: machine };
      continue;
    }
    if (at >= from || underNodes || isHostLike(name)) return { depth: at + 1, node: withoutStamp(name) };
  }
  return null;
}

const STAMP = /[-_.](?:19|20)\d{2}[-_]?\d{2}[-_]?\d{2}(?:[-_T.]?\d{2}[-_:]?\d{2}(?:[-_:]?\d{2})?Z?)?(?:[-_.][a-z]{5,7})?$/;

/** A node's name without the date a collector put behind it: `rke-a-2026-11-22_09_05_22` is `rke-a`. */
export function withoutStamp(name: string): string {
  const bare = name.replace(STAMP, '');
  return bare === '' ? name : bare;
}

/** The node a nested archive's name stands for, when what it holds looks like one machine's files. */
export function nodeFromArchive(stem: string, firstSegment: string | undefined): string | null {
  const name = withoutStamp(stem);
  if (isTopic(name) || isWrapper(name) || /^(?:support|must-?gather|sos|inspect|archive|logs?)\b/i.test(name)) return null;
  return isContent(firstSegment) ? name : null;
}
