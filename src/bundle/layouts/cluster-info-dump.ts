import { defineLayout } from '../contract.ts';
import { all } from '../path-tests.ts';

/** kubernetes/kubectl: pkg/cmd/clusterinfo/clusterinfo_dump.go with `--output-directory`. */
export const clusterInfoDump = defineLayout({
  id: 'cluster-info-dump',
  title: 'kubectl cluster-info dump',
  recognise: (paths) =>
    all(paths, /^nodes\.(?:json|yaml)$/, /^[^/]+\/(?:pods|events)\.(?:json|yaml)$/) ||
    all(paths, /^kube-system\/pods\.(?:json|yaml)$/, /^kube-system\/[^/]+\/logs\.txt$/),
  hints(path) {
    const [, namespace, pod] = /^([^/]+)\/([^/]+)\/logs\.txt$/.exec(path) ?? [];
    // One file holds all containers of the pod; the sections in it say which.
    return namespace === undefined || pod === undefined ? {} : { namespace, pod };
  },
});
