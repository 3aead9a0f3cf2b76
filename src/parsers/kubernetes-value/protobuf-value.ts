import Pbf from 'pbf';
import { epochMicros } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { K8sCondition, K8sEventFields, K8sLeaseSpec, KubernetesValue } from './kubernetes-value.ts';

/** Reads one field; returning without reading skips it. */
type OnField = (field: number, pbf: Pbf) => void;

const MAX_CONDITIONS = 100;

function read(pbf: Pbf, end: number, onField: OnField): void {
  pbf.readFields((field, _none: null, p) => onField(field, p), null, end);
}

/** A nested message; a length that leaves its parent is damage. */
function nested(pbf: Pbf, onField: OnField): void {
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new RangeError('nested message leaves its parent');
  read(pbf, end, onField);
  pbf.pos = end;
}

function text(pbf: Pbf): string {
  const end = pbf.readVarint() + pbf.pos;
  if (end > pbf.length) throw new RangeError('text leaves its message');
  const value = Buffer.from(pbf.buf.subarray(pbf.pos, end)).toString('utf8');
  pbf.pos = end;
  return value;
}

/** `metav1.Time` and `MicroTime`: seconds and nanoseconds. */
function time(pbf: Pbf): EpochMicros | null {
  let seconds = 0;
  let nanos = 0;
  nested(pbf, (field, p) => {
    if (field === 1) seconds = p.readVarint(true);
    else if (field === 2) nanos = p.readVarint(true);
  });
  const micros = seconds * 1e6 + Math.trunc(nanos / 1000);
  return seconds === 0 || !Number.isSafeInteger(micros) ? null : epochMicros(micros);
}

/** `runtime.Unknown` behind the magic `k8s\0`. Upstream: kubernetes/apimachinery `pkg/runtime/generated.proto`; null when damaged. */
export function fromProtobuf(bytes: Uint8Array): KubernetesValue | null {
  let apiVersion = '';
  let kind = '';
  let raw: Uint8Array | null = null;
  try {
    const pbf = new Pbf(bytes);
    read(pbf, bytes.length, (field, p) => {
      if (field === 1) {
        nested(p, (f, q) => {
          if (f === 1) apiVersion = text(q);
          else if (f === 2) kind = text(q);
        });
      } else if (field === 2) {
        const end = p.readVarint() + p.pos;
        if (end > p.length) throw new RangeError('object leaves its envelope');
        raw = p.buf.subarray(p.pos, end);
        p.pos = end;
      }
    });
    if (kind === '' || raw === null) return null;
    return { encoding: 'protobuf', apiVersion, kind, ...objectFields(kind, raw) };
  } catch {
    return null;
  }
}

function objectFields(kind: string, raw: Uint8Array): Omit<KubernetesValue, 'encoding' | 'apiVersion' | 'kind'> {
  let name: string | null = null;
  let namespace: string | null = null;
  let uid: string | null = null;
  let lease: K8sLeaseSpec | null = null;
  const conditions: K8sCondition[] = [];
  const pbf = new Pbf(raw);
  read(pbf, raw.length, (field, p) => {
    if (field === 1) {
      nested(p, (f, q) => {
        if (f === 1) name = text(q);
        else if (f === 3) namespace = text(q) || null;
        else if (f === 5) uid = text(q) || null;
      });
    } else if (field === 2 && kind === 'Lease') lease = leaseSpec(p);
    else if (field === 3 && kind === 'Node') {
      nested(p, (f, q) => {
        if (f === 4 && conditions.length < MAX_CONDITIONS) conditions.push(condition(q));
      });
    }
  });
  return { name, namespace, uid, lease, event: kind === 'Event' ? eventFields(raw) : null, conditions };
}

/** Upstream: kubernetes/api `coordination/v1/generated.proto` LeaseSpec. */
function leaseSpec(pbf: Pbf): K8sLeaseSpec {
  let holder: string | null = null;
  let durationSeconds: number | null = null;
  let acquiredAt: EpochMicros | null = null;
  let renewedAt: EpochMicros | null = null;
  let transitions: number | null = null;
  nested(pbf, (field, p) => {
    if (field === 1) holder = text(p) || null;
    else if (field === 2) durationSeconds = p.readVarint(true);
    else if (field === 3) acquiredAt = time(p);
    else if (field === 4) renewedAt = time(p);
    else if (field === 5) transitions = p.readVarint(true);
  });
  return { holder, durationSeconds, acquiredAt, renewedAt, transitions };
}

/** Upstream: kubernetes/api `core/v1/generated.proto` NodeCondition. */
function condition(pbf: Pbf): K8sCondition {
  const c = { type: '', status: '', reason: '', message: '' };
  let heartbeatAt: EpochMicros | null = null;
  let transitionAt: EpochMicros | null = null;
  nested(pbf, (field, p) => {
    if (field === 1) c.type = text(p);
    else if (field === 2) c.status = text(p);
    else if (field === 3) heartbeatAt = time(p);
    else if (field === 4) transitionAt = time(p);
    else if (field === 5) c.reason = text(p);
    else if (field === 6) c.message = text(p);
  });
  return { type: c.type, status: c.status, reason: c.reason || null, message: c.message || null, heartbeatAt, transitionAt };
}

/** Upstream: kubernetes/api `core/v1/generated.proto` Event. */
function eventFields(raw: Uint8Array): K8sEventFields {
  const e = { reason: '', message: '', type: '', count: 1, kind: '', namespace: '', name: '', component: '', host: '' };
  let firstAt: EpochMicros | null = null;
  let lastAt: EpochMicros | null = null;
  let eventAt: EpochMicros | null = null;
  read(new Pbf(raw), raw.length, (field, p) => {
    if (field === 2) {
      nested(p, (f, q) => {
        if (f === 1) e.kind = text(q);
        else if (f === 2) e.namespace = text(q);
        else if (f === 3) e.name = text(q);
      });
    } else if (field === 3) e.reason = text(p);
    else if (field === 4) e.message = text(p);
    else if (field === 5) {
      nested(p, (f, q) => {
        if (f === 1) e.component = text(q);
        else if (f === 2) e.host = text(q);
      });
    } else if (field === 6) firstAt = time(p);
    else if (field === 7) lastAt = time(p);
    else if (field === 8) e.count = p.readVarint(true);
    else if (field === 9) e.type = text(p);
    else if (field === 10) eventAt = time(p);
    else if (field === 14 && e.component === '') e.component = text(p);
  });
  return {
    reason: e.reason,
    message: e.message,
    type: e.type,
    count: e.count,
    involved: { kind: e.kind, namespace: e.namespace || null, name: e.name },
    component: e.component || null,
    host: e.host || null,
    firstAt: firstAt ?? eventAt,
    lastAt: lastAt ?? eventAt,
  };
}
