import { describe, expect, test } from 'vitest';
import { findNodeFolder } from '../../src/bundle/node-folders.ts';
import { generationsByRestart, pathHints } from '../../src/bundle/path-hints.ts';
import { unrotate } from '../../src/bundle/rotation.ts';

const hash = '04b3ddc6f8a9afbfebc4fc892018828c';
const uuid = '1f0d7e5a-6a1b-4c5e-9f7d-0123456789ab';
const id = 'e2df20d0ba69842159970d5ff8ea109a66db41bb3f4aac53e547e9350a7c80b8';

/** path, node, component, namespace, pod, container, generation */
type Row = readonly [string, string | null, string | null, string | null, string | null, string | null, string];

const ROWS: readonly Row[] = [
  [`var/log/pods/kube-system_etcd-master-01_${hash}/etcd/0.log`, 'master-01', 'etcd', 'kube-system', 'etcd-master-01', 'etcd', 'current'],
  [
    `var/log/pods/kube-system_etcd-m.corp.example_${hash}/etcd/3.log.20261122-085952.gz`,
    'm.corp.example',
    'etcd',
    'kube-system',
    'etcd-m.corp.example',
    'etcd',
    'rotated',
  ],
  [
    `x/pods/kube-system_kube-apiserver-cp1_${hash}/kube-apiserver/12.log`,
    'cp1',
    'kube-apiserver',
    'kube-system',
    'kube-apiserver-cp1',
    'kube-apiserver',
    'current',
  ],
  [
    `var/log/pods/openshift-kube-scheduler_openshift-kube-scheduler-master-0_${hash}/kube-scheduler/1.log`,
    'master-0',
    'kube-scheduler',
    'openshift-kube-scheduler',
    'openshift-kube-scheduler-master-0',
    'kube-scheduler',
    'current',
  ],
  [`var/log/pods/openshift-etcd_etcd-master-0_${hash}/etcd-metrics/1.log`, 'master-0', 'other', 'openshift-etcd', 'etcd-master-0', 'etcd-metrics', 'current'],
  [`var/log/pods/kube-system_kube-proxy-x7k2p_${uuid}/kube-proxy/0.log`, null, 'kube-proxy', 'kube-system', 'kube-proxy-x7k2p', 'kube-proxy', 'current'],
  [`var/log/pods/db_etcd-0_${uuid}/etcd/0.log`, null, 'etcd', 'db', 'etcd-0', 'etcd', 'current'],
  [`rke2/podlogs/kube-system_etcd-n1_${hash}/etcd/0.log.gz`, 'n1', 'etcd', 'kube-system', 'etcd-n1', 'etcd', 'current'],
  [`var/log/containers/etcd-m1_kube-system_etcd-${id}.log`, 'm1', 'etcd', 'kube-system', 'etcd-m1', 'etcd', 'current'],
  [
    `var/log/containers/kube-controller-manager-m1_kube-system_kube-controller-manager-${id.slice(0, 20)}.log`,
    'm1',
    'kube-controller-manager',
    'kube-system',
    'kube-controller-manager-m1',
    'kube-controller-manager',
    'current',
  ],
  ['q/namespaces/openshift-etcd/pods/etcd-master-2/etcd/etcd/logs/previous.log', 'master-2', 'etcd', 'openshift-etcd', 'etcd-master-2', 'etcd', 'previous'],
  [
    'namespaces/openshift-etcd/pods/etcd-master-2/etcd/etcd/logs/current.insecure.log',
    'master-2',
    'etcd',
    'openshift-etcd',
    'etcd-master-2',
    'etcd',
    'current',
  ],
  [
    'namespaces/openshift-etcd/pods/etcd-master-2/etcd/etcd/logs/rotated/1.log.20231102-061208.gz',
    'master-2',
    'etcd',
    'openshift-etcd',
    'etcd-master-2',
    'etcd',
    'rotated',
  ],
  [
    'namespaces/openshift-etcd-operator/pods/etcd-operator-7d9f8b6c5d-x2x4z/etcd-operator/etcd-operator/logs/current.log',
    null,
    'other',
    'openshift-etcd-operator',
    'etcd-operator-7d9f8b6c5d-x2x4z',
    'etcd-operator',
    'current',
  ],
  ['namespaces/openshift-etcd/pods/etcd-master-2/etcd-master-2.yaml', 'master-2', 'etcd', 'openshift-etcd', 'etcd-master-2', null, 'current'],
  [
    `rke/podlogs/k8s_kube-apiserver_kube-apiserver-n1_kube-system_${hash}_4`,
    'n1',
    'kube-apiserver',
    'kube-system',
    'kube-apiserver-n1',
    'kube-apiserver',
    'current',
  ],
  [`var/lib/docker/containers/${id}/${id}-json.log`, null, null, null, null, null, 'current'],
  [`bk3-${id}-json.log.2.gz`, null, null, null, null, null, 'rotated'],
  ['etcd-0-endpoint-status.json', null, 'etcdctl', null, null, null, 'current'],
  ['etcd-0-df.txt', null, null, null, null, null, 'current'],
  ['etcd-1-etcd.log.2.gz', null, 'etcd', null, null, null, 'rotated'],
  ['dc1-b-etcd-2026-11-22T09-19-12.608.log.gz', null, 'etcd', null, null, null, 'rotated'],
  ['db1-journal-etcd.log', null, 'etcd', null, null, null, 'current'],
  ['n/etcd/etcd-metrics-127.0.0.1.txt', null, 'etcd', null, null, null, 'current'],
  ['n/backup/etcd-snapshot-20261122-085957-save.log', null, 'backup', null, null, null, 'current'],
  ['n/backup/etcd-snapshot-20261122-085957.db', null, 'backup', null, null, null, 'current'],
  ['logs/kube-apiserver', null, 'kube-apiserver', null, null, null, 'current'],
  ['logs/haproxy.log-20231102.gz', null, 'haproxy', null, null, null, 'rotated'],
  ['var/log/messages-20231102', null, 'systemd', null, null, null, 'rotated'],
  ['var/log/kern.log.1', null, 'kernel', null, null, null, 'rotated'],
  ['system/chronyc-tracking.txt', null, 'chrony', null, null, null, 'current'],
  ['keepalived/journal.txt', null, 'keepalived', null, null, null, 'current'],
  ['pods/etcd-previous.log', null, 'etcd', null, null, null, 'previous'],
  ['net/ping-10.0.0.1', null, null, null, null, null, 'current'],
  ['whatever.bin', null, null, null, null, null, 'current'],
];

