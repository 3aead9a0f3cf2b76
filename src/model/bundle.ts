import type { BundleId, EntryId, SourceId } from './ids.ts';
import type { EpochMicros } from './time.ts';

/** Control-plane programs whose records inquest tells apart. */
export type Component =
  | 'etcd'
  | 'etcdctl'
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'kube-proxy'
  | 'containerd'
  | 'haproxy'
  | 'keepalived'
  | 'nginx'
  | 'chrony'
  | 'ntpd'
  | 'timesyncd'
  | 'kernel'
  | 'systemd'
  | 'backup'
  | 'k3s'
  | 'rke2'
  | 'other';

/** `current`; `previous` = the instance before (`--previous`, lower restart number); `rotated` = an older file of the same stream. */
export type Generation = 'current' | 'previous' | 'rotated';

/** What a path (and the layout it stands in) says about an entry, before its content is read. */
export interface PathHints {
  readonly node: string | null;
  readonly component: Component | null;
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly generation: Generation;
}

export interface Bundle {
  readonly id: BundleId;
  /** as given on the command line */
  readonly path: string;
  /** of the archive file; null for a directory */
  readonly sha256: string | null;
  readonly bytes: number;
  /** id of the recognised layout: `troubleshoot`, `must-gather`, … `generic` */
  readonly layout: string;
  /** when the bundle was collected, as far as its layout and names say */
  readonly collectedAt: EpochMicros | null;
}

/** A file in a bundle. `path` is as the report contract wants it: top folder included, nested archives joined by `!/`. */
export interface Entry {
  readonly id: EntryId;
  readonly bundle: BundleId;
  readonly path: string;
  readonly sha256: string;
  /** decompressed size */
  readonly bytes: number;
  readonly modifiedAt: EpochMicros | null;
  /** id of the parser that read it; null when none did */
  readonly parser: string | null;
  /** why it was not read; null when it was */
  readonly skipped: string | null;
  readonly lines: number;
  readonly events: number;
  readonly continuations: number;
  readonly unparsed: number;
}

/** One stream of records: an entry, or the part of an entry that came from one node and component. */
export interface Source {
  readonly id: SourceId;
  readonly entry: EntryId;
  /** what the content itself says: a journal host name, a member name; null when it is silent */
  readonly host: string | null;
  /** resolved from content, path and the rest of the case; the name people use for the machine */
  readonly node: string | null;
  readonly component: Component;
  readonly pod: string | null;
  readonly container: string | null;
  readonly generation: Generation;
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
}

const SAME = 'same content as ';

/** Why an entry that repeats another was not read. */
export function sameContentAs(path: string): string {
  return `${SAME}${path}`;
}

/** The path of the entry that holds the same; null when `skipped` gives another reason. */
export function sameAs(skipped: string): string | null {
  return skipped.startsWith(SAME) ? skipped.slice(SAME.length) : null;
}
