import { parseGoDuration, SECOND } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';
import { etcdErrorKind, reachFailure } from './errors.ts';
import { readTlsRejection } from './tls.ts';

const E = 'E1122 09:51:45.262141       1 status.go:71] ';

/** Upstream: kube-aggregator `available_controller.go`, apiserver `admission/plugin/webhook`. */
const EXTENSION = /failing or missing response from|failed (?:to call|calling) webhook|loading OpenAPI spec/;

/** kube-apiserver, kubelet and clients of the API server. Upstream: kubernetes/apiserver `responsewriters/status.go`, `filters/*`, client-go `reflector.go`, kubelet `kubelet_node_status.go`. */
export const controlPlaneMessages = defineMessages([
  {
    id: 'API request not authenticated',
    throttle: { every: SECOND },
    text: /Unable to authenticate the request(?: due to an error)?"?(?: err="?|: )(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141       1 authentication.go:73] "Unable to authenticate the request" err="[x509: certificate has expired or is not yet valid: current time 2021-07-12T18:20:27Z is after 2021-03-29T22:00:18Z, verifying certificate SN=2]"',
      },
    ],
    read: (m, emit) => readTlsRejection(m.str('', 1) ?? '', null, false, emit),
  },
  {
    id: 'TLS handshake error',
    throttle: { every: SECOND },
    text: /http: TLS handshake error from (\S+): (.*)$/,
    samples: [
      { version: '1.29', line: 'I1122 09:51:45.262141       1 log.go:245] http: TLS handshake error from 10.0.0.5:41234: remote error: tls: bad certificate' },
    ],
    read: (m, emit) => readTlsRejection(m.str('', 2) ?? '', m.str('', 1), false, emit),
  },
  {
    id: 'grpc: no connection to etcd',
    text: /createTransport failed to connect to \{ ?"?(?:Addr: )?"?([^",}]*).*?Err: (.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'W1122 09:51:45.262141       1 logging.go:59] [core] [Channel #45 SubChannel #46] grpc: addrConn.createTransport failed to connect to {Addr: "127.0.0.1:2379", ServerName: "127.0.0.1:2379", }. Err: connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"',
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 2) ?? '';
      emit('apiserver.etcd-error', { error, kind: etcdErrorKind(error) });
      readTlsRejection(error, m.str('', 1), false, emit);
    },
  },
  {
    id: 'API server: error from etcd',
    text: /(?:received an error that is not an metav1\.Status: |error getting data from etcd: |compact failed: |watch chan error: )(.*)$/,
    samples: [
      {
        version: '1.29',
        line: `${E}apiserver received an error that is not an metav1.Status: &status.Error{s:(*status.Status)(0xc008d10402)}: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"`,
      },
      {
        version: '1.24',
        line: `${E}apiserver received an error that is not an metav1.Status: rpctypes.EtcdError{code:0xe, desc:"etcdserver: request timed out"}: etcdserver: request timed out`,
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 1) ?? '';
      if (/context canceled|client disconnected|http2: stream closed/.test(error)) return;
      const kind = etcdErrorKind(error);
      if (kind !== 'compacted') emit('apiserver.etcd-error', { error, kind });
    },
  },
  {
    id: 'health check failed',
    text: /^([\w,./-]+) check failed: (healthz|livez|readyz)/,
    samples: [{ version: '1.29', line: 'I1122 09:51:48.296026       1 healthz.go:261] etcd,etcd-readiness check failed: readyz' }],
    read: (m, emit) => {
      for (const check of (m.str('', 1) ?? '').split(',')) emit('apiserver.health-check', { endpoint: m.str('', 2) ?? '', check, ok: false });
    },
  },
  {
    id: 'creating leases failed at start',
    text: /Error creating leases: (.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'F1122 09:51:45.262141       1 instance.go:290] Error creating leases: error creating storage factory: context deadline exceeded',
      },
    ],
    read: (m, emit) => {
      emit('apiserver.etcd-error', { error: m.str('', 1) ?? '', kind: etcdErrorKind(m.str('', 1) ?? '') });
      emit('process.exited', { reason: m.text });
    },
  },
  {
    id: 'API server serving',
    text: /^Serving securely on \S*:6443\b/,
    samples: [{ version: '1.29', line: 'I1122 09:51:19.828604       1 secure_serving.go:213] Serving securely on [::]:6443' }],
    read: (m, emit) => {
      if (m.component === 'kube-apiserver') emit('apiserver.started', {});
    },
  },
  {
    id: 'API server shutting down',
    text: /shutdown event"? name="ShutdownInitiated"|The apiserver is shutting down/,
    samples: [
      { version: '1.29', line: 'I1122 09:51:19.828604       1 genericapiserver.go:500] "[graceful-termination] shutdown event" name="ShutdownInitiated"' },
    ],
    read: (_m, emit) => emit('apiserver.stopping', {}),
  },
  {
    id: 'API server overloaded',
    text: /Too many requests, please try again later|http: Handler timeout|request did not complete within the allotted timeout/,
    samples: [{ version: '1.29', line: `${E}apiserver was unable to write a JSON response: http: Handler timeout` }],
    read: (m, emit) => emit('apiserver.overloaded', { error: m.text }),
  },
  {
    id: 'slow API request (trace)',
    text: /^Trace\[\d+\]: "([^"]+)".*\(total time: (\d+(?:\.\d+)?m?s)\)/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 08:00:01.123456       1 trace.go:236] Trace[1506359465]: "Update" accept:application/vnd.kubernetes.protobuf,verb:PUT (22-Nov-2026 08:00:00.000) (total time: 1123ms):',
      },
    ],
    read: (m, emit) => emit('apiserver.slow-request', { took: parseGoDuration(m.str('', 2) ?? '') ?? 0, what: m.str('', 1) ?? '' }),
  },
  {
    id: 'node status not updated',
    text: /(?:Error updating node status, will retry|Unable to update node status|Failed to ensure lease exists|Failed to update lease|Unable to register node with API server)"?.*?err="(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141     707 kubelet_node_status.go:540] "Error updating node status, will retry" err="error getting node \\"master1\\": Get \\"https://10.0.0.100:6443/api/v1/nodes/master1?timeout=10s\\": dial tcp 10.0.0.100:6443: connect: connection refused"',
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 1) ?? '';
      if (m.component === 'kubelet') emit('kubelet.node-status-failed', { error });
      else emit('apiserver.unreachable', { address: /dial tcp (\S+?):? /.exec(error)?.[1] ?? null, error, kind: reachFailure(error) });
    },
  },
  {
    id: 'container fails',
    text: /failed to \\?"StartContainer\\?" for \\?"([\w.-]+)\\?" with (\w+): .*? pod="([\w.-]+)\/([\w.-]+)"/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141     707 pod_workers.go:1294] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"etcd\\" with CrashLoopBackOff: \\"back-off 5m0s restarting failed container=etcd pod=etcd-master1_kube-system(UID)\\"" pod="kube-system/etcd-master1" podUID="x"',
      },
    ],
    read: (m, emit) => emit('kubelet.container-failed', { pod: m.str('', 4), container: m.str('', 1), reason: m.str('', 2) ?? '' }),
  },
  {
    id: 'probe failed',
    text: /^"Probe failed" probeType="(\w+)" pod="(?:[\w.-]+)\/([\w.-]+)".*?containerName="([\w.-]+)".*?output="(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'I1122 09:51:45.262141     707 prober.go:107] "Probe failed" probeType="Liveness" pod="kube-system/etcd-master1" podUID="x" containerName="etcd" probeResult="failure" output="HTTP probe failed with statuscode: 503"',
      },
    ],
    read: (m, emit) => emit('kubelet.probe-failed', { pod: m.str('', 2), container: m.str('', 3), probe: m.str('', 1) ?? '', output: m.str('', 4) ?? '' }),
  },
  {
    id: 'API server not reachable',
    // an API server itself calls its extensions and webhooks, other programs metrics ports of kubelets: none of these is the API server
    text: /(?:Get|Put|Post|Patch|Delete|List|Watch) \\?"https:\/\/([^/"\\]+)\/(?:apis?|version|healthz|livez|readyz|openapi)\b[^"]*": (.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141       1 reflector.go:147] k8s.io/client-go/informers/factory.go:159: Failed to watch *v1.Node: failed to list *v1.Node: Get "https://10.15.0.203:6443/api/v1/nodes?limit=500": dial tcp 10.15.0.203:6443: connect: connection refused',
      },
    ],
    read: (m, emit) => {
      const error = m.str('', 2) ?? '';
      if (m.component === 'kube-apiserver' || EXTENSION.test(m.text) || /context canceled/.test(error)) return;
      emit('apiserver.unreachable', { address: m.str('', 1), error, kind: reachFailure(error) });
      readTlsRejection(error, m.str('', 1), false, emit);
    },
  },
  {
    id: 'etcd error seen by a client',
    text: /etcdserver: (?:no leader|leader changed|request timed out|mvcc: database space exceeded|too many requests|request is too large|corrupt cluster)/,
    samples: [{ version: '1.29', line: 'E1122 09:51:45.262141       1 controller.go:95] etcdserver: leader changed' }],
    read: (m, emit) => emit('apiserver.etcd-error', { error: m.text, kind: etcdErrorKind(m.text) }),
  },
]);
