import type { Component } from '../../model/bundle.ts';
import { defineLayout } from '../contract.ts';
import { some } from '../path-tests.ts';

const SERVICES: Readonly<Record<string, Component>> = { etcd: 'etcd', kubelet: 'kubelet', cri: 'containerd', containerd: 'containerd' };
const POD_CONTAINER = /^[^/]+\/kubernetes-logs\/([^/]+)\/([^/]+?)(-exited)?\.log$/;

/** siderolabs/go-talos-support: support/collectors. Node folders are named by address. */
export const talos = defineLayout({
  id: 'talos',
  title: 'Talos support archive',
  recognise: (paths) => some(paths, /^[^/]+\/service-logs\/[^/]+\.(?:log|state)$/) || some(paths, /^[^/]+\/controller-runtime\.log$/),
  hints(path) {
    const node = /^([^/]+)\//.exec(path)?.[1] ?? null;
    if (node === null || node === 'kubernetesResources' || node === 'cluster') return {};
    const service = /^[^/]+\/service-logs\/([^/]+)\.(?:log|state)$/.exec(path)?.[1];
    if (service !== undefined) return { node, component: SERVICES[service] ?? 'other' };
    const container = POD_CONTAINER.exec(path);
    if (container === null) return { node };
    return { node, namespace: container[1] ?? null, generation: container[3] === undefined ? 'current' : 'previous' };
  },
});
