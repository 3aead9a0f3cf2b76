import type { Generation } from '../model/bundle.ts';

const COMPRESSED = /\.(?:gz|xz|bz2|zst|lz4|Z)$/;
/** kubelet: `0.log.20231102-061208` (pkg/kubelet/logs/container_log_manager.go) */
const KUBELET = /\.log\.\d{8}-\d{6}$/;
/** lumberjack: `etcd-2026-11-22T09-18-37.370.log` (gopkg.in/natefinch/lumberjack, backupTimeFormat) */
const LUMBERJACK = /-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}(?:\.\w+)?$/;
/** logrotate `dateext`: `messages-20231102`, `etcd.log-20231102-1698883200` */
const DATEEXT = /[a-z]-\d{8}(?:-\d{2,10})?(?:\.log)?$/i;
const NUMBERED = /\.\d{1,3}$/;
const ADDRESS = /\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const SNAPSHOT = /snapshot|backup|save/i;

/** A file name apart from what rotation and compression put behind it. */
export interface Unrotated {
  readonly stem: string;
  readonly rotated: boolean;
}

export function unrotate(name: string): Unrotated {
  const bare = name.replace(COMPRESSED, '');
  if (KUBELET.test(bare)) return { stem: bare.replace(/\.\d{8}-\d{6}$/, ''), rotated: true };
  if (LUMBERJACK.test(bare)) return { stem: bare.replace(/-\d{4}-\d\d-\d\dT[\d-]+\.\d{3}/, ''), rotated: true };
  if (DATEEXT.test(bare) && !SNAPSHOT.test(bare)) return { stem: bare.replace(/-\d{8}(?:-\d{2,10})?/, ''), rotated: true };
  if (NUMBERED.test(bare) && !ADDRESS.test(bare)) return { stem: bare.replace(NUMBERED, ''), rotated: true };
  if (/\.(?:old|\d{8})$/.test(bare)) return { stem: bare.replace(/\.[^.]*$/, ''), rotated: true };
  return { stem: bare, rotated: false };
}

const PREVIOUS = /(?:^|[-_.])previous(?:[-_.]insecure)?(?:\.\w{1,4})?$|-exited(?:\.log)?$/;

/** rancher/support-bundle-kit, Harvester: the kernel's log of the i-th boot before */
const BOOT = /^kernel\.log\.\d+$/;

/** What a file's name says about its place among files of the same stream. */
export function generationOf(name: string): Generation {
  const { stem, rotated } = unrotate(name);
  if (PREVIOUS.test(stem) || BOOT.test(name)) return 'previous';
  return rotated ? 'rotated' : 'current';
}
