import type { Component } from '../model/bundle.ts';

const COMPONENTS = [
  'etcd',
  'etcdctl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
  'containerd',
  'haproxy',
  'keepalived',
  'nginx',
  'chrony',
  'ntpd',
  'timesyncd',
  'kernel',
  'systemd',
  'backup',
  'k3s',
  'rke2',
  'other',
] as const satisfies readonly Component[];

export const COMPONENTS_SCHEMA = { type: 'array', items: { enum: COMPONENTS }, minItems: 1, uniqueItems: true };

/** The names that are components; the schema has refused the others. */
export function componentsOf(names: readonly string[]): readonly Component[] {
  return COMPONENTS.filter((component) => names.includes(component));
}

export function componentOf(name: string | undefined): Component | null {
  return COMPONENTS.find((component) => component === name) ?? null;
}
