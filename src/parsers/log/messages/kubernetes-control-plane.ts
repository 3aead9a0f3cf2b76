import type { Component } from '../../../model/bundle.ts';
import { parseGoDuration, SECOND } from '../../../model/time.ts';
import { defineMessages } from '../message.ts';
import { etcdErrorKind, quotedEnd, reachFailure } from './errors.ts';
import { readTlsRejection } from './tls.ts';

/** Ports on which API servers, or what stands before them, listen; other programs' APIs have such paths too. */
const API_PORT = /:(?:6443|6444|7443|8443|16443)$/;
/** Names and service addresses of the API where the port does not tell. */
const API_NAME = /^(?:kubernetes(?:\.default|$|:)|(?:\d+\.){2}0\.1(?::443)?$)/;

/** True where an address that answered wrongly is an API server's: what API servers themselves dial elsewhere are the APIs they aggregate. */
function ofApiServer(component: Component, address: string | null): boolean {
  if (address === null) return false;
  if (component === 'kube-apiserver' && !/^(?:localhost|127\.|\[::1\])/.test(address)) return false;
  if (API_PORT.test(address) || API_NAME.test(address)) return true;
  return component !== 'other' && component !== 'kube-apiserver' && /(?:^[^:]+|:443)$/.test(address);
}

const E = 'E1122 09:51:45.262141       1 status.go:71] ';

/** What an API server says of those it calls itself, its extensions and webhooks (kube-aggregator `available_controller.go`, apiserver `admission/plugin/webhook`). */
const EXTENSION = /failing or missing response from|failed (?:to call|calling) webhook|loading OpenAPI spec/;

