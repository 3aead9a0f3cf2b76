import type { MessageRule } from './message.ts';
import { etcdMessages } from './messages/etcd.ts';
import { leaseMessages } from './messages/kubernetes-leases.ts';
import { controlPlaneMessages } from './messages/kubernetes-control-plane.ts';
import { raftMessages } from './messages/raft.ts';
import { loadBalancerMessages, machineMessages } from './messages/system.ts';

/** The known sentences, arranged for look-up. Immutable. */
export interface Catalogue {
  readonly bySays: ReadonlyMap<string, MessageRule>;
  readonly byPackage: ReadonlyMap<string, readonly MessageRule[]>;
  readonly trace: MessageRule | null;
}

/** Sentences of Kubernetes components, the more specific first: the first that matches a line is the one that counts. */
export const kubernetesMessages: readonly MessageRule[] = [...leaseMessages, ...controlPlaneMessages];

export const systemMessages: readonly MessageRule[] = [...loadBalancerMessages, ...machineMessages];

/** Every rule of every dialect, for tests and documentation. */
export const allMessages: readonly MessageRule[] = [...raftMessages, ...etcdMessages, ...kubernetesMessages, ...systemMessages];

export { raftMessages };

export function buildCatalogue(): Catalogue {
  const bySays = new Map<string, MessageRule>();
  const byPackage = new Map<string, MessageRule[]>();
  for (const rule of etcdMessages) {
    for (const text of rule.says ?? []) bySays.set(text, rule);
    if (rule.text !== undefined && rule.package !== undefined) {
      const rules = byPackage.get(rule.package) ?? [];
      rules.push(rule);
      byPackage.set(rule.package, rules);
    }
  }
  return { bySays, byPackage, trace: etcdMessages.find((rule) => rule.id === 'slow request (trace)') ?? null };
}

/** Words without which no Kubernetes rule can match: spares most lines the regular expressions. */
export const KUBERNETES_HINT =
  /lease|leader|etcd|createTransport|TLS handshake|authenticate|shutting down|ShutdownInitiated|Too many requests|Handler timeout|allotted timeout|Trace\[|node status|register node|StartContainer|Probe failed|https:|check failed|Serving securely|Event occurred|Finished syncing|bound pod|schedule pod|not an metav1|watch chan/i;
