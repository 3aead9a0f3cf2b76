import type { Component } from '../../model/bundle.ts';
import { componentOfContainer } from '../component-words.ts';
import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { all, some } from '../path-tests.ts';

/** `<host>-<YYYY-MM-DD_HH_MM_SS>`, one archive per node. */
const NAME = /^(.+)-\d{4}-\d\d-\d\d_\d\d_\d\d_\d\d(?: \(\d+\))?$/;
const UNITS: Readonly<Record<string, Component>> = {
  kubelet: 'kubelet',
  containerd: 'containerd',
  docker: 'containerd',
  k3s: 'k3s',
  'k3s-agent': 'k3s',
  'rke2-server': 'rke2',
  'rke2-agent': 'rke2',
  kubeproxy: 'kube-proxy',
};
/** The namespaces the collector reads pod logs from: `<ns>-<pod>` has no other mark between the two. */
const NAMESPACES =
  /^(kube-system|kube-public|cattle-system|cattle-alerting|cattle-logging|cattle-pipeline|cattle-provisioning-capi-system|cattle-resources-system|cattle-fleet-system|cattle-monitoring-system|fleet-system|ingress-nginx|longhorn-system|tigera-operator|calico-system|cis-operator-system)-(.+?)(-previous)?$/;

/** rancherlabs/support-tools: collection/rancher/v2.x/logs-collector/rancher2_logs_collector.sh. */
export const rancher = defineLayout({
  id: 'rancher',
  title: 'Rancher logs collector (RKE, RKE2, K3s, kubeadm)',
  recognise: (paths, bundleName) =>
    all(paths, /^systeminfo\//, /^(?:networking|journald|rke2?|k3s|k8s|kubeadm|etcd|systemlogs)\/|^collector-output\.log$/) ||
    (NAME.test(bundleName) && some(paths, /^(?:systeminfo|networking|journald|rke2?|k3s|k8s|kubeadm|etcd|systemlogs)\//)),
  oneMachine: (path) => !/^[^/]+\/(?:kubectl|podlogs|poddescribe)\//.test(path),
  hints(path, name) {
    const node = NAME.exec(name)?.[1] ?? null;
    const unit = /^journald\/([^/]+)$/.exec(path)?.[1];
    if (unit !== undefined) return { node, component: UNITS[unit] ?? 'systemd' };
    const container = /^[^/]+\/containerlogs\/([^/]+)$/.exec(path)?.[1];
    if (container !== undefined) return { node, component: componentOfContainer(container), container };
    const pod = /^(?:rke2|k3s|kubeadm)\/podlogs\/([^/]+)$/.exec(path)?.[1];
    const parts = pod === undefined ? null : NAMESPACES.exec(pod);
    if (parts !== null) {
      const [, namespace = null, podName = null, previous] = parts;
      // All pods of the cluster are asked for from one node, so their logs are not that node's.
      return { namespace, pod: podName, generation: previous === undefined ? 'current' : 'previous' };
    }
    if (/^[^/]+\/(?:kubectl|podlogs|poddescribe)\//.test(path)) return {};
    return /^etcd\/(?:memberlist|endpoint|alarmlist)/.test(path) ? { node, component: 'etcdctl' } : { node };
  },
  collectedAt: (name) => timeInName(name, /-(\d{4})-(\d\d)-(\d\d)_(\d\d)_(\d\d)_(\d\d)/),
});
