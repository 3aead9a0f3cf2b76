import { parseRfc3339, SECOND, epochMicros } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { readJson } from '../../json/json-tree.ts';
import { scalarAt, stringAt } from '../../json/json-access.ts';
import type { JsonNode } from '../../json/json-tree.ts';

/** A zap line as etcdctl and etcdutl write to standard error, in JSON or console encoding. */
export interface ClientLog {
  readonly at: EpochMicros | null;
  readonly level: string;
  readonly message: string;
  readonly error: string | null;
  /** who writes such lines: the client, an etcd server, or code both contain */
  readonly side: 'client' | 'server' | 'either';
  readonly fields: JsonNode | null;
}

// callers of etcd client/v3, client/pkg, etcdctl and etcdutl; 3.4 has clientv3/ and snapshot/
const CLIENT = /^(?:clientv3|client|v3|v3@[^/]+|snapshot|flags|command|ctlv3|zapgrpc|balancer|picker|resolver)\//;
// a restore writes member and key-value state with the server's own code
const EITHER = /^(?:membership|mvcc|netutil|schema|backend|storage|wal|etcdutl|verify)\//;
// zap colours the level when it writes to a terminal
const CONSOLE =
  // oxlint-disable-next-line no-control-regex
  /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)\t(?:\u001b\[\d+m)?(debug|info|warn|error|fatal|panic|dpanic)(?:\u001b\[0m)?\t(?:[\w.-]+\t)?([\w@./-]+\.go:\d+)\t([^\t]*)(?:\t(\{.*))?$/i;

/** Reads one line; null when it is no zap line. */
export function readClientLog(line: string): ClientLog | null {
  if (line.startsWith('{"level":"')) return fromJson(line);
  const m = CONSOLE.exec(line);
  if (m === null) return null;
  const fields = m[5] === undefined ? null : readJson(m[5]).node;
  return {
    at: parseRfc3339(m[1] ?? ''),
    level: (m[2] ?? '').toLowerCase(),
    message: m[4] ?? '',
    error: stringAt(fields, 'error'),
    side: sideOf(m[3] ?? '', null),
    fields,
  };
}

function fromJson(line: string): ClientLog | null {
  const fields = readJson(line).node;
  const message = stringAt(fields, 'msg');
  if (fields === null || message === null) return null;
  return {
    at: timeOf(scalarAt(fields, 'ts')),
    level: stringAt(fields, 'level') ?? 'unknown',
    message,
    error: stringAt(fields, 'error'),
    side: sideOf(stringAt(fields, 'caller') ?? '', stringAt(fields, 'logger')),
    fields,
  };
}

function sideOf(caller: string, logger: string | null): ClientLog['side'] {
  if (logger === 'client' || logger === 'etcd-client' || CLIENT.test(caller)) return 'client';
  return EITHER.test(caller) ? 'either' : 'server';
}

/** `ts` as RFC 3339, or as 3.4's epoch seconds with a fraction. */
function timeOf(text: string | null): EpochMicros | null {
  if (text === null) return null;
  return /^\d{9,10}(?:\.\d+)?(?:e\+\d+)?$/i.test(text) ? epochMicros(Number(text) * SECOND) : parseRfc3339(text);
}

/** The useful part of a gRPC client error: what stands after the last `desc = `, unquoted. */
export function causeOf(error: string): string {
  const marker = 'desc = ';
  const from = error.lastIndexOf(marker);
  return (from < 0 ? error : error.slice(from + marker.length))
    .replace(/^"+|"+$/g, '')
    .replace(/\\"/g, '"')
    .trim();
}

/** An error with the cause the client logged just before it, unless that says nothing more. */
export function withCause(error: string, cause: string | null): string {
  if (cause === null || cause === '' || error.includes(cause)) return error;
  if (error === 'unhealthy cluster' || cause === 'context deadline exceeded' || cause.startsWith('received context error while waiting')) return error;
  return cause.startsWith(error) ? cause : `${error}: ${cause}`;
}
