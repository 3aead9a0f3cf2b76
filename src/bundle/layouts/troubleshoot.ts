import { defineLayout } from '../contract.ts';
import { timeInName } from '../name-times.ts';
import { containerHints } from '../path-hints.ts';
import { all, some } from '../path-tests.ts';

const POD_LOG = /^cluster-resources\/pods\/logs\/([^/]+)\/([^/]+)\/([^/]+?)(-previous)?\.log$/;
const PER_NODE = /^(?:sysctl|node-metrics|run-daemonset[^/]*|copy-from-host[^/]*)\/([^/]+?)(?:\.json|\.log|\/.*)?$/;
/** Host collectors run remotely put their files under the node's name; these are the folders they have otherwise. */
const HOST_TOPICS =
  /^(?:system|run-host|journald|certificate|certificatesCollection|diskUsage|filesystemPerformance|errors|copy|http|kernel|networkNamespaceConnectivity|subnetAvailable|tcpLoadBalancer|tcpPortStatus|time|tcpConnect|httpLoadBalancer|blockDevices|ipv4Interfaces|cgroups|sysctl|dns)$/;

/** replicatedhq/troubleshoot: pkg/supportbundle, pkg/collect, pkg/constants/constants.go. */
export const troubleshoot = defineLayout({
  id: 'troubleshoot',
  title: 'Troubleshoot support bundle',
  recognise: (paths) =>
    all(paths, /^version\.yaml$/, /^(?:cluster-resources|cluster-info|host-collectors|execution-data|analysis\.json)/) ||
    all(paths, /^cluster-resources\//, /^(?:cluster-info|host-collectors|collector-errors|execution-data)\//) ||
    some(paths, /^cluster-resources\/pods\/logs\//) ||
    some(paths, /^host-collectors\/(?:system|run-host|journald)\//),
  hints(path) {
    const log = POD_LOG.exec(path);
    if (log !== null) {
      const [, namespace = '', pod = '', container = '', previous] = log;
      return containerHints(namespace, pod, container, previous === undefined ? 'current' : 'previous');
    }
    const host = /^host-collectors\/([^/]+)\/[^/]+\//.exec(path)?.[1];
    if (host !== undefined && !HOST_TOPICS.test(host)) return { node: host };
    const node = PER_NODE.exec(path)?.[1];
    return node === undefined ? {} : { node };
  },
  collectedAt: (name) => timeInName(name, /(\d{4})-(\d\d)-(\d\d)T(\d\d)_(\d\d)_(\d\d)/),
});
