import type { Derived, DerivedType } from '../model/derived.ts';
import type { EpochMicros } from '../model/time.ts';
import { epochMicros } from '../model/time.ts';
import type { CaseData } from './case-data.ts';
import type { LanesGeometry } from './lanes-model.ts';
import { cellRange } from './lanes-model.ts';
import type { Span } from './line.ts';
import type { Tone } from './theme.ts';

/** A stretch of something that went wrong; `from === to` is one moment. */
interface Mark {
  readonly from: EpochMicros | null;
  readonly to: EpochMicros | null;
  /** one cell that tells it without colour */
  readonly sign: string;
  readonly tone: Tone;
}

/** What stands below the members: leases, API servers, the virtual address, backups, certificates. */
export interface OtherLane {
  readonly label: string;
  readonly marks: readonly Mark[];
}

type Of<Type extends DerivedType> = Extract<Derived, { readonly type: Type }>;

interface Placed {
  readonly group: number;
  readonly label: string;
  readonly mark: Mark;
}

const span = (one: Pick<Derived, 'from' | 'to'>, sign: string, tone: Tone): Mark => ({ from: one.from, to: one.to, sign, tone });

/** `kube-system/kube-scheduler` → `kube-scheduler` */
const leaseName = (lease: string): string => lease.slice(lease.lastIndexOf('/') + 1);

function newestBackup({ data, from }: Of<'backup.newest'>, end: EpochMicros): readonly Placed[] {
  const at = data.age === null ? from : epochMicros(end - data.age);
  return at === null ? [] : [{ group: 4, label: 'backup', mark: { from: at, to: at, sign: data.good ? '●' : '○', tone: data.good ? 'good' : 'warning' } }];
}

/** A certificate is quiet while it holds. */
function certificate({ data }: Of<'certificate.validity'>): readonly Placed[] {
  if (data.state === 'valid') return [];
  const mark: Mark =
    data.state === 'expired' ? { from: data.notAfter, to: null, sign: 'x', tone: 'critical' } : { from: null, to: data.notBefore, sign: 'y', tone: 'warning' };
  return [{ group: 5, label: 'certificates', mark }];
}

function placed(one: Derived, end: EpochMicros): readonly Placed[] {
  switch (one.type) {
    case 'apiserver.unavailable':
      return [{ group: 1, label: `api ${one.data.node}`, mark: span(one, '!', 'warning') }];
    case 'k8s-lease.lost':
      return [{ group: 0, label: leaseName(one.data.lease), mark: span(one, '-', 'warning') }];
    case 'k8s-lease.two-holders':
      return [{ group: 0, label: leaseName(one.data.lease), mark: span(one, '2', 'critical') }];
    case 'k8s-lease.stale':
      return [{ group: 0, label: leaseName(one.data.lease), mark: span(one, '~', 'warning') }];
    case 'lb.backend-down':
      return [{ group: 2, label: `lb ${one.data.server}`, mark: span(one, '-', 'warning') }];
    case 'lb.all-down':
      return [{ group: 2, label: `lb ${one.data.backend}`, mark: span(one, '!', 'critical') }];
    case 'vip.two-masters':
      return [{ group: 3, label: `vip ${one.data.instance}`, mark: span(one, '2', 'critical') }];
    case 'vip.flapping':
      return [{ group: 3, label: `vip ${one.data.instance}`, mark: span(one, '~', 'warning') }];
    case 'backup.failed':
      return [{ group: 4, label: 'backup', mark: span(one, 'x', 'critical') }];
    case 'backup.newest':
      return newestBackup(one, end);
    case 'certificate.validity':
      return certificate(one);
    default:
      return [];
  }
}

/** Lanes with something to show, in a steady order; stretches without any time are left to the views. */
export function otherLanes({ history, to }: Pick<CaseData, 'history' | 'to'>): readonly OtherLane[] {
  const end = history.collectedAt ?? to;
  const all = history.derived.flatMap((one) => placed(one, end)).filter(({ mark }) => mark.from !== null || mark.to !== null);
  const lanes = new Map<string, { readonly group: number; readonly marks: Mark[] }>();
  for (const { group, label, mark } of all) {
    const lane = lanes.get(label);
    if (lane === undefined) lanes.set(label, { group, marks: [mark] });
    else lane.marks.push(mark);
  }
  return [...lanes].sort(([a, one], [b, two]) => one.group - two.group || (a < b ? -1 : 1)).map(([label, { marks }]) => ({ label, marks }));
}

/** The lane as one-cell spans; what is quiet is dotted, the gravest sign wins a cell. */
export function otherLaneCells(lane: OtherLane, geometry: LanesGeometry): readonly Span[] {
  const cells: Span[] = Array.from({ length: geometry.cells }, () => ({ text: '·', tone: 'faint' }));
  for (const mark of lane.marks) {
    const range = cellRange(mark.from, mark.to, geometry);
    for (let i = range?.first ?? 0; range !== null && i <= range.last; i++) if (cells[i]?.tone !== 'critical') cells[i] = { text: mark.sign, tone: mark.tone };
  }
  return cells;
}
