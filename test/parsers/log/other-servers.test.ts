import { expect, test } from 'vitest';
import type { Component } from '../../../src/model/bundle.ts';
import { readLog } from './collect.ts';

const REFUSED = 'connect: connection refused';

/** Sentences of healthy control planes: none of them says that an API server could not be reached, or that a lease was lost. */
const CHATTER: readonly (readonly [Component, string])[] = [
  [
    'kube-apiserver',
    `E1122 09:51:46.084094       1 available_controller.go:460] v1beta1.metrics.k8s.io failed with: failing or missing response from https://10.96.45.10:443/apis/metrics.k8s.io/v1beta1: Get "https://10.96.45.10:443/apis/metrics.k8s.io/v1beta1": dial tcp 10.96.45.10:443: ${REFUSED}`,
  ],
  [
    'other',
    'W1122 09:51:46.084094       1 dispatcher.go:225] Failed calling webhook, failing open mutate.example.io: failed calling webhook "mutate.example.io": failed to call webhook: Post "https://hook.apps.svc:443/apis/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'other',
    'E1122 09:51:46.084094       1 scraper.go:149] "Failed to scrape node" err="Get \\"https://10.0.0.5:10250/metrics/resource\\": tls: failed to verify certificate: x509: cannot validate certificate for 10.0.0.5 because it doesn\'t contain any IP SANs" node="w1"',
  ],
  [
    'kube-controller-manager',
    'I1122 09:51:46.084094       1 leaderelection.go:285] failed to renew lease kube-system/kube-controller-manager: context canceled',
  ],
  [
    'kube-scheduler',
    'E1122 09:51:46.084094       1 leaderelection.go:429] Failed to update lock optimistically: Put "https://10.0.0.11:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler?timeout=5s": context canceled, falling back to slow path',
  ],
  [
    'kube-scheduler',
    'E1122 09:51:46.084094       1 leaderelection.go:436] error retrieving resource lock kube-system/kube-scheduler: Get "https://10.0.0.11:6443/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/kube-scheduler?timeout=5s": context canceled',
  ],
  // k3s serves the API on ports that its own extensions have too
  [
    'k3s',
    `E1122 09:51:46.084094       1 available_controller.go:460] v1beta1.metrics.k8s.io failed with: failing or missing response from https://10.43.45.10:443/apis/metrics.k8s.io/v1beta1: Get "https://10.43.45.10:443/apis/metrics.k8s.io/v1beta1": dial tcp 10.43.45.10:443: ${REFUSED}`,
  ],
  [
    'k3s',
    'W1122 09:51:46.084094       1 dispatcher.go:225] Failed calling webhook, failing open mutate.example.io: failed calling webhook "mutate.example.io": failed to call webhook: Post "https://hook.apps.svc:443/apis/mutate?timeout=10s": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  // etcd 3.4 on its way down reports the listener that it closes itself
  [
    'etcd',
    '{"level":"fatal","ts":"2026-11-22T07:41:35.240Z","caller":"etcdmain/etcd.go:271","msg":"listener failed","error":"accept tcp 127.0.0.1:2379: use of closed network connection"}',
  ],
];

test.each(CHATTER)('%s: %s', (component, line) => {
  expect(readLog(`${line}\n`, { component }).facts).toEqual([]);
});
