import { redactedFacts } from './carried/redacted-facts.ts';
import type { DocumentParser } from '../contract.ts';
import { kubeadmCertsExpiration } from './certificates/kubeadm.ts';
import { kubernetesKubeconfig } from './certificates/kubeconfig.ts';
import { troubleshootCertificates } from './certificates/troubleshoot-certificates.ts';
import { x509Certificate } from './certificates/pem.ts';
import { etcdConfiguration } from './etcd-configuration.ts';
import {
  etcdBackupLog,
  etcdctlAlarmList,
  etcdctlEndpointHashkv,
  etcdctlEndpointHealth,
  etcdctlEndpointStatus,
  etcdctlMemberList,
  etcdctlSnapshotStatus,
  etcdctlText,
  etcdctlTranscript,
} from './etcdctl/parsers.ts';
import { apiserverHealth } from './kubectl/health.ts';
import { kubectlTable } from './kubectl/table.ts';
import { kubernetesObject } from './kubernetes/parser.ts';
import { haproxyStat } from './lb/haproxy-stat.ts';
import { lbConfiguration } from './lb/lb-configuration.ts';
import { chronycSources, chronycTracking, ntpqPeers } from './machine/chrony.ts';
import { machineDate } from './machine/date.ts';
import { bootList } from './machine/boot-list.ts';
import { containerInspect, containerList } from './machine/containers.ts';
import { fioResult, iostatExtended } from './machine/disk-load.ts';
import { ipAddresses } from './machine/ip-addresses.ts';
import { memoryUsage } from './machine/memory.ts';
import { ntpstatStatus } from './machine/ntpstat.ts';
import { processList } from './machine/processes.ts';
import { listeningSockets } from './machine/sockets.ts';
import { systemdUnits } from './machine/units.ts';
import { programVersion } from './machine/versions.ts';
import { crontab } from './machine/crontab.ts';
import { dfUsage } from './machine/df.ts';
import { machineHostname, machineUname } from './machine/hostname.ts';
import { lsListing } from './machine/listing.ts';
import { mustGatherTimestamp } from './machine/must-gather-timestamp.ts';
import { pingStatistics } from './machine/ping.ts';
import { sosManifest } from './machine/sos-manifest.ts';
import { systemdTimers } from './machine/systemd-timers.ts';
import { talosResource } from './machine/talos-resource.ts';
import { timedatectlStatus } from './machine/timedatectl.ts';
import { etcdMetrics } from './metrics/parser.ts';
import { mustGatherEvents } from './must-gather/events.ts';
import { mustGatherVersion } from './must-gather/version.ts';

/** Every document parser; the first that accepts reads the entry, and no two accept the same fixture. Cheap looks come first. */
export const documentParsers: readonly DocumentParser[] = [
  redactedFacts,
  mustGatherTimestamp,
  mustGatherVersion,
  mustGatherEvents,
  machineDate,
  machineHostname,
  machineUname,
  timedatectlStatus,
  chronycTracking,
  chronycSources,
  ntpqPeers,
  ntpstatStatus,
  bootList,
  systemdTimers,
  systemdUnits,
  crontab,
  sosManifest,
  talosResource,
  dfUsage,
  processList,
  listeningSockets,
  memoryUsage,
  iostatExtended,
  fioResult,
  ipAddresses,
  programVersion,
  containerList,
  containerInspect,
  pingStatistics,
  lsListing,
  haproxyStat,
  apiserverHealth,
  etcdMetrics,
  kubeadmCertsExpiration,
  kubernetesKubeconfig,
  troubleshootCertificates,
  x509Certificate,
  etcdConfiguration,
  lbConfiguration,
  kubernetesObject,
  kubectlTable,
  etcdctlEndpointStatus,
  etcdctlEndpointHealth,
  etcdctlEndpointHashkv,
  etcdctlMemberList,
  etcdctlAlarmList,
  etcdctlSnapshotStatus,
  etcdBackupLog,
  etcdctlTranscript,
  etcdctlText,
];
