import { parseRfc3339, SECOND } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';
import { quotedEnd, reachFailure } from './errors.ts';

/** A key of klog's structured text, unquoted; JSON values as they stand. */
function keyOf(text: string, key: string): string | null {
  return new RegExp(`(?:^|[ {,"])${key}"?[=:] ?"?([^",}]*)`).exec(text)?.[1] ?? null;
}

/**
 * kubelet. Upstream: kubernetes `pkg/kubelet/kubelet_node_status.go`, `nodestatus/setters.go`, `pod_workers.go`, `prober/prober.go`,
 * `kuberuntime/kuberuntime_manager.go`; component-helpers `apimachinery/lease/controller.go` (until 1.20 `pkg/kubelet/nodelease`).
 */
export const kubeletMessages = defineMessages([
  {
    id: 'node status not updated',
    text: /(?:[Ee]rror updating node status, will retry|[Uu]nable to update node status|[Ff]ailed to ensure (?:node )?lease exists|[Ff]ailed to update (?:node )?lease|[Uu]nable to register node(?: "[^"]*")? with API server|[Ff]ailed to get node when trying to set owner ref to the node lease)(?:"?.*?err="(.*)|[^:"]*: (.*))$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141     707 kubelet_node_status.go:540] "Error updating node status, will retry" err="error getting node \\"master1\\": Get \\"https://10.0.0.100:6443/api/v1/nodes/master1?timeout=10s\\": dial tcp 10.0.0.100:6443: connect: connection refused"',
      },
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141     707 controller.go:145] "Failed to ensure lease exists, will retry" err="Get \\"https://10.0.0.100:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/master1?timeout=10s\\": dial tcp 10.0.0.100:6443: connect: connection refused" interval="7s"',
      },
      {
        version: '1.19',
        line: 'E1122 09:51:45.262141     707 controller.go:144] failed to ensure lease exists, will retry in 200ms, error: Get "https://10.0.0.100:6443/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/master1?timeout=10s": dial tcp 10.0.0.100:6443: connect: connection refused',
      },
      {
        version: '1.18',
        line: 'E1122 09:51:45.262141     707 kubelet_node_status.go:402] Error updating node status, will retry: error getting node "master1": Get https://10.0.0.100:6443/api/v1/nodes/master1?timeout=10s: net/http: TLS handshake timeout',
      },
      {
        version: '1.29 JSON',
        line: '{"ts":1795341105262.141,"caller":"kubelet/kubelet_node_status.go:540","msg":"Unable to update node status","err":"update node status exceeds retry count"}',
      },
    ],
    read: (m, emit) => {
      const error = quotedEnd(m.text, m.str('', 1) ?? m.str('', 2) ?? '');
      if (m.component === 'kubelet') emit('kubelet.node-status-failed', { error });
      const address = /https:\/\/([^/"\\\s]+)/.exec(error)?.[1] ?? /dial tcp (\S+?):? /.exec(error)?.[1] ?? null;
      if (address !== null) emit('apiserver.unreachable', { address, error, kind: reachFailure(error) });
    },
  },
  {
    id: 'node not ready',
    text: /^"?Node became not ready"?(?:: | )(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:45.262141     707 setters.go:552] "Node became not ready" node="master1" condition={"type":"Ready","status":"False","lastHeartbeatTime":"2026-11-22T09:51:45Z","lastTransitionTime":"2026-11-22T09:51:45Z","reason":"KubeletNotReady","message":"container runtime is down"}',
      },
      {
        version: '1.24',
        line: 'I1122 09:51:45.262141     707 setters.go:532] "Node became not ready" node="master1" condition={Type:Ready Status:False LastHeartbeatTime:2026-11-22 09:51:45.262 +0000 UTC m=+1 LastTransitionTime:2026-11-22 09:51:45.262 +0000 UTC m=+1 Reason:KubeletNotReady Message:node is shutting down}',
      },
    ],
    read: (m, emit) => {
      const said = m.str('', 1) ?? '';
      const node = keyOf(said, 'node');
      const since = keyOf(said, 'lastTransitionTime');
      const reason = /[Rr]eason"?[:=] ?"?(\w+)/.exec(said)?.[1] ?? null;
      const message = /[Mm]essage"?[:=] ?"?(.*?)"?\}/.exec(said)?.[1] ?? null;
      if (node !== null) emit('node.condition', { node, ready: false, reason, since: since === null ? null : parseRfc3339(since), message });
    },
  },
  {
    id: 'node ready',
    text: /^(?:"Recording event message for node".*? event="NodeReady"|Recording NodeReady event message for node (\S+))/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:55.262141     707 kubelet_node_status.go:687] "Recording event message for node" node="master1" event="NodeReady"',
      },
      { version: '1.19', line: 'I1122 09:51:55.262141     707 kubelet_node_status.go:486] Recording NodeReady event message for node master1' },
    ],
    read: (m, emit) => {
      const node = m.str('', 1) ?? keyOf(m.text, 'node');
      if (node !== null) emit('node.condition', { node, ready: true, reason: 'KubeletReady', since: null, message: null });
    },
  },
  {
    id: 'container fails',
    text: /failed to \\?"StartContainer\\?" for \\?"([\w.-]+)\\?" with (\w+): .*?(?: pod="([\w.-]+)\/([\w.-]+)"|pod=([\w.-]+)_[\w.-]+\()/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141     707 pod_workers.go:1294] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"etcd\\" with CrashLoopBackOff: \\"back-off 5m0s restarting failed container=etcd pod=etcd-master1_kube-system(UID)\\"" pod="kube-system/etcd-master1" podUID="x"',
      },
      {
        version: '1.19',
        line: 'E1122 09:51:45.262141     707 pod_workers.go:191] Error syncing pod x ("etcd-master1_kube-system(x)"), skipping: failed to "StartContainer" for "etcd" with CrashLoopBackOff: "back-off 5m0s restarting failed container=etcd pod=etcd-master1_kube-system(x)"',
      },
    ],
    read: (m, emit) => emit('kubelet.container-failed', { pod: m.str('', 4) ?? m.str('', 5), container: m.str('', 1), reason: m.str('', 2) ?? '' }),
  },
  {
    id: 'probe failed',
    throttle: { every: SECOND },
    text: /^"Probe failed" probeType="(\w+)" pod="(?:[\w.-]+)\/([\w.-]+)".*?containerName="([\w.-]+)".*?output="(.*)$|^(\w+) probe for "([\w.-]+?)_[\w.-]+\([^)]*\):([\w.-]+)" failed \(\w+\): (.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:45.262141     707 prober.go:107] "Probe failed" probeType="Liveness" pod="kube-system/etcd-master1" podUID="x" containerName="etcd" probeResult="failure" output="HTTP probe failed with statuscode: 503"',
      },
      {
        version: '1.19',
        line: 'I1122 09:51:45.262141     707 prober.go:117] Liveness probe for "kube-apiserver-master1_kube-system(x):kube-apiserver" failed (failure): HTTP probe failed with statuscode: 500',
      },
    ],
    read: (m, emit) =>
      emit('kubelet.probe-failed', {
        pod: m.str('', 2) ?? m.str('', 6),
        container: m.str('', 3) ?? m.str('', 7),
        probe: m.str('', 1) ?? m.str('', 5) ?? '',
        output: m.str('', 4) ?? m.str('', 8) ?? '',
      }),
  },
  {
    id: 'container killed for its probe',
    text: /^"Message for Container of pod" containerName="([\w.-]+)".*? pod="[\w.-]+\/([\w.-]+)".*? containerMessage="(Container [\w.-]+ failed (\w+) probe, will be restarted)"/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:45.262141     707 kuberuntime_manager.go:1018] "Message for Container of pod" containerName="kube-apiserver" containerStatusID={"Type":"containerd","ID":"x"} pod="kube-system/kube-apiserver-master1" containerMessage="Container kube-apiserver failed liveness probe, will be restarted"',
      },
    ],
    read: (m, emit) => {
      const probe = m.str('', 4) ?? '';
      emit('kubelet.probe-failed', {
        pod: m.str('', 2),
        container: m.str('', 1),
        probe: `${probe.slice(0, 1).toUpperCase()}${probe.slice(1)}`,
        output: m.str('', 3) ?? '',
      });
    },
  },
]);
