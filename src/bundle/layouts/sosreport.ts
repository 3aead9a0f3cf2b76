import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { all, some } from '../path-tests.ts';

/** `sosreport-<host>[-<label>][-<case>]-<date>-<7 letters>`: the host only when nothing stands between (sos/policies/__init__.py). */
const NAME = /^sosreport-(.+?)-\d{4}-\d\d-\d\d-[a-z]{5,7}(?:-obfuscated)?$/;
const LEGACY = /^sosreport-([\w-]+?)(?:\.\d+)?-\d{14}$/;

function nodeOf(name: string): string | null {
  const host = (NAME.exec(name) ?? LEGACY.exec(name))?.[1];
  // Labels and case numbers follow the host with the same dash.
  return host === undefined || /-\d{5,}$/.test(host) ? null : host;
}

/** sosreport/sos: sos/report/plugins; Insights archives have the same idea under insights_commands. */
export const sosreport = defineLayout({
  id: 'sosreport',
  title: 'sosreport or Insights archive',
  recognise: (paths) => some(paths, /^(?:sos_commands|insights_commands)\//) || all(paths, /^sos_reports\//, /^sos_logs\//),
  oneMachine: (path) => !/^sos_commands\/(?:kubernetes|openshift)\//.test(path),
  hints(path, name) {
    const node = nodeOf(name);
    if (path.startsWith('sos_commands/etcd/etcdctl_')) return { node, component: 'etcdctl' };
    const pod = /^sos_commands\/kubernetes\/cluster-info\/([^/]+)\/podlogs\/([^/]+)\/.*_-c_([a-z0-9-]+?)(_--previous|_-p)?$/.exec(path);
    if (pod !== null) {
      const [, namespace = null, podName = null, container = null, previous] = pod;
      return { namespace, pod: podName, container, generation: previous === undefined ? 'current' : 'previous' };
    }
    const unit = /_--unit_([\w@.-]+?)(?:\.service)?$/.exec(path)?.[1];
    if (unit === 'kubelet' || unit === 'etcd' || unit === 'containerd' || unit === 'haproxy' || unit === 'keepalived') return { node, component: unit };
    if (/--boot_-\d+$/.test(path)) return { node, component: 'systemd', generation: 'previous' };
    return { node };
  },
  collectedAt: (name) => timeInName(name, /-(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/) ?? timeInName(name, /-(\d{4})-(\d\d)-(\d\d)-[a-z]{5,7}(?:-obfuscated)?$/),
});
