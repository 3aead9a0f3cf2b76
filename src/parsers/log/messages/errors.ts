import type { EtcdErrorKind, ReachFailure } from '../../../model/facts/kubernetes.ts';

const ETCD_ERRORS: readonly (readonly [RegExp, EtcdErrorKind])[] = [
  [/etcdserver: no leader/, 'no-leader'],
  [/etcdserver: leader changed|due to previous leader failure/, 'leader-changed'],
  [/database space exceeded|etcdserver: no space/, 'nospace'],
  [/etcdserver: request timed out|context deadline exceeded|DeadlineExceeded/, 'timeout'],
  [/etcdserver: too many requests/, 'overloaded'],
  [/etcdserver: request is too large/, 'too-large'],
  [/etcdserver: corrupt cluster/, 'corrupt'],
  [/required revision (?:has been compacted|is a future revision)/, 'compacted'],
  [/x509: |tls: |authentication handshake failed/, 'tls'],
  [/permission denied|invalid auth token/, 'auth'],
  [/connection refused|no route to host|connection reset|connection error|no available endpoints|transport is closing|i\/o timeout|Unavailable/, 'unreachable'],
];

/** Kind of an error an etcd client reported. Upstream texts: etcd `api/v3rpc/rpctypes/error.go`. */
export function etcdErrorKind(text: string): EtcdErrorKind {
  return ETCD_ERRORS.find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

/** Kind of an error a client of the API server reported. */
export function reachFailure(text: string): ReachFailure {
  if (/connection refused|no route to host|network is unreachable/.test(text)) return 'refused';
  if (/x509: |tls: |certificate/.test(text)) return 'tls';
  if (/reset by peer|broken pipe|unexpected EOF|: EOF/.test(text)) return 'reset';
  if (/timeout|deadline exceeded|timed out|Client\.Timeout/i.test(text)) return 'timeout';
  if (/Unavailable|unable to handle the request|ServiceUnavailable|\b50[234]\b/.test(text)) return 'unavailable';
  return 'other';
}

/** The end of an error that klog's structured text quotes: without its closing quote and the keys behind it, escaped quotes put back. */
export function quotedEnd(text: string, error: string): string {
  if (!/(?:err|error)="/.test(text)) return error;
  const close = /(?<!\\)"/.exec(error)?.index;
  return (close === undefined ? error : error.slice(0, close)).replace(/\\(["\\])/g, '$1');
}
