import type { Component } from '../model/bundle.ts';

const CONTAINERS = new Set<string>([
  'etcd',
  'etcdctl',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'haproxy',
  'keepalived',
  'nginx',
] satisfies readonly Component[]);

function isComponent(name: string): name is Component {
  return CONTAINERS.has(name);
}

/** Names containers have beside the component's own. */
const CONTAINER_ALIASES: Readonly<Record<string, Component>> = {
  'nginx-proxy': 'nginx',
  'etcd-rolling-snapshots': 'backup',
  'k8s-etcd': 'etcd',
  'etcd-backup': 'backup',
  'etcd-backup-restore': 'backup',
  'backup-restore': 'backup',
  velero: 'backup',
  'haproxy-monitor': 'other',
  'keepalived-monitor': 'other',
};

/** The component a container name stands for; sidecars such as `etcd-metrics` are `other`. */
export function componentOfContainer(name: string): Component {
  return CONTAINER_ALIASES[name] ?? (isComponent(name) ? name : 'other');
}

const word = (words: string): RegExp => new RegExp(`(?:^|[^a-z0-9])(?:${words})(?=$|[^a-z0-9])`, 'i');

/** Asked in this order on the file name, then on the folders above it, nearest first. */
const WORDS: readonly (readonly [RegExp, Component])[] = [
  [
    word(
      'etcdctl|etcdutl|member[-_]?list|endpoint[-_]?(?:status|health)(?:[-_]\\w+)?|alarm[-_]?list|hash[-_]?kv|memberlist|endpointstatus|endpointhealth|alarmlist',
    ),
    'etcdctl',
  ],
  [word('velero|restic|etcd[-_]?backup|backups?|snapshot[-_]save|etcd[-_]snapshots?|etcd-rolling-snapshots|snapshot(?:db)?'), 'backup'],
  [word('kube-?apiserver|apiserver'), 'kube-apiserver'],
  [word('kube-?controller-?manager|controller-?manager|kcm'), 'kube-controller-manager'],
  [word('kube-?scheduler|scheduler'), 'kube-scheduler'],
  [word('kube-?proxy'), 'kube-proxy'],
  [word('kubelet'), 'kubelet'],
  [word('haproxy'), 'haproxy'],
  [word('keepalived'), 'keepalived'],
  [word('nginx(?:-proxy)?'), 'nginx'],
  [word('chrony[a-z]*|chronyd'), 'chrony'],
  [word('ntpd?|ntpq(?:[-_]\\w+)?|ntpstat'), 'ntpd'],
  [word('timesyncd|systemd-timesyncd|timedatectl'), 'timesyncd'],
  [word('containerd|crictl|crio|cri-o|dockerd'), 'containerd'],
  [word('dmesg|kern(?:el)?(?:\\.log)?|dmesg\\.\\w+'), 'kernel'],
  [word('etcd(?:-(?:member|server|main|events))?\\d*'), 'etcd'],
  [word('k3s(?:-\\w+)?'), 'k3s'],
  [word('rke2(?:-\\w+)?'), 'rke2'],
  [word('systemd|systemctl(?:[-_]\\w+)*|journalctl|syslog|messages'), 'systemd'],
];

/** The component named by a text, if any. */
export function componentInWords(text: string): Component | null {
  for (const [pattern, component] of WORDS) if (pattern.test(text)) return component;
  return null;
}

/** Folders that name a component for whatever lies in them. */
const FOLDERS: Readonly<Record<string, Component>> = {
  etcd: 'etcd',
  'kube-apiserver': 'kube-apiserver',
  'kube-controller-manager': 'kube-controller-manager',
  'kube-scheduler': 'kube-scheduler',
  kubelet: 'kubelet',
  haproxy: 'haproxy',
  keepalived: 'keepalived',
  nginx: 'nginx',
  chrony: 'chrony',
  ntp: 'ntpd',
  containerd: 'containerd',
  crio: 'containerd',
  backup: 'backup',
  backups: 'backup',
  velero: 'backup',
  kernel: 'kernel',
  k3s: 'k3s',
  rke2: 'rke2',
  'rke2-server': 'rke2',
};

/** `etcd-0-df.txt`: a member's name in front of a flat file's, not the component. */
const MEMBER_PREFIX = /^etcd-?(?:\d{1,2}|[a-z])[-_](?=.)/;

/** A runtime's command that prints a container's log, as sosreport names its output: whose, only the lines tell. */
const CONTAINER_LOG = /^(?:crictl|docker|podman|nerdctl)_logs_/;

/** From the file name, else from the nearest folder that is a component's own. */
export function componentOfPath(segments: readonly string[]): Component | null {
  if (CONTAINER_LOG.test(segments.at(-1) ?? '')) return null;
  const named = componentInWords((segments.at(-1) ?? '').replace(MEMBER_PREFIX, ''));
  if (named !== null) return named;
  for (let at = segments.length - 2; at >= 0; at -= 1) {
    const folder = (segments[at] ?? '').toLowerCase().replace(/^snap\.|\.service$/g, '');
    const component = Object.hasOwn(FOLDERS, folder) ? FOLDERS[folder] : undefined;
    if (component !== undefined) return component;
  }
  return null;
}
