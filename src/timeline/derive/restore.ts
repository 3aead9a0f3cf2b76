import { joined } from '../../model/phrases.ts';
import type { Derived } from '../../model/derived.ts';
import type { ClusterId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';
import { gatherCopies } from './copies.ts';
import { judge, type Verdict } from './copy-verdict.ts';

type Candidate = Derived<'restore.candidate'>;

/** Which snapshot or data directory to restore from, best first, what each loses, and which must not be used. */
export const restoreDerivation = defineDerivation({
  id: 'restore',
  reads: [
    'db.content',
    'db.hashkv',
    'backup.damaged',
    'backup.saved',
    'backup.file-listed',
    'backup.status',
    'k8s-lease.object',
    'member.listed',
    'endpoint.status',
    'endpoint.hashkv',
    'etcd.metrics',
    'wal.damaged',
    'raft.state',
  ],
  gives: ['restore.candidate'],
  *derive(context): Iterable<Candidate> {
    const judged = judge(gatherCopies(context), context);
    if (judged.length === 0) return;
    const newest = newestRevisions(context, new Set(judged.flatMap((j) => [...j.discarded])));
    const usable = judged.filter((j) => j.refused === null).toSorted(byWorth);
    for (const [i, verdict] of usable.entries()) yield candidate(verdict, i + 1, newest, context);
    for (const verdict of judged) if (verdict.refused !== null) yield candidate(verdict, null, newest, context);
  },
});

/** What is in hand before what is only spoken of; then the highest revision, a checked file before an unchecked, the newest. */
function byWorth(a: Verdict, b: Verdict): number {
  const held = Number(a.copy.origin === 'elsewhere') - Number(b.copy.origin === 'elsewhere');
  const doubt = Number(a.doubts.length > 0) - Number(b.doubts.length > 0);
  const checked = Number(b.copy.sha256 === 'ok') - Number(a.copy.sha256 === 'ok');
  return (
    held || doubt || (b.copy.revision ?? -1) - (a.copy.revision ?? -1) || checked || (b.copy.at ?? 0) - (a.copy.at ?? 0) || (a.copy.path < b.copy.path ? -1 : 1)
  );
}

interface Newest {
  readonly revision: number;
  /** the database it was read from; null where an endpoint said it */
  readonly path: string | null;
  readonly at: EpochMicros | null;
}

/** The newest revision known of each cluster, and when it was seen; members of a discarded side do not count. */
function newestRevisions(context: DerivationContext, discarded: ReadonlySet<string>): ReadonlyMap<ClusterId | null, Newest> {
  const clusters = new Set(context.members.map((m) => m.clusterId).filter((c) => c !== null));
  const [only, second] = clusters;
  const newest = new Map<ClusterId | null, Newest>();
  for (const fact of context.facts(['endpoint.status', 'endpoint.hashkv', 'etcd.metrics', 'db.content'])) {
    const revision = fact.type === 'etcd.metrics' ? fact.data.currentRevision : fact.data.revision;
    const member = context.memberOf(fact);
    if (revision === null || (member !== null && discarded.has(member.name))) continue;
    const cluster = member?.clusterId ?? (second === undefined ? (only ?? null) : null);
    const known = newest.get(cluster);
    if (known === undefined || revision > known.revision)
      newest.set(cluster, { revision, at: fact.when, path: fact.type === 'db.content' ? fact.data.path : null });
  }
  const one = second === undefined && only !== undefined ? newest.get(only) : undefined;
  if (one !== undefined) newest.set(null, one);
  return newest;
}

function candidate(
  { copy, refused, doubts, good }: Verdict,
  rank: number | null,
  newest: ReadonlyMap<ClusterId | null, Newest>,
  context: DerivationContext,
): Candidate {
  const known = newest.get(copy.cluster) ?? null;
  // A copy compared with itself alone loses nothing that anybody knows of.
  const latest = known?.path === copy.path ? null : known;
  const { revision, at } = copy;
  const lost = revision === null || latest === null || latest.revision < revision ? null : latest.revision - revision;
  const until = latest === null ? null : (latest.at ?? context.collectedAt);
  return {
    type: 'restore.candidate',
    from: at,
    to: null,
    nodes: copy.nodes,
    data: {
      path: copy.path,
      rank,
      usable: refused === null,
      reason: refused ?? joined(good, ...doubts),
      revision,
      lostRevisions: lost,
      lostTime: lost === 0 ? 0 : at === null || until === null || until < at ? null : until - at,
    },
    evidence: copy.evidence,
  };
}