test.each(ROWS)('%s', (path, node, component, namespace, pod, container, generation) => {
  expect(pathHints(path)).toEqual({ node, component, namespace, pod, container, generation });
});

describe('names', () => {
  test('the highest restart of each container is current, lower ones are previous', () => {
    const pod = `p/kube-system_etcd-a_${hash}`;
    const generations = generationsByRestart([
      `${pod}/etcd/10.log`,
      `${pod}/etcd/9.log.gz`,
      `${pod}/etcd/9.log.20261122-085952`,
      `${pod}/etcd/10.log.20261122-085952`,
      `${pod}/proxy/0.log`,
      'p/7.log',
    ]);
    expect([...generations].map(([path, generation]) => [path.slice(pod.length + 1), generation])).toEqual([
      ['etcd/10.log', 'current'],
      ['etcd/9.log.gz', 'previous'],
      ['etcd/9.log.20261122-085952', 'previous'],
      ['etcd/10.log.20261122-085952', 'rotated'],
      ['proxy/0.log', 'current'],
    ]);
  });

  test.each([
    ['etcd.log.1', 'etcd.log', true],
    ['etcd.log-20231102-1698883200.gz', 'etcd.log', true],
    ['audit-2026-11-22T09-18-37.370.log', 'audit.log', true],
    ['0.log.20231102-061208', '0.log', true],
    ['etcd.log.gz', 'etcd.log', false],
    ['snapshot-20231102', 'snapshot-20231102', false],
  ])('rotation of %s', (name, stem, rotated) => {
    expect(unrotate(name)).toEqual({ stem, rotated });
  });
});

describe('folders of one machine', () => {
  test.each<readonly [string, number, string | null]>([
    ['bundle/cp1/etcd/etcd.log', 1, 'cp1'],
    ['bundle/cp1/etcd.log', 1, 'cp1'],
    ['cp1/etcd.log', 0, 'cp1'],
    ['bundle/logs/node-2/journal.txt', 1, 'node-2'],
    // a folder called after a static pod is of the pod's node
    ['bundle/etcd-master-01/etcd.log', 1, 'master-01'],
    // the bundle's own folder may be called like a machine
    ['etcd-3/README', 1, null],
    ['bundle/everything/etcd.log', 1, null],
    ['bundle/logs/etcd.log', 1, null],
    ['var/log/etcd/etcd.log', 0, null],
  ])('%s', (path, from, node) => {
    expect(findNodeFolder(path.split('/'), from)?.node ?? null).toBe(node);
  });
});
