import type { Derived } from '../../model/derived.ts';
import type { History } from '../../model/history.ts';
import type { Say } from '../strings.ts';

/** A stretch drawn below the members; `from === to` is one moment. */
export interface OtherMark {
  readonly from: number | null;
  readonly to: number | null;
  readonly grave: boolean;
  readonly good?: boolean;
  readonly title: string;
}

export interface OtherLane {
  readonly label: string;
  readonly marks: readonly OtherMark[];
}

interface Placed {
  readonly group: number;
  readonly label: string;
  readonly mark: OtherMark;
}

function placed(one: Derived, end: number | null, say: Say): Placed | null {
  const mark = (grave: boolean, title: string): OtherMark => ({ from: one.from, to: one.to, grave, title });
  switch (one.type) {
    case 'k8s-lease.lost':
      return { group: 0, label: shortName(one.data.lease), mark: mark(false, `${say('leaseLost')}: ${one.data.lease}`) };
    case 'k8s-lease.two-holders':
      return { group: 0, label: shortName(one.data.lease), mark: mark(true, `${say('leaseTwo')}: ${one.data.holders.join(', ')}`) };
    case 'k8s-lease.stale':
      return { group: 0, label: shortName(one.data.lease), mark: mark(false, `${say('leaseStale')}: ${one.data.lease}`) };
    case 'apiserver.unavailable':
      return { group: 1, label: `API ${one.data.node}`, mark: mark(false, `${say('apiDown')}: ${one.data.node}`) };
    case 'lb.backend-down':
      return { group: 2, label: `LB ${one.data.server}`, mark: mark(false, `${say('lbDown')}: ${one.data.server}`) };
    case 'lb.all-down':
      return { group: 2, label: `LB ${one.data.backend}`, mark: mark(true, `${say('lbDown')}: ${one.data.backend}`) };
    case 'vip.two-masters':
      return { group: 3, label: `VIP ${one.data.instance}`, mark: mark(true, `${say('vipTwo')}: ${one.data.nodes.join(', ')}`) };
    case 'vip.flapping':
      return { group: 3, label: `VIP ${one.data.instance}`, mark: mark(false, `${say('vipFlap')}: ${one.data.instance}`) };
    case 'backup.failed':
      return { group: 4, label: say('backups'), mark: mark(true, `${say('backupFailed')}: ${one.data.error}`) };
    case 'backup.newest': {
      const at = one.data.age === null || end === null ? one.from : end - one.data.age;
      return {
        group: 4,
        label: say('backups'),
        mark: { from: at, to: at, grave: false, good: one.data.good, title: `${say('backupNewest')}: ${one.data.path ?? say('unknown')}` },
      };
    }
    case 'certificate.validity': {
      const { state, subject, notAfter, notBefore } = one.data;
      if (state === 'valid') return null;
      const expired = state === 'expired';
      return {
        group: 5,
        label: say('certificates'),
        mark: {
          from: expired ? notAfter : null,
          to: expired ? null : notBefore,
          grave: expired,
          title: `${subject}: ${say(expired ? 'certExpired' : 'certEarly')}`,
        },
      };
    }
    default:
      return null;
  }
}

/** `kube-system/kube-scheduler` → `kube-scheduler` */
function shortName(lease: string): string {
  return lease.slice(lease.lastIndexOf('/') + 1);
}

/** What went wrong around etcd, a lane for each thing, in a steady order. */
export function otherLanes(history: History, say: Say): readonly OtherLane[] {
  const end = history.collectedAt ?? history.to;
  const lanes = new Map<string, { readonly group: number; readonly marks: OtherMark[] }>();
  for (const one of history.derived) {
    const found = placed(one, end, say);
    if (found === null || (found.mark.from === null && found.mark.to === null)) continue;
    const lane = lanes.get(found.label) ?? { group: found.group, marks: [] };
    lanes.set(found.label, lane);
    lane.marks.push(found.mark);
  }
  return [...lanes].sort(([a, one], [b, two]) => one.group - two.group || (a < b ? -1 : 1)).map(([label, { marks }]) => ({ label, marks }));
}
