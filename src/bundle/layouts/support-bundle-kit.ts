import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { containerHints } from '../path-hints.ts';
import { all } from '../path-tests.ts';

/** rancher/support-bundle-kit: pkg/manager, hack (Harvester, Longhorn). */
export const supportBundleKit = defineLayout({
  id: 'support-bundle-kit',
  title: 'Harvester or Longhorn support bundle',
  recognise: (paths) => all(paths, /^metadata\.yaml$/, /^(?:yamls|logs|nodes)\//) || all(paths, /^yamls\/(?:cluster|namespaced)\//, /^(?:logs|nodes)\//),
  hints(path) {
    const log = /^logs\/([^/]+)\/([^/]+)\/([^/]+?)\.log(\.1)?$/.exec(path);
    if (log !== null) {
      const [, namespace = '', pod = '', container = '', previous] = log;
      return containerHints(namespace, pod, container, previous === undefined ? 'current' : 'previous');
    }
    const node = /^nodes\/([^/]+?)(?:\.zip|\/.*)$/.exec(path)?.[1];
    if (node === undefined) return {};
    // `kernel.log.<i>` is the i-th boot before, not a rotated file.
    return /\/kernel\.log\.\d+$/.test(path) ? { node, component: 'kernel', generation: 'previous' } : { node };
  },
  collectedAt: (name) => timeInName(name, /_(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)Z/),
});
