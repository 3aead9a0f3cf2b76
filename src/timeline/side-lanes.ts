import type { Derived } from '../model/derived.ts';
import type { History } from '../model/history.ts';
import { epochMicros } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';

/** What can go wrong around etcd, and the newest backup. */
export type SideKind =
  | 'lease-lost'
  | 'lease-two-holders'
  | 'lease-stale'
  | 'api-down'
  | 'lb-down'
  | 'lb-all-down'
  | 'vip-two-masters'
  | 'vip-flapping'
  | 'backup-failed'
  | 'backup-good'
  | 'backup-bad'
  | 'certificate-expired'
  | 'certificate-early';

/** A stretch on such a lane; `from === to` is one moment, null an open end. */
export interface SideMark {
  readonly kind: SideKind;
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  /** whom or what it is about, as the bundle names it; may be empty */
  readonly about: string;
}

/** What lanes are about, in the order they are shown. */
const SUBJECTS = ['lease', 'api', 'lb', 'vip', 'backup', 'certificate'] as const;
export type SideSubject = (typeof SUBJECTS)[number];

export interface SideLane {
  readonly subject: SideSubject;
  /** the lease, node, server, backend or instance; empty where one lane holds all */
  readonly name: string;
  readonly marks: readonly SideMark[];
}

interface Placed {
  readonly subject: SideSubject;
  readonly name: string;
  readonly mark: SideMark;
}

/** `kube-system/kube-scheduler` → `kube-scheduler` */
function shortName(lease: string): string {
  return lease.slice(lease.lastIndexOf('/') + 1);
}

function placed(one: Derived, end: EpochMicros | null): Placed | null {
  const at = (subject: SideSubject, name: string, kind: SideKind, about: string): Placed => ({
    subject,
    name,
    mark: { kind, from: one.from, to: one.to, about },
  });
  switch (one.type) {
    case 'k8s-lease.lost':
      return at('lease', shortName(one.data.lease), 'lease-lost', one.data.lease);
    case 'k8s-lease.two-holders':
      return at('lease', shortName(one.data.lease), 'lease-two-holders', one.data.holders.join(', '));
    case 'k8s-lease.stale':
      return at('lease', shortName(one.data.lease), 'lease-stale', one.data.lease);
    case 'apiserver.unavailable':
      return at('api', one.data.node, 'api-down', one.data.node);
    case 'lb.backend-down':
      return at('lb', one.data.server, 'lb-down', one.data.server);
    case 'lb.all-down':
      return at('lb', one.data.backend, 'lb-all-down', one.data.backend);
    case 'vip.two-masters':
      return at('vip', one.data.instance, 'vip-two-masters', one.data.nodes.join(', '));
    case 'vip.flapping':
      return at('vip', one.data.instance, 'vip-flapping', one.data.instance);
    case 'backup.failed':
      return at('backup', '', 'backup-failed', one.data.error);
    case 'backup.newest': {
      const taken = one.data.age === null || end === null ? one.from : epochMicros(end - one.data.age);
      const kind = one.data.good ? 'backup-good' : 'backup-bad';
      return { subject: 'backup', name: '', mark: { kind, from: taken, to: taken, about: one.data.path ?? '' } };
    }
    case 'certificate.validity': {
      const { state, subject, notAfter, notBefore } = one.data;
      // one that holds is quiet
      if (state === 'valid') return null;
      const times = state === 'expired' ? { from: notAfter, to: null } : { from: null, to: notBefore };
      return { subject: 'certificate', name: '', mark: { kind: state === 'expired' ? 'certificate-expired' : 'certificate-early', ...times, about: subject } };
    }
    default:
      return null;
  }
}

/** What went wrong around etcd, a lane for each thing, in a steady order; stretches without any time are left out. */
export function sideLanes(history: History): readonly SideLane[] {
  const end = history.collectedAt ?? history.to;
  const lanes = new Map<string, { readonly subject: SideSubject; readonly name: string; readonly marks: SideMark[] }>();
  for (const one of history.derived) {
    const found = placed(one, end);
    if (found === null || (found.mark.from === null && found.mark.to === null)) continue;
    const key = `${found.subject} ${found.name}`;
    const lane = lanes.get(key) ?? { subject: found.subject, name: found.name, marks: [] };
    lanes.set(key, lane);
    lane.marks.push(found.mark);
  }
  return [...lanes.values()].sort((a, b) => SUBJECTS.indexOf(a.subject) - SUBJECTS.indexOf(b.subject) || (a.name < b.name ? -1 : 1));
}
