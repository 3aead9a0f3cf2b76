import { phrase, type Phrase, type Words } from '../../model/phrases.ts';

const SAYS: readonly (readonly [RegExp, Phrase])[] = [
  [/expected sha256 \[/, phrase('the SHA-256 at its end does not match its content')],
  [/snapshot missing hash/, phrase('it carries no SHA-256: it was cut short, or copied from a data directory instead of saved')],
];

/** What etcdctl's words about a snapshot file mean; other words stand for themselves. Upstream: etcd `etcdutl/snapshot/v3_snapshot.go`. */
export function snapshotFault(error: string): Words {
  return SAYS.find(([pattern]) => pattern.test(error))?.[1] ?? error;
}
