import { phrase } from '../../model/phrases.ts';
import type { Derived } from '../../model/derived.ts';
import type { PlacedFact } from '../../model/fact.ts';
import { defineDerivation, type DerivationContext, type TimedFact } from '../derivation.ts';
import { groupBy } from '../group.ts';

type Diverged = Derived<'hashkv.diverged'>;

interface Hash {
  readonly member: string;
  readonly hash: number;
  readonly revision: number;
  readonly compactRevision: number | null;
  readonly basis: 'endpoint' | 'db';
  readonly fact: TimedFact<'endpoint.hashkv' | 'db.hashkv'>;
}

/**
 * Members whose content differs. Hashes are comparable only at one revision with one compaction below it: etcd hashes every
 * revision it still keeps (upstream: `server/storage/mvcc/hash.go`).
 */
export const hashesDerivation = defineDerivation({
  id: 'hashes',
  reads: ['endpoint.hashkv', 'db.hashkv', 'db.hash-mismatch'],
  gives: ['hashkv.diverged'],
  *derive(context): Iterable<Diverged> {
    const hashes = [...readHashes(context)];
    const earliest = new Map<string, Diverged>();
    for (const same of groupBy(hashes, (h) => `${h.basis} ${h.revision} ${h.compactRevision ?? '?'}`).values()) {
      const diverged = compare(same, context);
      if (diverged === null) continue;
      // Members that differ at one revision differ at all later ones: the earliest says most.
      const key = `${diverged.data.basis} ${diverged.data.members.join(' ')}`;
      const known = earliest.get(key);
      if (known === undefined || (diverged.data.revision ?? 0) < (known.data.revision ?? 0)) earliest.set(key, diverged);
    }
    yield* earliest.values();
    yield* ownChecks(context);
  },
});

function* readHashes(context: DerivationContext): Iterable<Hash> {
  for (const fact of context.facts(['endpoint.hashkv', 'db.hashkv'])) {
    if (fact.type === 'db.hashkv') {
      const { revision, compactRevision, hash } = fact.data;
      const member = nameOf(context, fact);
      if (member !== null) yield { member, hash, revision, compactRevision, basis: 'db', fact };
      continue;
    }
    const { endpoint, member, hash, compactRevision, atRevision } = fact.data;
    const revision = atRevision ?? fact.data.revision;
    const found = member === null ? context.memberByText(endpoint) : context.member(member);
    if (revision !== null) yield { member: found?.name ?? nameOf(context, fact) ?? endpoint, hash, revision, compactRevision, basis: 'endpoint', fact };
  }
}

function nameOf(context: DerivationContext, fact: PlacedFact): string | null {
  return context.memberOf(fact)?.name ?? fact.node;
}

function compare(same: readonly Hash[], context: DerivationContext): Diverged | null {
  const groups = groupBy(same, (h) => h.hash);
  const [first] = same;
  if (groups.size < 2 || first === undefined) return null;
  // One member asked twice (through a load balancer, or before and after a restore) is no comparison of two.
  const members = [...new Set(same.map((h) => h.member))].toSorted();
  if (members.length < 2) return null;
  const sizes = [...groups.values()].map((g) => new Set(g.map((h) => h.member))).toSorted((a, b) => b.size - a.size);
  const [largest, second] = sizes;
  const minority = largest !== undefined && second !== undefined && largest.size > second.size ? members.filter((m) => !largest.has(m)) : [];
  const times = same.map((h) => h.fact.when).filter((w) => w !== null);
  return {
    type: 'hashkv.diverged',
    from: times.toSorted((a, b) => a - b)[0] ?? null,
    to: null,
    nodes: context.nodesOf(minority.length > 0 ? minority : members),
    data: { revision: first.revision, compactRevision: first.compactRevision, members, minority, basis: first.basis },
    evidence: [...groups.values()]
      .flatMap((g) => g.slice(0, 2))
      .map((h) => context.cite(h.fact, phrase('{member} has hash {hash} at revision {revision}', { member: h.member, hash: h.hash, revision: h.revision }))),
  };
}

/** etcd's own corruption checks. At start the checking member is the suspect; while running its peer is, as far as one can tell. */
function* ownChecks(context: DerivationContext): Iterable<Diverged> {
  const byKey = groupBy(
    [...context.facts(['db.hash-mismatch'])].map((fact) => ({
      fact,
      own: nameOf(context, fact),
      peer: fact.data.peer === null ? null : context.nameOf(fact.data.peer),
    })),
    (c) => `${c.own ?? ''} ${c.fact.data.kind === 'initial' ? '' : (c.peer ?? '')}`,
  );
  for (const checks of byKey.values()) {
    const [first] = checks;
    if (first === undefined) continue;
    const { fact, own } = first;
    const peers = [...new Set(checks.map((c) => c.peer).filter((p) => p !== null))];
    const suspect = fact.data.kind === 'initial' || fact.data.kind === 'self' ? own : peers.length === 1 ? (peers[0] ?? null) : null;
    const members = [...new Set([...(own === null ? [] : [own]), ...peers])].toSorted();
    yield {
      type: 'hashkv.diverged',
      from: fact.when,
      to: null,
      nodes: context.nodesOf(suspect === null ? members : [suspect]),
      data: {
        // where nothing was compacted yet, etcd says -1
        revision: fact.data.revision !== null && fact.data.revision > 0 ? fact.data.revision : null,
        compactRevision: null,
        members,
        minority: suspect === null ? [] : [suspect],
        basis: 'corrupt-check',
      },
      evidence: checks.slice(0, 6).map((c) => context.cite(c.fact, phrase('etcd’s own check finds a difference ({kind})', { kind: c.fact.data.kind }))),
    };
  }
}
