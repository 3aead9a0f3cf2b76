import type { Component } from '../../model/bundle.ts';

const BY_IDENT: Readonly<Record<string, Component>> = {
  etcd: 'etcd',
  'kube-apiserver': 'kube-apiserver',
  'kube-controller-manager': 'kube-controller-manager',
  'kube-scheduler': 'kube-scheduler',
  'kube-proxy': 'kube-proxy',
  kubelet: 'kubelet',
  hyperkube: 'kubelet',
  containerd: 'containerd',
  crio: 'containerd',
  dockerd: 'containerd',
  haproxy: 'haproxy',
  Keepalived: 'keepalived',
  Keepalived_vrrp: 'keepalived',
  Keepalived_healthcheckers: 'keepalived',
  nginx: 'nginx',
  chronyd: 'chrony',
  ntpd: 'ntpd',
  'systemd-timesyncd': 'timesyncd',
  kernel: 'kernel',
  systemd: 'systemd',
  k3s: 'k3s',
  rke2: 'rke2',
};

/** The component a syslog identifier, container or unit name stands for; null for unknown ones. */
export function componentOfIdent(ident: string): Component | null {
  const direct = BY_IDENT[ident];
  if (direct !== undefined) return direct;
  const base = ident.replace(/^.*\//, '').replace(/\.service$/, '').replace(/[-_]?\d+$/, '');
  return BY_IDENT[base] ?? (base.startsWith('etcd') ? 'etcd' : null);
}

const CONTENT: readonly (readonly [RegExp, Component])[] = [
  [/"caller":"(?:embed|etcdserver|etcdmain|rafthttp|membership|mvcc|wal|traceutil)\/| \| (?:etcdserver|etcdmain|rafthttp|embed|mvcc|wal): |raft2\d{3}\/|"logger":"raft"/, 'etcd'],
  [/controllermanager\.go:\d+\]|leader(?: lease)? kube-system\/kube-controller-manager|replica_set\.go:/, 'kube-controller-manager'],
  [/kube-system\/kube-scheduler|schedule_one\.go:|scheduler\.go:\d+\]|eventhandlers\.go/, 'kube-scheduler'],
  [/options\.go:\d+\] external host|apiserver received an error|handler_proxy\.go|Serving securely on \[?::\]?:6443|secure_serving\.go:\d+\] Serving securely on \S*:6443|kube-apiserver/, 'kube-apiserver'],
  [/kubelet\.go:|kubelet_node_status\.go|pod_workers\.go|pod_startup_latency/, 'kubelet'],
];

/** Best guess at the program behind a file that neither path nor idents name, from its first lines. */
export function componentOfContent(head: string): Component | null {
  return CONTENT.find(([pattern]) => pattern.test(head))?.[1] ?? null;
}
