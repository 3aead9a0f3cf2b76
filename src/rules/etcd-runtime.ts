import type { Source } from '../model/bundle.ts';

/**
 * What keeps etcd and the control plane running on a node: a systemd unit of etcd's own, the kubelet (static pods), OpenShift's operators, or a
 * distribution's one process.
 */
export type EtcdRuntime = 'unit' | 'pod' | 'openshift' | 'k3s' | 'rke2';

/** Commands for a node, by what keeps etcd and the control plane running there. */
export interface RuntimeCommands {
  readonly etcdLog: string;
  readonly etcdState: string;
  readonly etcdStart: string;
  readonly etcdStop: string;
  /** the end of the API server's log */
  readonly apiLog: string;
  /** what runs of the control plane, and what has ended */
  readonly controlState: string;
  readonly kubeletLog: string;
  /** every certificate and its end */
  readonly certList: string;
  readonly certRenew: string;
}

const MANIFEST = '/etc/kubernetes/manifests/etcd.yaml';

const unit = (name: string) => ({
  etcdLog: `journalctl -u ${name} --no-pager`,
  etcdState: `systemctl status ${name} --no-pager`,
  etcdStart: `systemctl start ${name}`,
  etcdStop: `systemctl disable --now ${name}`,
});

const POD_LOGS = 'tail -n 200 /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log';

const KUBEADM = {
  apiLog: POD_LOGS,
  controlState: 'crictl ps -a',
  kubeletLog: 'journalctl -u kubelet --no-pager -n 200',
  certList: 'kubeadm certs check-expiration',
  certRenew: 'kubeadm certs renew all',
} as const;

/** k3s `certificate check`, `certificate rotate`: its server has to be down for the rotation. */
const distribution = (program: string, service: string) => ({
  ...unit(service),
  kubeletLog: `journalctl -u ${service} --no-pager -n 200`,
  certList: `${program} certificate check --output table`,
  certRenew: `systemctl stop ${service} && ${program} certificate rotate && systemctl start ${service}`,
});

export const ETCD_COMMANDS: Readonly<Record<EtcdRuntime, RuntimeCommands>> = {
  unit: { ...unit('etcd'), ...KUBEADM },
  pod: {
    etcdLog: `crictl logs "$(crictl ps -a --name '^etcd$' -q | head -n 1)" 2>&1`,
    etcdState: `crictl ps -a --name '^etcd$'`,
    // the kubelet starts what stands in its folder of manifests
    etcdStart: `ls ${MANIFEST} && systemctl restart kubelet`,
    etcdStop: `mv ${MANIFEST} /root/`,
    ...KUBEADM,
  },
  openshift: {
    etcdLog: `crictl logs "$(crictl ps -a --name '^etcd$' -q | head -n 1)" 2>&1`,
    etcdState: `crictl ps -a --name '^etcd$'`,
    etcdStart: 'ls /etc/kubernetes/manifests/etcd-pod.yaml && systemctl restart kubelet',
    etcdStop: 'mv /etc/kubernetes/manifests/etcd-pod.yaml /root/',
    apiLog: 'tail -n 200 /var/log/pods/openshift-kube-apiserver_kube-apiserver-*/kube-apiserver/*.log',
    controlState: 'crictl ps -a',
    kubeletLog: 'journalctl -u kubelet --no-pager -n 200',
    certList:
      "oc get secret -A -o custom-columns='NAMESPACE:.metadata.namespace,NAME:.metadata.name,END:.metadata.annotations.auth\\.openshift\\.io/certificate-not-after'",
    // its operators renew by themselves; what waits for a person are the kubelets' requests
    certRenew: 'oc get csr -o name | xargs oc adm certificate approve',
  },
  k3s: { ...distribution('k3s', 'k3s'), apiLog: 'journalctl -u k3s --no-pager -n 200', controlState: 'systemctl status k3s --no-pager' },
  rke2: {
    ...distribution('rke2', 'rke2-server'),
    apiLog: POD_LOGS,
    controlState: '/var/lib/rancher/rke2/bin/crictl --runtime-endpoint unix:///run/k3s/containerd/containerd.sock ps -a',
    kubeletLog: 'tail -n 200 /var/lib/rancher/rke2/agent/logs/kubelet.log',
  },
};

/** How etcd runs on a node (null = anywhere), by where its logs came from; a unit of its own where they do not tell. */
export function etcdRuntimes(sources: readonly Source[]): (node: string | null) => EtcdRuntime {
  const onNode = new Map<string | null, EtcdRuntime>();
  const openshift = sources.some(({ container }) => container !== null && OPENSHIFT.test(container));
  for (const source of sources) {
    const runtime = runtimeOf(source, openshift);
    if (runtime === null) continue;
    if (!onNode.has(source.node)) onNode.set(source.node, runtime);
    if (!onNode.has(null)) onNode.set(null, runtime);
  }
  return (node) => onNode.get(node) ?? onNode.get(null) ?? (openshift ? 'openshift' : 'unit');
}

/** Containers that only OpenShift's static pods have beside the component's own. */
const OPENSHIFT =
  /^(?:kube-apiserver-(?:check-endpoints|cert-syncer|cert-regeneration-controller|insecure-readyz)|kube-controller-manager-(?:cert-syncer|recovery-controller)|kube-scheduler-(?:cert-syncer|recovery-controller)|cluster-policy-controller|etcd-(?:readyz|ensure-env-vars|rev))$/;

function runtimeOf({ component, pod }: Source, openshift: boolean): EtcdRuntime | null {
  if (component === 'k3s' || component === 'rke2') return component;
  return component === 'etcd' && pod !== null ? (openshift ? 'openshift' : 'pod') : null;
}
