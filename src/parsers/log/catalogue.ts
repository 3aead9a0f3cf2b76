import type { MessageRule } from './message.ts';
import { backupMessages } from './messages/backup.ts';
import { etcdDamageMessages } from './messages/etcd-damage.ts';
import { etcdHealthMessages } from './messages/etcd-health.ts';
import { etcdLifecycleMessages } from './messages/etcd-lifecycle.ts';
import { etcdMembershipMessages } from './messages/etcd-membership.ts';
import { etcdPeerMessages } from './messages/etcd-peers.ts';
import { etcdMessages } from './messages/etcd.ts';
import { kubeletMessages } from './messages/kubelet.ts';
import { leaseMessages } from './messages/kubernetes-leases.ts';
import { controlPlaneMessages } from './messages/kubernetes-control-plane.ts';
import { raftMessages } from './messages/raft.ts';
import { snapshotJobMessages } from './messages/snapshot-jobs.ts';
import { startErrorMessages } from './messages/start-errors.ts';
import { loadBalancerMessages, machineMessages } from './messages/system.ts';

/** The known sentences, arranged for look-up. Immutable. */
export interface Catalogue {
  readonly bySays: ReadonlyMap<string, MessageRule>;
  readonly byPackage: ReadonlyMap<string, readonly MessageRule[]>;
  /** all that have a pattern and a package, for lines that lost their package */
  readonly packaged: readonly MessageRule[];
  readonly trace: MessageRule | null;
  /** raft rules by the word that tells their wordings apart, taken from their samples */
  readonly raftByWord: ReadonlyMap<string, readonly MessageRule[]>;
}

/** Sentences of Kubernetes components, the more specific first: the first that matches a line is the one that counts. */
export const kubernetesMessages: readonly MessageRule[] = [...snapshotJobMessages, ...leaseMessages, ...kubeletMessages, ...controlPlaneMessages];

export const systemMessages: readonly MessageRule[] = [...loadBalancerMessages, ...machineMessages, ...startErrorMessages];

/** The catalogue by subject, for tests and documentation. */
export const messageFiles: readonly { readonly id: string; readonly title: string; readonly rules: readonly MessageRule[] }[] = [
  { id: 'raft', title: 'Raft', rules: raftMessages },
  { id: 'etcd-lifecycle', title: 'etcd: start, identity, stop', rules: etcdLifecycleMessages },
  { id: 'etcd-membership', title: 'etcd: members', rules: etcdMembershipMessages },
  { id: 'etcd-peers', title: 'etcd: peers', rules: etcdPeerMessages },
  { id: 'etcd-health', title: 'etcd: latency, disk, quota', rules: etcdHealthMessages },
  { id: 'etcd-damage', title: 'etcd: damage', rules: etcdDamageMessages },
  { id: 'backup', title: 'Backup and restore', rules: backupMessages },
  { id: 'snapshot-jobs', title: 'Backups of k3s, rke2 and Velero', rules: snapshotJobMessages },
  { id: 'kubernetes-leases', title: 'Kubernetes: leader election', rules: leaseMessages },
  { id: 'kubernetes-control-plane', title: 'Kubernetes: control plane', rules: controlPlaneMessages },
  { id: 'kubelet', title: 'Kubernetes: kubelet', rules: kubeletMessages },
  { id: 'load-balancer', title: 'Load balancer and virtual address', rules: loadBalancerMessages },
  { id: 'machine', title: 'Machine and clock', rules: machineMessages },
  { id: 'start-errors', title: 'Command lines refused at start', rules: startErrorMessages },
];

/** Every rule of every dialect. */
export const allMessages: readonly MessageRule[] = messageFiles.flatMap(({ rules }) => rules);

export { backupMessages, raftMessages };

/** The word behind the member id, or behind `raft.node: ID`: what tells raft's sentences apart. */
export function raftWord(text: string): string {
  const first = text.indexOf(' ');
  const from = text.startsWith('raft.node: ') ? text.indexOf(' ', first + 1) : first;
  const end = text.indexOf(' ', from + 1);
  return from < 0 ? '' : text.slice(from + 1, end < 0 ? text.length : end);
}

function byWord(): ReadonlyMap<string, readonly MessageRule[]> {
  const words = new Map<string, MessageRule[]>();
  for (const rule of raftMessages) {
    for (const word of new Set(rule.samples.map((sample) => raftWord(sample.line)))) words.set(word, [...(words.get(word) ?? []), rule]);
  }
  return words;
}

function arranged(): Catalogue {
  const bySays = new Map<string, MessageRule>();
  const byPackage = new Map<string, MessageRule[]>();
  for (const rule of [...etcdMessages, ...backupMessages]) {
    for (const text of rule.says ?? []) bySays.set(text, rule);
    if (rule.text !== undefined && rule.package !== undefined) {
      const rules = byPackage.get(rule.package) ?? [];
      rules.push(rule);
      byPackage.set(rule.package, rules);
    }
  }
  return {
    bySays,
    byPackage,
    raftByWord: byWord(),
    packaged: [...byPackage.values()].flat(),
    trace: etcdMessages.find((rule) => rule.id === 'slow request (trace)') ?? null,
  };
}

/** Arranged once: there may be an entry for every container that ever ran. */
export const catalogue: Catalogue = arranged();

/** Words without which no Kubernetes rule can match: spares most lines the regular expressions. */
export const KUBERNETES_HINT =
  /lease|leader|etcd|lock is held|createTransport|TLS handshake|authenticate|shutting down|ShutdownInitiated|Too many requests|Handler timeout|allotted timeout|Trace\[|node status|register node|became not ready|NodeReady|external host|snapshot|S3 client|backup failed|Stopped listening|probe for |probe, will|ObjectReference|StartContainer|Probe failed|https:|check failed|Serving securely|Event occurred|Finished syncing|bound pod|schedule pod|not an metav1|watch chan|command failed|run kubelet/i;
