import { nodeOfStaticPod } from '../../bundle/static-pods.ts';
import { microsFromUtc } from '../../model/time.ts';
import { isRecord } from './line.ts';
import { monthNumber } from './month-names.ts';
import { StampReader } from './stamp.ts';

/** One record of a log store or shipper: the line that a program wrote, and what was noted about it. */
export interface LogRecord {
  readonly text: string;
  /** micros; null when no time was noted */
  readonly at: number | null;
  /** the time names its zone */
  readonly zoned: boolean;
  readonly host: string | null;
  readonly pod: string | null;
  readonly namespace: string | null;
  readonly container: string | null;
  readonly level: string | null;
  /** the runtime split the line, and its rest is in the next record */
  readonly partial: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

// Elastic (message, event.original), Fluent Bit and Fluentd (log), Loki and Grafana (line), Splunk (_raw), CloudWatch (message),
// Google (textPayload), Azure (LogEntry, LogMessage)
const TEXT = ['_raw', 'message', 'log', 'line', 'Line', 'textPayload', 'LogEntry', 'LogMessage', '@message', 'event.original', 'Message', 'MESSAGE', 'Content'];
const TIME = ['@timestamp', 'timestamp', '_time', 'time', 'Time', 'TimeGenerated', 'TimeGenerated [UTC]', 'date', 'Date', 'tsNs', 'receiveTimestamp'];
const HOST = [
  'kubernetes.node.name',
  'kubernetes.host',
  'kubernetes.node_name',
  'nodeName',
  'node_name',
  'labels.node',
  'labels.node_name',
  'labels.nodename',
  'resource.labels.node_name',
  'host.name',
  'host.hostname',
  'agent.hostname',
  'host',
  'hostname',
  'Computer',
  'labels.host',
  'labels.hostname',
  'labels.instance',
  'node',
  'Host',
];
const POD = [
  'kubernetes.pod.name',
  'kubernetes.pod_name',
  'podName',
  'PodName',
  'pod_name',
  'labels.pod',
  'labels.pod_name',
  'resource.labels.pod_name',
  'pod',
];
const NAMESPACE = [
  'kubernetes.namespace',
  'kubernetes.namespace_name',
  'kubernetes.pod_namespace',
  'namespace',
  'PodNamespace',
  'labels.namespace',
  'resource.labels.namespace_name',
];
const CONTAINER = [
  'kubernetes.container.name',
  'kubernetes.container_name',
  'containerName',
  'ContainerName',
  'container_name',
  'labels.container',
  'resource.labels.container_name',
  'container.name',
  'container',
];
const LEVEL = ['severity', 'level', 'log.level'];

/** A field by its dotted name, written as one key or as objects within each other. */
function field(fields: Fields, name: string): unknown {
  const whole = fields[name];
  if (whole !== undefined) return whole;
  let value: unknown = fields;
  for (const part of name.split('.')) {
    if (!isRecord(value)) return undefined;
    value = value[part];
  }
  return value;
}

function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = field(fields, name);
    if (typeof value === 'string' && value !== '' && value !== '-') return value;
    // CSV exports and `fields` of Elasticsearch give lists of one
    if (Array.isArray(value) && typeof value[0] === 'string') return value[0];
  }
  return null;
}

const DIGITS = /^\d{9,19}(?:\.\d+)?$/;
/** Kibana's way to show a time: `Nov 22, 2026 @ 09:00:31.192` */
const KIBANA = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/;

/** Seconds, milli-, micro- or nanoseconds since 1970, by their size. */
function fromEpoch(value: number): number {
  if (value < 1e11) return Math.round(value * 1e6);
  if (value < 1e14) return Math.round(value * 1e3);
  return value < 1e17 ? Math.round(value) : Math.round(value / 1e3);
}

function readTime(value: unknown): { readonly at: number; readonly zoned: boolean } | null {
  if (typeof value === 'number') return value > 1e8 ? { at: fromEpoch(value), zoned: true } : null;
  if (typeof value !== 'string') return null;
  if (DIGITS.test(value)) return { at: fromEpoch(Number(value)), zoned: true };
  const stamps = new StampReader();
  if (stamps.iso(value, 0)) return { at: stamps.micros, zoned: stamps.zoned || / ?UTC$/.test(value) };
  const [, month = '', day, year, clock = '', fraction = ''] = KIBANA.exec(value) ?? [];
  if (day === undefined || monthNumber(month) === 0 || !stamps.clock(clock, 0)) return null;
  return { at: microsFromUtc(Number(year), monthNumber(month), Number(day)) + stamps.micros + Number(fraction.padEnd(6, '0')), zoned: false };
}

/** What a record says; null when it holds no line of a log. `labels` stand beside it in some stores. */
export function readRecord(own: Fields, labels: Fields | null = null): LogRecord | null {
  const fields = labels === null ? own : { labels, ...own };
  const payload = fields['jsonPayload'];
  const text = firstText(fields, TEXT) ?? (isRecord(payload) ? JSON.stringify(payload) : null);
  if (text === null) return null;
  let time: ReturnType<typeof readTime> = null;
  for (const name of TIME) {
    const value = field(fields, name);
    time ??= readTime(Array.isArray(value) ? value[0] : value);
  }
  const pod = firstText(fields, POD);
  const namespace = firstText(fields, NAMESPACE);
  const container = firstText(fields, CONTAINER);
  const node = pod === null ? null : nodeOfStaticPod(pod, namespace, null, container);
  return {
    text: text.replace(/\r?\n$/, ''),
    at: time?.at ?? null,
    zoned: time?.zoned ?? false,
    host: node ?? firstText(fields, HOST) ?? null,
    pod,
    namespace,
    container,
    level: firstText(fields, LEVEL),
    partial: fields['logtag'] === 'P',
  };
}
