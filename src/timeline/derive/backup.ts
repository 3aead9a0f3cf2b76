import { sameSnapshot } from './copy-finder.ts';
import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { BackupFailure } from '../../model/facts/backup.ts';
import { phrase, quoted, type Words } from '../../model/phrases.ts';
import { MINUTE } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import { BACKUP_FAILURE_WORDS } from './failure-words.ts';
import { snapshotFault } from './snapshot-words.ts';
import type { DerivationContext } from '../derivation.ts';

/** Units that save etcd, by name. */
const BACKUP_UNIT = /etcd.*(?:back-?up|snapshot)|(?:back-?up|snapshot).*etcd/i;
const NEAR = MINUTE;

/** Backups that failed, snapshot files that are damaged, restores that failed, and how old the newest good backup is. */
export const backupDerivation = defineDerivation({
  id: 'backup',
  reads: ['backup.failed', 'backup.damaged', 'backup.saved', 'backup.served', 'backup.file-listed', 'restore.failed', 'db.content', 'systemd.unit'],
  gives: ['backup.failed', 'backup.damaged', 'backup.newest', 'restore.failed'],
  *derive(context): Generator<Derived<'backup.failed' | 'backup.damaged' | 'backup.newest' | 'restore.failed'>> {
    const failures = new Map<
      string,
      {
        cause: BackupFailure;
        error: string;
        path: string | null;
        from: EpochMicros | null;
        to: EpochMicros | null;
        count: number;
        nodes: readonly string[];
        evidence: Citation[];
      }
    >();
    const told: { readonly node: string | null; readonly when: EpochMicros }[] = [];
    for (const { node, when } of context.facts(['backup.failed'])) if (when !== null) told.push({ node, when });
    for (const fact of context.facts(['backup.failed', 'systemd.unit'])) {
      const { when } = fact;
      if (fact.type === 'systemd.unit') {
        if (fact.data.state !== 'failed' || !BACKUP_UNIT.test(fact.data.unit)) continue;
        // the job's own words say more
        if (when === null || told.some((one) => one.node === fact.node && Math.abs(one.when - when) < NEAR)) continue;
      }
      const { cause, error, path } =
        fact.type === 'systemd.unit' ? { cause: 'other' as const, error: `${fact.data.unit}: ${fact.data.detail ?? 'failed'}`, path: null } : fact.data;
      const key = `${fact.node ?? ''}\n${cause}`;
      const group = failures.get(key) ?? { cause, error, path, from: fact.when, to: fact.when, count: 0, nodes: context.nodesOfFact(fact), evidence: [] };
      failures.set(key, group);
      group.count += 1;
      if (fact.when !== null) group.to = fact.when;
      if (group.evidence.length < 10) group.evidence.push(context.cite(fact, phrase('backup failed: {cause}', { cause: BACKUP_FAILURE_WORDS[cause] })));
    }
    for (const g of failures.values())
      yield {
        type: 'backup.failed',
        from: g.from,
        to: g.to,
        nodes: g.nodes,
        data: { cause: g.cause, error: g.error, count: g.count, path: g.path },
        evidence: g.evidence,
      };
    yield* damaged(context);
    for (const fact of context.facts(['restore.failed'])) {
      const { error, path } = fact.data;
      const kind = /sha256|hash/i.test(error)
        ? 'hash'
        : /version|downgrade/i.test(error)
          ? 'version'
          : /data-dir|not empty|exists/.test(error)
            ? 'data-dir'
            : 'other';
      yield {
        type: 'restore.failed',
        from: fact.when,
        to: fact.when,
        nodes: context.nodesOfFact(fact),
        data: { path, error: snapshotFault(error), kind },
        evidence: [context.cite(fact, phrase('restore failed'))],
      };
    }
    yield* newest(context);
  },
});

function* damaged(context: DerivationContext) {
  const seen: {
    readonly path: string;
    readonly reason: Words;
    readonly from: EpochMicros | null;
    readonly nodes: readonly string[];
    readonly evidence: Citation[];
  }[] = [];
  for (const fact of context.facts(['backup.damaged', 'db.content'])) {
    const bad = fact.type === 'backup.damaged' || fact.data.sha256 === 'mismatch';
    if (!bad) continue;
    const path = fact.data.path ?? context.pathOf(fact);
    const reason = fact.type === 'backup.damaged' ? snapshotFault(fact.data.reason) : phrase('the SHA-256 at its end does not match its content');
    const nodes = context.nodesOfFact(fact);
    let group = seen.find(
      (one) => sameSnapshot(one.path, path) && (one.nodes.length === 0 || nodes.length === 0 || nodes.some((node) => one.nodes.includes(node))),
    );
    if (group === undefined) {
      group = { path, reason, from: fact.when, nodes, evidence: [] };
      seen.push(group);
    }
    if (group.evidence.length < 8) group.evidence.push(context.cite(fact, quoted(reason)));
  }
  for (const g of seen)
    yield { type: 'backup.damaged' as const, from: g.from, to: null, nodes: g.nodes, data: { path: g.path, reason: g.reason }, evidence: g.evidence };
}

interface Backup {
  readonly at: EpochMicros;
  readonly path: string | null;
  readonly good: boolean;
  readonly citation: Citation;
  readonly nodes: readonly string[];
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The newest backup that nothing speaks against; where all are damaged, the newest of those. Absent when the bundle says nothing of backups. */
function* newest(context: DerivationContext) {
  const broken = new Set<string>();
  for (const { data } of damaged(context)) broken.add(fileName(data.path));
  let best: Backup | null = null;
  for (const fact of context.facts(['backup.saved', 'backup.served', 'backup.file-listed'])) {
    if (fact.type === 'backup.served' && fact.data.phase !== 'finished') continue;
    const at = fact.type === 'backup.file-listed' ? fact.data.modifiedAt : fact.when;
    if (at === null) continue;
    const path = fact.type === 'backup.served' ? null : fact.data.path;
    const good = path === null || !broken.has(fileName(path));
    if (best !== null && (best.good === good ? best.at >= at : best.good)) continue;
    best = {
      at,
      path,
      good,
      citation: context.cite(fact, good ? phrase('newest backup') : phrase('newest backup, but damaged')),
      nodes: context.nodesOfFact(fact),
    };
  }
  if (best === null) return;
  const age = context.collectedAt === null ? null : context.collectedAt - best.at;
  yield {
    type: 'backup.newest' as const,
    from: best.at,
    to: null,
    nodes: best.nodes,
    data: { path: best.path, age, good: best.good },
    evidence: [best.citation],
  };
}
