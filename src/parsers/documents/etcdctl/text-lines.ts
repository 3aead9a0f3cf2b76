import { causeOf, withCause } from './client-log.ts';
import type { ClientLog } from './client-log.ts';
import { verbOf } from './commands.ts';
import { addressOf, isArtefact, nowOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { tlsErrorOf } from './tls-error.ts';

const STATUS_FAILED = /^Failed to get the status of endpoint (\S+) \((.*)\)\s*$/;
const OTHER_FAILED = /^Failed to (get the hash of endpoint|defragment etcd member)\s?\[?([^\s\]]+)\]?(?:\. took \S+)? \((.*)\)\s*$/;
const ERROR = /^(?:Error|error|Error from server(?: \(\w+\))?): ?(.+)$/;
// what only etcd's own tools say, or what any client of etcd says
const ETCD_ERROR =
  /context deadline exceeded|context canceled|etcdserver: |unhealthy cluster|etcd cluster|member list|rpc error: code|x509: |tls: |dial tcp|snapshot|sha256|database|endpoint|transferee|no leader|alarm|not supported as output format|\.(?:crt|key|pem|db|part)\b|for "etcd(?:ctl|utl)"/;

const DONE: readonly RegExp[] = [
  /^compacted revision \d+$/,
  /^Finished defragmenting etcd (?:member\[.*\]|data directory)/,
  /^Leadership transferred from [0-9a-f]+ to [0-9a-f]+$/,
  /^Member\s+[0-9a-f]+ (?:added to cluster|added as learner to cluster|removed from cluster|updated in cluster|promoted in cluster)\s+[0-9a-f]+$/,
  /^ETCD_(?:NAME|INITIAL_CLUSTER|INITIAL_ADVERTISE_PEER_URLS|INITIAL_CLUSTER_STATE)="/,
  /^etcd(?:ctl|utl) version: /,
  /^(?:PASS|FAIL): (?:Throughput|Slowest request|Stddev|too many errors|ERROR\(|Approximate system memory)/,
];
/** What `check perf` holds against the cluster. Upstream: etcd `etcdctl/ctlv3/command/check.go`. */
const TOO_SLOW = /^(?:FAIL: )?((?:Throughput too low|Slowest request took too long|Stddev too high): .+|too many errors)$/;
const AFTERWARDS: readonly RegExp[] = [
  /^API version: /,
  /^etcd Version: /,
  /^OK$/,
  /^(?:PASS|FAIL)$/,
  /^(?:Slowest request took too long|Stddev too high): /,
  /^Deprecated: Use `etcdutl /,
  /^command terminated with (?:non-zero )?exit code/,
  /^Unhealthy cluster$/i,
];
const NOISE: readonly RegExp[] = [
  // the bar of `check perf`, each state of it behind a carriage return
  /^\d+ \/ \d+ [^%]{0,400}%/,
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ /,
  /^(?:Warning|WARNING|W): /,
  /^Defaulted container /,
  /^Unable to use a TTY/,
  /^Use "?kubectl .* to (?:see|view)/,
  /^Defaulting container name to /,
];

/** Sentences of etcdctl and of what runs it: failures become facts, the rest is known. False when the line is neither. */
export function readTextLine(reading: Reading, text: string, line: number): boolean {
  return (
    statusFailed(reading, text, line) ||
    otherFailed(reading, text, line) ||
    tooSlow(reading, text, line) ||
    plainError(reading, text, line) ||
    sentence(reading, text)
  );
}

function statusFailed(reading: Reading, text: string, line: number): boolean {
  const m = STATUS_FAILED.exec(text);
  if (m === null) return false;
  const endpoint = m[1] ?? '';
  reading.kinds.add('text');
  reading.failures += 1;
  if (isArtefact(endpoint)) return true;
  const cause = reading.causes.get(addressOf(endpoint)) ?? reading.lastCause;
  const error = withCause(m[2] ?? '', cause);
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('endpoint.status-failed', { endpoint, error }, line, when));
  reading.lastCause = null;
  return true;
}

function otherFailed(reading: Reading, text: string, line: number): boolean {
  const m = OTHER_FAILED.exec(text);
  if (m === null) return false;
  const command = m[1] === 'defragment etcd member' ? 'defrag' : 'endpoint hashkv';
  addFailure(reading, command, withCause(`${m[2] ?? ''}: ${m[3] ?? ''}`, reading.lastCause), line);
  reading.lastCause = null;
  return true;
}

function tooSlow(reading: Reading, text: string, line: number): boolean {
  const error = TOO_SLOW.exec(text.trim())?.[1];
  if (error === undefined) return false;
  const when = nowOf(reading);
  reading.kinds.add('text');
  reading.drafts.push((emitter) => emitter.fact('etcdctl.failed', { command: 'check perf', error }, line, when));
  return true;
}

/** `etcdctl.failed`, from a line that says so. */
export function addFailure(reading: Reading, command: string | null, error: string, line: number): void {
  const when = nowOf(reading);
  reading.kinds.add('text');
  reading.failures += 1;
  reading.drafts.push((emitter) => emitter.fact('etcdctl.failed', { command, error }, line, when));
}

function plainError(reading: Reading, text: string, line: number): boolean {
  const error = errorOf(text);
  if (error === null) return false;
  if (!ETCD_ERROR.test(error) && reading.clientLogs === 0 && reading.command === null && reading.kinds.size === 0) return false;
  const command = verbOf(reading.command) ?? (error === 'unhealthy cluster' ? 'endpoint health' : null);
  addFailure(reading, command, withCause(error, reading.lastCause), line);
  reading.lastCause = null;
  return true;
}

/** The message of an `Error: …` line. */
export function errorOf(text: string): string | null {
  return ERROR.exec(text)?.[1]?.trim() ?? null;
}

function sentence(reading: Reading, text: string): boolean {
  const trimmed = text.trim();
  if (DONE.some((form) => form.test(trimmed))) {
    reading.kinds.add('text');
    return true;
  }
  if (NOISE.some((form) => form.test(trimmed))) {
    reading.noise += 1;
    return true;
  }
  return AFTERWARDS.some((form) => form.test(trimmed));
}

/** Remembers what a client log line says about the results after it, and tells of a failed TLS handshake. */
export function readClientLine(reading: Reading, log: ClientLog, line: number): void {
  reading.clientLogs += 1;
  if (log.at !== null && (reading.clock === null || log.at > reading.clock)) reading.clock = log.at;
  if (log.error === null) return;
  const cause = causeOf(log.error);
  reading.lastCause = cause;
  const target = /\/([^/\s]+:\d+)$/.exec(targetOf(log))?.[1] ?? null;
  const dialled = /dial(?:ing:?)? (?:dial )?tcp ([^\s]+:\d+)(?::|\b)/.exec(log.error)?.[1] ?? null;
  for (const address of [target, dialled]) if (address !== null) reading.causes.set(address.replace(/:$/, ''), cause);
  const tls = tlsErrorOf(log.error);
  if (tls === null) return;
  const when = nowOf(reading);
  const remote = dialled ?? target;
  reading.drafts.push((emitter) =>
    emitter.fact(
      'tls.rejected',
      { reason: tls.reason, error: cause, remote, other: 'server', notAfter: tls.notAfter, verifierClock: tls.verifierClock },
      line,
      when,
    ),
  );
}

function targetOf(log: ClientLog): string {
  const node = log.fields?.kind === 'object' ? log.fields.entries.get('target') : undefined;
  return node?.kind === 'string' ? node.text : '';
}
