import type { Component } from '../../model/bundle.ts';
import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { some } from '../path-tests.ts';

const DAEMONS: Readonly<Record<string, Component>> = {
  etcd: 'etcd',
  apiserver: 'kube-apiserver',
  'controller-manager': 'kube-controller-manager',
  scheduler: 'kube-scheduler',
  kubelet: 'kubelet',
  proxy: 'kube-proxy',
  containerd: 'containerd',
};

/** canonical/microk8s: scripts/inspect.sh. `kubelite` runs the whole control plane in one process. */
export const microk8s = defineLayout({
  id: 'microk8s',
  title: 'microk8s inspect',
  recognise: (paths) => some(paths, /^(?:snap\.)?microk8s\.daemon-[^/]+\//),
  oneMachine: () => true,
  hints(path) {
    const daemon = /^(?:snap\.)?microk8s\.daemon-([^/]+)\/journal\.log$/.exec(path)?.[1];
    return daemon === undefined ? {} : { component: DAEMONS[daemon] ?? 'other' };
  },
  collectedAt: (name) => timeInName(name, /inspection-report-(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)/),
});
