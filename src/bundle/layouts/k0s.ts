import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { some } from '../path-tests.ts';
import { troubleshoot } from './troubleshoot.ts';

/** k0sproject/k0s: a Troubleshoot bundle made by docs/support-bundle-*.yaml, or `k0s backup` (pkg/backup). */
export const k0s = defineLayout({
  id: 'k0s',
  title: 'k0s support bundle or backup',
  recognise: (paths) =>
    some(paths, /^host-collectors\/(?:[^/]+\/)?(?:run-host|journald)\/(?:k0s|etcd-members|curl-etcd-health)[^/]*$/) ||
    (some(paths, /^etcd-snapshot\.db$/) && some(paths, /^k0s\.yaml$|^pki\//)),
  hints(path, name) {
    if (/(?:^|\/)etcd-snapshot\.db$/.test(path)) return { component: 'backup' };
    if (/\/(?:etcd-members|curl-etcd-health)[^/]*\.txt$/.test(path)) return { ...troubleshoot.hints(path, name), component: 'etcdctl' };
    return troubleshoot.hints(path, name);
  },
  collectedAt: (name) => timeInName(name, /(\d{4})-(\d\d)-(\d\d)T(\d\d)_(\d\d)_(\d\d)/),
});
