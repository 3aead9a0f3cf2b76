import { defineLayout } from '../contract.ts';
import { some } from '../path-tests.ts';

/** A copy of a node's own files, or one such copy per folder: kubelet's log trees and kubeadm's manifests. */
export const nodeTree = defineLayout({
  id: 'node-tree',
  title: "Copy of a node's files",
  perNodeFolders: true,
  recognise: (paths) => some(paths, /^(?:var\/log\/(?:pods|containers)|etc\/kubernetes\/(?:manifests|pki))\//),
  oneMachine: () => true,
  hints: () => ({}),
});
