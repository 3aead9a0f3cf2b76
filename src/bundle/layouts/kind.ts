import type { Component } from '../../model/bundle.ts';
import { defineLayout } from '../contract.ts';
import { all, some } from '../path-tests.ts';

const FILES: Readonly<Record<string, Component>> = {
  'kubelet.log': 'kubelet',
  'containerd.log': 'containerd',
  'journal.log': 'systemd',
  'serial.log': 'kernel',
};

/** kubernetes-sigs/kind: pkg/cluster/provider.go, `kind export logs`. */
export const kind = defineLayout({
  id: 'kind',
  title: 'kind export logs',
  recognise: (paths) => some(paths, /^kind-version\.txt$/) || all(paths, /^[^/]+\/kubernetes-version\.txt$/, /^[^/]+\/journal\.log$/),
  hints(path) {
    const [, node, file] = /^([^/]+)\/(.+)$/.exec(path) ?? [];
    if (node === undefined || file === undefined) return {};
    const component = FILES[file];
    return component === undefined ? { node } : { node, component };
  },
});
