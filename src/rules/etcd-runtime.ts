import type { Source } from '../model/bundle.ts';

/** What keeps etcd running on a node: a systemd unit of its own, the kubelet (a static pod), or a distribution's one process. */
export type EtcdRuntime = 'unit' | 'pod' | 'k3s' | 'rke2';

/** Commands for a node, by what keeps etcd running there. */
export interface EtcdCommands {
  readonly etcdLog: string;
  readonly etcdState: string;
  readonly etcdStart: string;
  readonly etcdStop: string;
}

const MANIFEST = '/etc/kubernetes/manifests/etcd.yaml';

const unit = (name: string): EtcdCommands => ({
  etcdLog: `journalctl -u ${name} --no-pager`,
  etcdState: `systemctl status ${name} --no-pager`,
  etcdStart: `systemctl start ${name}`,
  etcdStop: `systemctl disable --now ${name}`,
});

export const ETCD_COMMANDS: Readonly<Record<EtcdRuntime, EtcdCommands>> = {
  unit: unit('etcd'),
  pod: {
    etcdLog: `crictl logs "$(crictl ps -a --name '^etcd$' -q | head -n 1)" 2>&1`,
    etcdState: `crictl ps -a --name '^etcd$'`,
    // the kubelet starts what stands in its folder of manifests
    etcdStart: `ls ${MANIFEST} && systemctl restart kubelet`,
    etcdStop: `mv ${MANIFEST} /root/`,
  },
  k3s: unit('k3s'),
  rke2: unit('rke2-server'),
};

/** How etcd runs on a node (null = anywhere), by where its logs came from; a unit of its own where they do not tell. */
export function etcdRuntimes(sources: readonly Source[]): (node: string | null) => EtcdRuntime {
  const onNode = new Map<string | null, EtcdRuntime>();
  for (const source of sources) {
    const runtime = runtimeOf(source);
    if (runtime === null) continue;
    if (!onNode.has(source.node)) onNode.set(source.node, runtime);
    if (!onNode.has(null)) onNode.set(null, runtime);
  }
  return (node) => onNode.get(node) ?? onNode.get(null) ?? 'unit';
}

function runtimeOf({ component, pod }: Source): EtcdRuntime | null {
  if (component === 'k3s' || component === 'rke2') return component;
  return component === 'etcd' && pod !== null ? 'pod' : null;
}
