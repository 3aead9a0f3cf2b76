import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { containerHints } from '../path-hints.ts';
import { some } from '../path-tests.ts';

/** vmware-tanzu/crash-diagnostics: k8s, starlark; vmware-tanzu/velero: pkg/cmd/cli/debug. */
export const crashd = defineLayout({
  id: 'crashd',
  title: 'crash-diagnostics or Velero debug',
  recognise: (paths) => some(paths, /^kubecapture\//),
  hints(path) {
    const log = /^kubecapture\/core_v1\/([^/]+)\/([^/]+)\/([^/]+)\/\3\.log$/.exec(path);
    if (log !== null) {
      const [, namespace = '', pod = '', container = ''] = log;
      return containerHints(namespace, pod, container, 'current');
    }
    // `capture` makes a folder for each host, of whose name only letters and digits are left (starlark/capture.go)
    const address = /^(\d{1,3}_\d{1,3}_\d{1,3}_\d{1,3})\//.exec(path)?.[1];
    if (address !== undefined) return { node: address.replaceAll('_', '.') };
    return /^(?:backup|restore)_[^/]+\.(?:log|txt)$/.test(path) ? { component: 'backup' } : {};
  },
  collectedAt: (name) => timeInName(name, /^bundle-(\d{4})-(\d\d)-(\d\d)-(\d\d)-(\d\d)-(\d\d)/),
});
