const SAYS: readonly (readonly [RegExp, string])[] = [
  [/expected sha256 \[/, 'the SHA-256 at its end does not match its content'],
  [/snapshot missing hash/, 'it carries no SHA-256: it was cut short, or copied from a data directory instead of saved'],
];

/** What etcdctl's words about a snapshot file mean; other words stand for themselves. Upstream: etcd `etcdutl/snapshot/v3_snapshot.go`. */
export function snapshotFault(error: string): string {
  return SAYS.find(([pattern]) => pattern.test(error))?.[1] ?? error;
}
