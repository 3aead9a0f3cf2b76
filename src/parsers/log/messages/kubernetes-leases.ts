import { defineMessages } from '../message.ts';
import { quotedEnd } from './errors.ts';

const I = 'I1122 09:51:19.839118       1 leaderelection.go:250] ';

/** A context that was cancelled is a process told to stop, no lease that could not be renewed. */
const CANCELED = /context canceled/;

/** Leader election of controllers. Upstream: client-go `tools/leaderelection/leaderelection.go` (texts to 1.34; structured from 1.35), `controllermanager.go`, scheduler `server.go`. */
export const leaseMessages = defineMessages([
  {
    id: 'attempting to acquire leader lease',
    text: /attempting to acquire leader lease\s+([\w.-]+\/[\w.-]+?)\.\.\.|Attempting to acquire leader lease\.\.\." lock="([^"]+)"/i,
    samples: [
      { version: '1.19', line: `${I}attempting to acquire leader lease  kube-system/kube-controller-manager...` },
      { version: '1.29', line: `${I}attempting to acquire leader lease kube-system/kube-controller-manager...` },
      { version: '1.35', line: `${I}"Attempting to acquire leader lease..." lock="kube-system/kube-scheduler"` },
    ],
    read: (m, emit) => emit('k8s-lease.acquiring', { lease: m.str('', 1) ?? m.str('', 2) ?? '' }),
  },
  {
    id: 'successfully acquired lease',
    text: /successfully acquired lease (?:([\w.-]+\/[\w.-]+)|" lock="([^"]+)")|Successfully acquired lease" lock="([^"]+)"/,
    samples: [
      { version: '1.29', line: `${I}successfully acquired lease kube-system/kube-controller-manager` },
      { version: '1.35', line: `${I}"Successfully acquired lease" lock="kube-system/kube-scheduler"` },
    ],
    read: (m, emit) => emit('k8s-lease.acquired', { lease: m.str('', 1) ?? m.str('', 2) ?? m.str('', 3) ?? '' }),
  },
  {
    id: 'failed to renew lease',
    text: /failed to renew lease ([\w.-]+\/[\w.-]+): |Failed to renew lease" lock="([^"]+)"/,
    samples: [
      { version: '1.19', line: `${I}failed to renew lease kube-system/kube-scheduler: failed to tryAcquireOrRenew context deadline exceeded` },
      { version: '1.29', line: `${I}failed to renew lease kube-system/kube-controller-manager: timed out waiting for the condition` },
      { version: '1.32', line: `${I}failed to renew lease kube-system/kube-controller-manager: context deadline exceeded` },
      { version: '1.32 told to stop', line: `${I}failed to renew lease kube-system/kube-scheduler: context canceled` },
      { version: '1.35', line: `${I}"Failed to renew lease" lock="kube-system/kube-scheduler" err="context deadline exceeded"` },
    ],
    read: (m, emit) => {
      if (!CANCELED.test(m.text)) emit('k8s-lease.lost', { lease: m.str('', 1) ?? m.str('', 2), stage: 'renew-failed' });
    },
  },
  {
    id: 'leader election lost',
    text: /leader ?election lost(?: for ([\w.-]+))?|problem running manager.*leader election|^"?lost leadership, restarting kube-vip/i,
    samples: [
      { version: '1.22', line: 'F1122 09:51:56.083966       1 controllermanager.go:294] leaderelection lost' },
      { version: '1.29', line: 'E1122 09:51:56.083966       1 controllermanager.go:302] "leaderelection lost"' },
      { version: '1.29 scheduler', line: 'E1122 09:51:56.083966       1 server.go:242] "Leaderelection lost"' },
      { version: 'rke2 1.30', line: 'time="2026-11-22T09:51:56Z" level=fatal msg="leaderelection lost for rke2-etcd"' },
      { version: 'kube-vip 1.2', line: 'time=2026-11-22T09:51:56.123Z level=ERROR msg="lost leadership, restarting kube-vip"' },
      { version: 'controller-runtime', line: 'E1122 09:51:56.083966       1 main.go:123] "problem running manager" err="leader election lost"' },
    ],
    read: (m, emit) => {
      const name = m.str('', 1);
      emit('k8s-lease.lost', { lease: name === null ? null : `kube-system/${name}`, stage: 'gave-up' });
      emit('process.exited', { reason: 'leader election lost' });
    },
  },
  {
    id: 'lease update failed',
    text: /(?:error retrieving resource lock ([\w.-]+\/[\w.-]+)|Failed to update lock(?: opti\w+)?|Failed to release lock|error initially creating leader election record|Error retrieving lease lock" err="(?:[^"\\]|\\.)*" lock="([^"]+)"|Failed to update lease(?: optimistically[^"]*)?")[: ]*(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:46.084094       1 leaderelection.go:332] error retrieving resource lock kube-system/kube-controller-manager: Get "https://10.15.0.203:6443/apis": dial tcp 10.15.0.203:6443: connect: connection refused',
      },
      { version: '1.29', line: 'E1122 09:51:46.084094       1 leaderelection.go:369] Failed to update lock: etcdserver: request timed out' },
      {
        version: '1.30',
        line: 'E1122 09:51:46.084094       1 leaderelection.go:347] Failed to update lock optimitically: Put "https://10.0.0.11:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler?timeout=5s": context deadline exceeded, falling back to slow path',
      },
      { version: '1.29', line: 'E1122 09:51:46.084094       1 leaderelection.go:308] Failed to release lock: etcdserver: leader changed' },
      {
        version: '1.35',
        line: 'E1122 09:51:46.084094       1 leaderelection.go:448] "Error retrieving lease lock" err="Get \\"https://10.0.0.11:6443/apis\\": dial tcp 10.0.0.11:6443: connect: connection refused" lock="kube-system/kube-scheduler"',
      },
      {
        version: '1.35 JSON',
        line: '{"ts":1795341106084.094,"caller":"leaderelection/leaderelection.go:429","msg":"Failed to update lease optimistically, falling back to slow path","lock":{"name":"kube-scheduler","namespace":"kube-system"},"err":"context deadline exceeded"}',
      },
    ],
    read: (m, emit) => {
      const error = quotedEnd(m.text, m.str('', 3) || m.text);
      if (!CANCELED.test(m.text)) emit('k8s-lease.update-failed', { lease: m.str('', 1) ?? m.str('', 2), error });
    },
  },
  {
    id: 'lock is held by another',
    text: /lock is held by (\S+) and has not yet expired|Lease is held by and has not yet expired" lock="([^"]+)" holder="([^"]+)"/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:46.084094       1 leaderelection.go:352] lock is held by master-1_c4d8b644-61bd-4216-b3b2-364898d9c83d and has not yet expired',
      },
    ],
    read: (m, emit) => emit('k8s-lease.held', { lease: m.str('', 2) ?? '', holder: m.str('', 1) ?? m.str('', 3) ?? '' }),
  },
  {
    id: 'controller at work',
    text: /^"(?:Event occurred|Finished syncing|Successfully bound pod to node|Attempting to schedule pod)|^Event\(v1\.ObjectReference\{/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:23.265225       1 event.go:307] "Event occurred" object="default/web" fieldPath="" kind="Deployment" apiVersion="apps/v1" type="Normal" reason="ScalingReplicaSet" message="Scaled up replica set web-1e2d00915 to 2"',
      },
      {
        version: '1.19',
        line: `I1122 09:51:23.265225       1 event.go:291] Event(v1.ObjectReference{Kind:"Deployment", Namespace:"default", Name:"web", UID:"x", APIVersion:"apps/v1", ResourceVersion:"1", FieldPath:""}): type: 'Normal' reason: 'ScalingReplicaSet' Scaled up replica set web-1e2d00915 to 2`,
      },
    ],
    throttle: { every: 1_000_000 },
    read: (m, emit) => {
      if (m.component !== 'kubelet') emit('k8s-lease.worked', { lease: null });
    },
  },
]);
