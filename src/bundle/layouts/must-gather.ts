import type { Component } from '../../model/bundle.ts';
import { defineLayout } from '../contract.ts';
import { some } from '../path-tests.ts';

const SERVICES: Readonly<Record<string, Component>> = {
  kubelet: 'kubelet',
  crio: 'containerd',
  chronyd: 'chrony',
  etcd: 'etcd',
  'systemd-timesyncd': 'timesyncd',
};
const AUDITED: Readonly<Record<string, Component>> = { 'kube-apiserver': 'kube-apiserver', etcd: 'etcd' };

/** openshift/must-gather: collection-scripts; openshift/oc: pkg/cli/admin/{mustgather,inspect}. */
export const mustGather = defineLayout({
  id: 'must-gather',
  title: 'OpenShift must-gather or oc adm inspect',
  recognise: (paths, bundleName) =>
    some(paths, /^namespaces\/[^/]+\/(?:pods\/[^/]+\/|core\/|[^/]+\.yaml$)/) ||
    some(paths, /^(?:must-gather\.logs|gather\.logs|etcd_info\/|host_service_logs\/|cluster-scoped-resources\/)/) ||
    (/^(?:must-gather|inspect)\.local\./.test(bundleName) && some(paths, /^timestamp$/)),
  hints(path) {
    const etcdInfo = /^etcd_info\/(?:(?:metrics\/([^/]+?)\.(?:prom|txt|metrics))|(?:etcd-([^/]+)\/.+))$/.exec(path);
    if (etcdInfo !== null) return { component: 'etcd', node: etcdInfo[1] ?? etcdInfo[2] ?? null };
    if (path.startsWith('etcd_info/')) return { component: 'etcdctl' };
    const host = /^host_service_logs\/(?:masters|workers)\/([^/]+)\//.exec(path)?.[1];
    if (host !== undefined) return { node: host };
    const service = /^host_service_logs\/([^/]+)\/(.+?)_service\.log$/.exec(path);
    if (service !== null) {
      const [, where = '', unit = ''] = service;
      // The journals of all masters are merged into one file: only a folder of its own names a node.
      return { component: SERVICES[unit] ?? 'systemd', ...(where === 'masters' || where === 'workers' ? {} : { node: where }) };
    }
    const audit = /^audit_logs\/([^/]+)\/(.+?)-(?:audit|termination|startup)[^/]*$/.exec(path);
    if (audit !== null)
      return { component: AUDITED[audit[1] ?? ''] ?? 'other', node: audit[2] ?? null, generation: /-audit-\d{4}/.test(path) ? 'rotated' : 'current' };
    const startup = /^static-pods\/kube-apiserver\/(.+?)-(?:termination|startup)[^/]*$/.exec(path);
    if (startup !== null) return { component: 'kube-apiserver', node: startup[1] ?? null };
    const secrets = /^static-pods\/([^/]+)\/(?:secrets|configmaps)\//.exec(path)?.[1];
    return secrets === undefined ? {} : { node: secrets };
  },
});
