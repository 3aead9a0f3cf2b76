import type { AlarmKind } from '../../../model/facts/etcd-storage.ts';
import type { MemberId } from '../../../model/ids.ts';
import type { EpochMicros } from '../../../model/time.ts';
import type { Emitter, When } from '../emitter.ts';

/** What a stretch of etcdctl or etcdutl output turned out to be. */
export type ResultKind = 'endpoint-status' | 'endpoint-health' | 'endpoint-hashkv' | 'member-list' | 'alarm-list' | 'snapshot-status' | 'backup' | 'text';

export interface TextLine {
  readonly text: string;
  /** 1-based */
  readonly line: number;
  /** UTF-16 index of its first character */
  readonly index: number;
}

/** A fact (or several of one record) to be emitted once the document is known to be this parser's. */
export type Draft = (emitter: Emitter) => void;

/** The state of reading one file: what was found so far, and what the lines before say about the next result. */
export interface Reading {
  readonly kinds: Set<ResultKind>;
  readonly drafts: Draft[];
  readonly problems: { readonly line: number; readonly detail: string }[];
  /** lines understood, not understood, and seen to be an etcd server's own log */
  known: number;
  unknown: number;
  server: number;
  /** characters of JSON that were read in vain, since it broke off and was no result */
  inVain: number;
  /** warnings of other programs (klog, kubectl) */
  noise: number;
  /** lines by which an etcdctl run surely failed */
  failures: number;
  clientLogs: number;
  /** holds keys and values of the store */
  values: boolean;
  /** the command of the last shell prompt */
  command: string | null;
  /** time of the last client log line since the last prompt: results follow it at once */
  clock: EpochMicros | null;
  /** zone of the client's timestamps: taken for a script's own, which have none */
  zone: string | null;
  /** a time without any zone was read as UTC */
  zoneInferred: boolean;
  lastCause: string | null;
  /** causes by `host:port`, since the last prompt */
  readonly causes: Map<string, string>;
  readonly alarms: Set<string>;
}

export function newReading(): Reading {
  return {
    kinds: new Set(),
    drafts: [],
    problems: [],
    known: 0,
    unknown: 0,
    server: 0,
    inVain: 0,
    noise: 0,
    failures: 0,
    clientLogs: 0,
    values: false,
    command: null,
    clock: null,
    zone: null,
    zoneInferred: false,
    lastCause: null,
    causes: new Map(),
    alarms: new Set(),
  };
}

export function nowOf(reading: Reading): When {
  return { at: reading.clock, meaning: 'observed' };
}

/** `host:port` of a URL or gRPC target; the text itself where it has neither. */
export function addressOf(endpoint: string): string {
  const rest = endpoint.replace(/^[a-z+-]+:\/\//i, '');
  return rest.slice(rest.lastIndexOf('/') + 1);
}

/** An alarm once per file, however many endpoints repeat it. */
export function addAlarm(reading: Reading, alarm: AlarmKind, member: MemberId | null, line: number): void {
  const key = `${alarm} ${member ?? ''}`;
  if (reading.alarms.has(key)) return;
  reading.alarms.add(key);
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('alarm.listed', { alarm, member }, line, when));
}

/** `unixs://10.0.0.1:0`: an artefact of 2021's must-gather, no endpoint of the cluster. */
export function isArtefact(endpoint: string): boolean {
  return /^unixs?:\/\/[\d.[\]a-f:]+:0$/i.test(endpoint);
}
