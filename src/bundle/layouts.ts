import type { Layout } from './contract.ts';
import { aks } from './layouts/aks.ts';
import { clusterInfoDump } from './layouts/cluster-info-dump.ts';
import { crashd } from './layouts/crashd.ts';
import { eks } from './layouts/eks.ts';
import { etcdDataDir } from './layouts/etcd-data-dir.ts';
import { generic } from './layouts/generic.ts';
import { k0s } from './layouts/k0s.ts';
import { kind } from './layouts/kind.ts';
import { microk8s } from './layouts/microk8s.ts';
import { mustGather } from './layouts/must-gather.ts';
import { nodeTree } from './layouts/node-tree.ts';
import { rancher } from './layouts/rancher.ts';
import { sosreport } from './layouts/sosreport.ts';
import { supportBundleKit } from './layouts/support-bundle-kit.ts';
import { supportconfig } from './layouts/supportconfig.ts';
import { talos } from './layouts/talos.ts';
import { troubleshoot } from './layouts/troubleshoot.ts';

/** Asked in this order; the first that recognises the paths has the bundle. */
export const LAYOUTS: readonly Layout[] = [
  k0s,
  troubleshoot,
  mustGather,
  sosreport,
  rancher,
  supportBundleKit,
  talos,
  kind,
  clusterInfoDump,
  microk8s,
  supportconfig,
  eks,
  aks,
  crashd,
  nodeTree,
  etcdDataDir,
];

/** What a bundle has that no layout recognises. */
export const GENERIC: Layout = generic;
