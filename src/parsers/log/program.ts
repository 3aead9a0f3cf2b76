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
  'k3s-server': 'k3s',
  'rke2-server': 'rke2',
  etcdctl: 'etcdctl',
  etcdutl: 'etcdctl',
  'init.scope': 'systemd',
  'systemd-journald': 'systemd',
  'cri-dockerd': 'containerd',
  docker: 'containerd',
};

/** Programs around etcd whose names begin with it. */
const BESIDE_ETCD: readonly (readonly [RegExp, Component])[] = [
  [/^etcd(?:ctl|utl)/, 'etcdctl'],
  [/^etcd[-_](?:backup|snapshot|restore|rolling)/, 'backup'],
  [/^etcd[-_](?:operator|metrics|readyz|health|proxy|defrag|druid|manager|setup|rev|ensure|resources)/, 'other'],
];

/** The component a syslog identifier, container or unit name stands for; null for unknown ones. */
export function componentOfIdent(ident: string): Component | null {
  const direct = BY_IDENT[ident];
  if (direct !== undefined) return direct;
  const base = ident
    .replace(/^.*\//, '')
    .replace(/\.service$/, '')
    .replace(/[-_]?\d+$/, '');
  if (!base.startsWith('etcd')) return BY_IDENT[base] ?? null;
  return BY_IDENT[base] ?? BESIDE_ETCD.find(([pattern]) => pattern.test(base))?.[1] ?? 'etcd';
}

/** Callers of an etcd server's lines: the last folder of the source file. Client packages are not among them. */
const SERVER_CALLER =
  /^(?:embed|etcdserver|etcdmain|etcdhttp|rafthttp|membership|mvcc|wal|snap|backend|auth|lease|v3rpc|traceutil|fileutil|osutil|storage|verify|version|raft|v3compactor|apply|txn|schema|adapter|v3alarm|cindex|idutil|contention|v3@[\w.+-]+\/(?:raft|node|log|storage|log_unstable)\.go)\b/;

export function isEtcdServerCaller(caller: string): boolean {
  return SERVER_CALLER.test(caller);
}

/** The program behind a klog line of k3s or rke2, which run all of them in one process, by the source file that writes it. */
export function componentOfSourceFile(file: string): Component | null {
  if (
    /^(?:kubelet|kuberuntime|pod_workers|pod_startup|prober|pod_container|status_manager|eviction|volume_manager|reconciler_common|generic\.go|topology|cri_|remote_runtime)/.test(
      file,
    )
  )
    return 'kubelet';
  if (
    /^(?:controllermanager|node_lifecycle|replica_set|garbagecollector|deployment_controller|graph_builder|resource_quota_|job_controller|endpointslice_)/.test(
      file,
    )
  )
    return 'kube-controller-manager';
  if (/^(?:schedule_one|scheduler|scheduling_queue|eventhandlers)\.go/.test(file)) return 'kube-scheduler';
  return null;
}

const CONTENT: readonly (readonly [RegExp, Component])[] = [
  [/(?:"caller":"|\t)(?:snapshot|clientv3|client|etcdutl|v3(?:@[\w.+-]+)?)\/(?:v3_snapshot|maintenance|snapshot)\.go|^Snapshot saved at /, 'backup'],
  [
    /(?:"caller":"|\t)(?:embed|etcdserver|etcdmain|rafthttp|membership|mvcc|wal|traceutil|raft)\/[\w.]+:| \| (?:etcdserver|etcdmain|rafthttp|embed|mvcc|wal): |raft2\d{3}\/|"logger":"raft"|\traft\t/,
    'etcd',
  ],
  [
    /controllermanager\.go:\d+|lease kube-system\/kube-controller-manager|(?:replica_set|garbagecollector|node_lifecycle_controller|deployment_controller|graph_builder|resource_quota_\w+)\.go:/,
    'kube-controller-manager',
  ],
  [/lease kube-system\/kube-scheduler|(?:schedule_one|scheduler|scheduling_queue|eventhandlers)\.go:\d+/, 'kube-scheduler'],
  [
    /options\.go:\d+\] external host|apiserver received an error|handler_proxy\.go|Serving securely on \S*:6443|(?:httplog|genericapiserver|cacher|available_controller|apf_controller|aggregator|storage_factory|instance|compact|apiaccess_count_controller)\.go:\d+|kube-apiserver/,
    'kube-apiserver',
  ],
  [/(?:kubelet|kubelet_node_status|pod_workers|pod_startup_latency_tracker|prober|kuberuntime_manager|cri_stats_provider)\.go:\d+/, 'kubelet'],
  [/(?:proxier|server_linux|conntrack|bounded_frequency_runner)\.go:\d+/, 'kube-proxy'],
  [/^\S+:\d+ \[\d\d\/\w{3}\/\d{4}:|^(?:\[\w+\] +\(\d+\) : )?Server \S+\/\S+ is (?:UP|DOWN)/, 'haproxy'],
];

/** Best guess at the program behind a file that neither path nor idents name: whose marks most of its first lines bear. */
export function componentOfContent(lines: readonly string[]): Component | null {
  const votes = new Map<Component, number>();
  for (const line of lines) {
    const found = CONTENT.find(([pattern]) => pattern.test(line));
    if (found !== undefined) votes.set(found[1], (votes.get(found[1]) ?? 0) + 1);
  }
  // a backup's log holds little of its own among the script's lines
  return [...votes].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}
