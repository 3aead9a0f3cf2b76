import { describe, expect, test } from 'vitest';
import { LAYOUTS } from '../../src/bundle/layouts.ts';
import { Scope } from '../../src/bundle/scope.ts';

interface Sample {
  readonly layout: string;
  readonly name: string;
  readonly collectedAt?: string;
  readonly nested?: boolean;
  readonly directory?: boolean;
  /** path → what must be hinted, among other things */
  readonly paths: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

const hash = '04b3ddc6f8a9afbfebc4fc892018828c';

const SAMPLES: readonly Sample[] = [
  {
    layout: 'troubleshoot',
    name: 'support-bundle-2026-11-22T09_05_22',
    collectedAt: '2026-11-22T09:05:22.000Z',
    paths: {
      'support-bundle-2026-11-22T09_05_22/version.yaml': { node: null },
      'support-bundle-2026-11-22T09_05_22/cluster-resources/pods/logs/kube-system/etcd-cp1/etcd-previous.log': {
        node: 'cp1',
        component: 'etcd',
        namespace: 'kube-system',
        pod: 'etcd-cp1',
        container: 'etcd',
        generation: 'previous',
      },
      'support-bundle-2026-11-22T09_05_22/host-collectors/system/time.json': { node: null },
      'support-bundle-2026-11-22T09_05_22/host-collectors/cp1/system/time.json': { node: 'cp1' },
      'support-bundle-2026-11-22T09_05_22/sysctl/cp2': { node: 'cp2' },
      'support-bundle-2026-11-22T09_05_22/etcd/endpoint-status.json': { node: null, component: 'etcdctl' },
    },
  },
  {
    layout: 'must-gather',
    name: 'mg',
    paths: {
      'must-gather.local.123/quay-io-x-sha256-ab/namespaces/openshift-etcd/pods/etcd-master-0/etcd/etcd/logs/current.log': {
        node: 'master-0',
        component: 'etcd',
      },
      'must-gather.local.123/quay-io-x-sha256-ab/etcd_info/member_list.json': { node: null, component: 'etcdctl' },
      'must-gather.local.123/quay-io-x-sha256-ab/host_service_logs/masters/kubelet_service.log': { node: null, component: 'kubelet' },
      'must-gather.local.123/quay-io-x-sha256-ab/host_service_logs/masters/master-1/uname.txt': { node: 'master-1' },
      'must-gather.local.123/quay-io-x-sha256-ab/audit_logs/kube-apiserver/master-0-audit-2026-11-22T09-05-22.123.log.gz': {
        node: 'master-0',
        component: 'kube-apiserver',
        generation: 'rotated',
      },
    },
  },
  {
    layout: 'sosreport',
    name: 'sosreport-cp1-2026-11-22-abcdefg',
    collectedAt: '2026-11-22T00:00:00.000Z',
    paths: {
      'sosreport-cp1-2026-11-22-abcdefg/sos_commands/etcd/etcdctl_member_list': { node: 'cp1', component: 'etcdctl' },
      'sosreport-cp1-2026-11-22-abcdefg/sos_commands/kubernetes/journalctl_--no-pager_--unit_kubelet': { node: 'cp1', component: 'kubelet' },
      'sosreport-cp1-2026-11-22-abcdefg/var/log/messages': { node: 'cp1', component: 'systemd' },
    },
  },
  {
    layout: 'rancher',
    name: 'rke-a-2026-11-22_09_05_22',
    collectedAt: '2026-11-22T09:05:22.000Z',
    nested: true,
    paths: {
      'etcd/memberlist': { node: 'rke-a', component: 'etcdctl' },
      'rke/containerlogs/kube-scheduler': { node: 'rke-a', component: 'kube-scheduler', container: 'kube-scheduler' },
      'journald/rke2-server': { node: 'rke-a', component: 'rke2' },
      'rke2/podlogs/kube-system-etcd-rke-b-previous': { node: null, namespace: 'kube-system', pod: 'etcd-rke-b', generation: 'previous' },
      'systeminfo/date': { node: 'rke-a' },
    },
  },
  {
    layout: 'support-bundle-kit',
    name: 'supportbundle_harvester_2026-11-22T09-05-22Z',
    collectedAt: '2026-11-22T09:05:22.000Z',
    paths: {
      'sb/metadata.yaml': {},
      'sb/logs/kube-system/etcd-h1/etcd.log.1': { node: 'h1', component: 'etcd', generation: 'previous' },
      'sb/nodes/h1.zip': { node: 'h1' },
    },
  },
  {
    layout: 'talos',
    name: 'support',
    paths: {
      '10.5.0.2/service-logs/etcd.log': { node: '10.5.0.2', component: 'etcd' },
      '10.5.0.2/kubernetes-logs/kube-system/kube-apiserver-exited.log': { node: '10.5.0.2', component: 'kube-apiserver', generation: 'previous' },
    },
  },
  {
    layout: 'kind',
    name: 'kind-logs',
    directory: true,
    paths: {
      'kind-version.txt': { node: null },
      'kind-control-plane2/kubelet.log': { node: 'kind-control-plane2', component: 'kubelet' },
      [`kind-control-plane2/pods/kube-system_etcd-kind-control-plane2_${hash}/etcd/0.log`]: { node: 'kind-control-plane2', component: 'etcd' },
    },
  },
  {
    layout: 'cluster-info-dump',
    name: 'dump',
    paths: {
      'd/nodes.json': { node: null },
      'd/kube-system/pods.json': { node: null },
      'd/kube-system/etcd-cp1/logs.txt': { namespace: 'kube-system', pod: 'etcd-cp1' },
    },
  },
  {
    layout: 'microk8s',
    name: 'inspection-report-20261122_090522',
    collectedAt: '2026-11-22T09:05:22.000Z',
    paths: { 'inspection-report/snap.microk8s.daemon-etcd/journal.log': { component: 'etcd', node: null } },
  },
  {
    layout: 'k0s',
    name: 'support-bundle-2026-11-22T09_05_22',
    collectedAt: '2026-11-22T09:05:22.000Z',
    paths: {
      'sb/version.yaml': {},
      'sb/host-collectors/run-host/etcd-members.txt': { component: 'etcdctl', node: null },
      'sb/host-collectors/run-host/k0s-status.txt': { node: null },
    },
  },
  {
    layout: 'supportconfig',
    name: 'scc_cp1_261122_0905',
    collectedAt: '2026-11-22T09:05:00.000Z',
    paths: { 'scc_cp1_261122_0905/basic-environment.txt': { node: 'cp1' }, 'scc_cp1_261122_0905/messages.txt': { node: 'cp1' } },
  },
  {
    layout: 'eks',
    name: 'eks_i-0123abcd_2026-11-22_0905-UTC_0.7.6',
    collectedAt: '2026-11-22T09:05:00.000Z',
    paths: { 'system/instance-id.txt': { node: 'i-0123abcd' }, 'kubelet/kubelet.log': { node: 'i-0123abcd', component: 'kubelet' } },
  },
  { layout: 'aks', name: 'aks_logs', paths: { 'collect/crictl_info.json': {}, 'var/log/azure/cluster-provision.log': { node: null } } },
  {
    layout: 'crashd',
    name: 'bundle-2026-11-22-09-05-22',
    collectedAt: '2026-11-22T09:05:22.000Z',
    paths: {
      'b/kubecapture/core_v1/kube-system/etcd-cp1/etcd/etcd.log': { node: 'cp1', component: 'etcd', container: 'etcd' },
      'b/backup_daily.log': { component: 'backup' },
      'b/10_0_0_5/date.txt': { node: '10.0.0.5' },
    },
  },
  {
    layout: 'node-tree',
    name: 'collected',
    paths: {
      [`collected/master-01/var/log/pods/kube-system_etcd-master-01_${hash}/etcd/0.log`]: { node: 'master-01' },
      'collected/master-01/etcd/hashkv.json': { node: 'master-01', component: 'etcdctl' },
      'collected/master-01/incident/notes.txt': { node: 'master-01' },
      'collected/readme.txt': { node: null },
    },
  },
  {
    layout: 'etcd-data-dir',
    name: 'data',
    paths: { 'etcd/member/snap/db': { node: null, component: 'etcd' }, 'etcd/member/wal/0.wal': { component: 'etcd' } },
  },
  { layout: 'generic', name: 'logs', paths: { 'etcd-0-etcd.log': { node: null, component: 'etcd' } } },
];

function scopeOf(sample: Sample): Scope {
  const scope = new Scope({ name: sample.name, depth: 0, nested: sample.nested ?? false, topFolder: sample.directory !== true, inheritedNode: null });
  for (const path of Object.keys(sample.paths)) scope.note(path);
  scope.recognise();
  return scope;
}

test.each(SAMPLES)('$layout', (sample) => {
  const scope = scopeOf(sample);
  expect(scope.layout()).toBe(sample.layout);
  const at = scope.collectedAt();
  expect(at === null ? undefined : new Date(at / 1000).toISOString()).toBe(sample.collectedAt);
  for (const [path, hints] of Object.entries(sample.paths)) expect({ path, ...scope.hints(path) }).toMatchObject({ path, ...hints });
});

test('every layout has a sample', () => {
  const sampled = new Set(SAMPLES.map((sample) => sample.layout));
  expect(LAYOUTS.map((layout) => layout.id).filter((id) => !sampled.has(id))).toEqual([]);
});

describe('the machine of a bundle made on one', () => {
  const scopeWith = (name: string, hostnames: Readonly<Record<string, string>>, ...paths: readonly string[]): Scope => {
    const scope = new Scope({ name, depth: 0, nested: false, topFolder: true, inheritedNode: null });
    for (const path of [...Object.keys(hostnames), ...paths]) scope.note(path);
    for (const body of Object.values(hostnames)) scope.noteHostname(Buffer.from(body));
    scope.settle();
    return scope;
  };

  test('is named by its hostname file, also for what came before it', () => {
    const scope = scopeWith('aks_logs', { 'etc/hostname': 'aks-cp1\n' }, 'var/log/azure/x.log', 'collect/timedatectl.txt');
    expect(scope.hints('collect/timedatectl.txt').node).toBe('aks-cp1');
  });

  test('is not the machine of pods that the API was asked for', () => {
    const name = 'sosreport-cp1-0123456-2026-11-22-abcdefg';
    const log = 'sos_commands/kubernetes/cluster-info/default/podlogs/web-1/kubectl_--namespace_default_logs_web-1_-c_web';
    const scope = scopeWith(name, { [`${name}/hostname`]: 'cp1\n' }, `${name}/${log}`, `${name}/sos_commands/chrony/chronyc_tracking`);
    expect(scope.hints(`${name}/sos_commands/chrony/chronyc_tracking`).node).toBe('cp1');
    expect(scope.hints(`${name}/${log}`).node).toBeNull();
  });

  test('stays open where files differ, and where the layout is of many machines', () => {
    const differing = scopeWith('aks_logs', { 'etc/hostname': 'a\n', 'collect/hostname': 'b\n' }, 'var/log/azure/x.log');
    expect(differing.hints('var/log/azure/x.log').node).toBeNull();
    const domain = scopeWith('aks_logs', { 'etc/hostname': 'a\n', 'collect/hostname': 'a.example.org\n' }, 'var/log/azure/x.log');
    expect(domain.hints('var/log/azure/x.log').node).toBe('a');
    const many = scopeWith('mg', { 'mg/hostname': 'bastion\n' }, 'mg/etcd_info/member_list.json');
    expect(many.hints('mg/etcd_info/member_list.json').node).toBeNull();
  });
});

test('a layout that shows itself late is found at the end', () => {
  const scope = new Scope({ name: 'support-bundle-2026-11-22T09_05_22', depth: 0, nested: false, topFolder: true, inheritedNode: null });
  scope.note('sb/version.yaml');
  for (let n = 0; n < 300; n += 1) scope.note(`sb/cluster-resources/pods/p${n}.json`);
  expect(scope.layout()).toBe('troubleshoot');
  scope.note('sb/host-collectors/run-host/etcd-members.txt');
  scope.note('sb/host-collectors/run-host/k0s-status.txt');
  scope.settle();
  expect(scope.layout()).toBe('k0s');
});

describe('node folders', () => {
  const nodes = (
    options: { readonly nested?: boolean; readonly directory?: boolean; readonly name?: string },
    ...paths: readonly string[]
  ): readonly (string | null)[] => {
    const scope = new Scope({
      name: options.name ?? 'bundle',
      depth: 0,
      nested: options.nested ?? false,
      topFolder: options.directory !== true,
      inheritedNode: null,
    });
    for (const path of paths) scope.note(path);
    return paths.map((path) => scope.hints(path).node);
  };

  test('the top folder of an archive is no node, those below it may be', () => {
    expect(nodes({}, 'case-7/etcd/x.log', 'other/alpha/etcd/x.log')).toEqual([null, 'alpha']);
  });

  test('folders of a directory, or several top folders of an archive, are nodes', () => {
    expect(nodes({ directory: true }, 'alpha/etcd/x.log', 'beta/system/df.txt')).toEqual(['alpha', 'beta']);
    expect(nodes({}, 'alpha/etcd/x.log', 'beta/system/df.txt')).toEqual(['alpha', 'beta']);
    expect(nodes({}, '10.0.0.5/etcd/x.log')).toEqual(['10.0.0.5']);
  });

  test('a nested archive of one machine is that node', () => {
    expect(nodes({ nested: true, name: 'alpha-2026-11-22_09_05_22' }, 'var/log/etcd.log')).toEqual(['alpha']);
    expect(nodes({ nested: true, name: 'x' }, 'alpha/etcd/x.log')).toEqual(['alpha']);
    expect(nodes({ nested: true, name: 'logs' }, 'etcd/x.log')).toEqual([null]);
  });

  test('folders by topic are not nodes', () => {
    expect(nodes({}, 'b/cluster-resources/pods/x.json', 'b/logs/etcd/x.log', 'b/etcd/system/x.log', 'b/nodes/alpha/logs/x.log')).toEqual([
      null,
      null,
      null,
      'alpha',
    ]);
  });
});