/** Who speaks as an API server: k3s and rke2 are one process with it. */
const SERVES: ReadonlySet<Component> = new Set<Component>(['kube-apiserver', 'k3s', 'rke2']);

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
    read: (m, emit) => readTlsRejection(quotedEnd(m.text, m.str('', 1) ?? '').replace(/^\[|\]$/g, ''), null, 'client', emit),
  },
  {
    id: 'TLS handshake error',
    throttle: { every: SECOND },
    text: /http: TLS handshake error from (\S+): (.*)$/,
    samples: [
      { version: '1.29', line: 'I1122 09:51:45.262141       1 log.go:245] http: TLS handshake error from 10.0.0.5:41234: remote error: tls: bad certificate' },
    ],
    read: (m, emit) => readTlsRejection(m.str('', 2) ?? '', m.str('', 1), 'client', emit),
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
      readTlsRejection(error, m.str('', 1), 'server', emit);
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
    // upstream: component-base `cli/run.go`, kubelet `server.go`; the lease's loss is told by its own sentence
    id: 'program ended with an error',
    text: /^"?(?:command failed|Failed to run kubelet)"?:? (?:err=)?"?(.*)$/,
    samples: [
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141       1 run.go:74] "command failed" err="open /etc/kubernetes/pki/apiserver.crt: no such file or directory"',
      },
      {
        version: '1.23',
        line: 'E1122 09:51:45.262141       1 server.go:302] "Failed to run kubelet" err="failed to run Kubelet: misconfiguration: kubelet cgroup driver"',
      },
    ],
    read: (m, emit) => {
      const reason = quotedEnd(m.text, m.str('', 1) ?? '');
      emit('process.exited', { reason });
      if (m.component === 'kube-apiserver' && /etcd/.test(reason)) emit('apiserver.etcd-error', { error: reason, kind: etcdErrorKind(reason) });
    },
  },
  {
    id: 'API server serving',
    // k3s and rke2 keep theirs on 6444, OpenShift on 6443, microk8s on 16443
    text: /^Serving securely on \S*:(?:6443|6444|8443|16443)$/,
    samples: [
      { version: '1.29', line: 'I1122 09:51:19.828604       1 secure_serving.go:213] Serving securely on [::]:6443' },
      { version: 'k3s 1.30', line: 'I1122 09:51:19.828604       1 secure_serving.go:213] Serving securely on 127.0.0.1:6444' },
    ],
    read: (m, emit) => {
      if (SERVES.has(m.component)) emit('apiserver.started', {});
    },
  },
  {
    id: 'API server address',
    text: /^external host was not specified, using (\S+)$/,
    samples: [{ version: '1.29', line: 'I1122 09:51:15.828604       1 options.go:222] external host was not specified, using 10.0.0.11' }],
    read: (m, emit) => emit('node.address', { node: null, address: m.str('', 1) ?? '' }),
  },
  {
    id: 'API server shutting down',
    // without -v=1 and more the controllers that it ends and the port it closes are all it says
    text: /shutdown event"? (?:name=)?"ShutdownInitiated"|The apiserver is shutting down|^Shutting down kubernetes [Ss]ervice endpoint reconciler|^Stopped listening on \S*:(?:6443|6444|8443|16443)$/,
    samples: [
      { version: '1.19', line: 'I1122 09:51:19.828604       1 controller.go:181] Shutting down kubernetes service endpoint reconciler' },
      { version: '1.33', line: 'I1122 09:51:19.828604       1 controller.go:120] Shutting down kubernetes Service endpoint reconciler' },
      { version: '1.29', line: 'I1122 09:51:19.828604       1 secure_serving.go:258] Stopped listening on [::]:6443' },
      { version: '1.23', line: 'I1122 09:51:19.828604       1 genericapiserver.go:461] [graceful-termination] shutdown event "ShutdownInitiated"' },
      { version: '1.29', line: 'I1122 09:51:19.828604       1 genericapiserver.go:500] "[graceful-termination] shutdown event" name="ShutdownInitiated"' },
    ],
    read: (m, emit) => {
      if (SERVES.has(m.component)) emit('apiserver.stopping', {});
    },
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
    id: 'API server not reachable',
    // Go before 1.14 wrote the address without quotes
    text: /(?:Get|Put|Post|Patch|Delete|List|Watch) (?:\\*"https:\/\/([^/"\\]+)\/(?:apis?|version|openapi|healthz|livez|readyz)\b[^"]*"|https:\/\/([^/\s:]+(?::\d+)?)\/(?:apis?|version|openapi|healthz|livez|readyz)\b\S*?): (.*)$/,
    samples: [
      {
        version: '1.18',
        line: 'E1122 09:51:45.262141       1 reflector.go:178] k8s.io/client-go/informers/factory.go:135: Failed to list *v1.Node: Get https://10.15.0.203:6443/api/v1/nodes?limit=500&resourceVersion=0: dial tcp 10.15.0.203:6443: connect: connection refused',
      },
      {
        version: '1.29',
        line: 'E1122 09:51:45.262141       1 reflector.go:147] k8s.io/client-go/informers/factory.go:159: Failed to watch *v1.Node: failed to list *v1.Node: Get "https://10.15.0.203:6443/api/v1/nodes?limit=500": dial tcp 10.15.0.203:6443: connect: connection refused',
      },
    ],
    read: (m, emit) => {
      const error = quotedEnd(m.text, m.str('', 3) ?? '');
      const address = m.str('', 1) ?? m.str('', 2);
      if (/context canceled/.test(error) || EXTENSION.test(m.text) || !ofApiServer(m.component, address)) return;
      emit('apiserver.unreachable', { address, error, kind: reachFailure(error) });
      readTlsRejection(error, address, 'server', emit);
    },
  },
  {
    id: 'etcd error seen by a client',
    text: /etcdserver: (?:no leader|leader changed|request timed out|mvcc: database space exceeded|too many requests|request is too large|corrupt cluster)/,
    samples: [{ version: '1.29', line: 'E1122 09:51:45.262141       1 controller.go:95] etcdserver: leader changed' }],
    read: (m, emit) => emit('apiserver.etcd-error', { error: m.text, kind: etcdErrorKind(m.text) }),
  },
]);
