import type { Source } from '../model/bundle.ts';
import type { Derived } from '../model/derived.ts';
import type { Correct, History } from '../model/history.ts';
import type { SourceId } from '../model/ids.ts';
import type { FactSource } from '../model/ports.ts';
import { epochMicros } from '../model/time.ts';
import { modelClocks } from './clock/model.ts';
import { collectedAt, spanOf } from './collected.ts';
import { derivationContext } from './context.ts';
import { DERIVATIONS } from './derivations.ts';
import { cacheFacts } from './facts/cache.ts';
import { factReader, keptReader, timedFacts } from './facts/reader.ts';
import { identify, withRemovals } from './identity/identify.ts';
import { findLogOwners } from './identity/log-owners.ts';
import { findTwins } from './identity/twins.ts';
import { buildRaft } from './raft/build-raft.ts';
import { resolveByOwner, resolveNodes } from './resolve-nodes.ts';

export interface BuiltHistory {
  readonly history: History;
  readonly correct: Correct;
  /** the node of every source whose stored node differs or was null */
  readonly nodeChanges: readonly { readonly id: SourceId; readonly node: string | null }[];
}

/** Builds everything the timeline concludes from a case's facts. Deterministic; reads facts in a few passes, never all at once. */
export function buildHistory(from: FactSource): BuiltHistory {
  const source = cacheFacts(from);
  const stored = source.sources();
  const nodeOf = resolveNodes(source);
  const early = factReader(source, nodeOf);
  const owners = findLogOwners(early);
  const placed = (): readonly Source[] => stored.map((s) => ({ ...s, node: nodeOf.get(s.id) ?? null }));
  const first = identify(early, owners, placed());
  resolveByOwner(source, nodeOf, owners, first.members, (id) => first.member(id)?.node ?? first.nameOf(id));
  const sources = placed();
  const reader = keptReader(source, nodeOf);
  const identity = identify(reader, owners, sources);
  const nodes = nodesInOrder(
    sources,
    identity.members.map((m) => m.node),
  );

  const clock = modelClocks({
    reader,
    nodes,
    nodeOfMember: (id) => identity.member(id)?.node ?? null,
    ownerOf: (fact) => owners.ownerOf(fact),
    apiServers: new Set(
      sources
        .filter((s) => s.component === 'kube-apiserver')
        .map((s) => s.node)
        .filter((n) => n !== null),
    ),
  });
  const timed = timedFacts(reader, clock.correct, clock.spread);
  const span = spanOf(sources, clock.correct);
  const collected = collectedAt(reader, source, clock.correct, span.to);
  const undecided: History['undecided'][number][] = [...clock.undecided, ...identity.notes.map((note) => ({ about: 'member ids', because: note, nodes: [] }))];

  const twins = findTwins({ timed, owners, sources, correct: clock.correct });
  const homes = new Map(twins.all.map((t) => [t.id, t.node]));
  const members = withRemovals(identity, owners, reader, clock.correct).map((m) => ({ ...m, node: (m.id === null ? null : homes.get(m.id)) ?? m.node }));
  const known = new Map(identity.members.map((m, i) => [m, members[i] ?? m]));
  const dated = {
    ...identity,
    members,
    member: (id: Parameters<typeof identity.member>[0]) => swap(identity.member(id)),
    memberOf: (fact: Parameters<typeof identity.memberOf>[0]) => (twins.tells(fact) ? null : swap(identity.memberOf(fact))),
    byText: (text: string) => swap(identity.byText(text)),
  };
  function swap(member: History['members'][number] | null): History['members'][number] | null {
    return member === null ? null : (known.get(member) ?? member);
  }

  const endOfCase = epochMicros(Math.max(span.to ?? 0, collected !== null && collected > (span.to ?? 0) ? collected : 0) || 0);
  const paths = new Map(source.entries().map((e) => [e.id, e.path]));
  const raft = buildRaft({
    timed,
    reader,
    nodes,
    twins,
    clocks: clock.clocks,
    pathOf: (fact) => paths.get(fact.ref.entry) ?? '',
    identity: dated,
    owners,
    sources,
    correct: clock.correct,
    endOfCase,
  });
  undecided.push(...raft.undecided);
  const derived: Derived[] = [...clock.derived, ...raft.derived];
  const context = derivationContext({
    source,
    sources,
    timed,
    identity: dated,
    members,
    nodes,
    clock,
    collectedAt: collected,
    leadership: raft.leadership,
    leaderless: raft.leaderless,
    downs: raft.downs,
    twins: twins.all,
    derived,
    undecided: (about, because, where) => undecided.push({ about, because, nodes: where }),
  });
  for (const derivation of DERIVATIONS) derived.push(...derivation.derive(context));
  const history: History = {
    collectedAt: collected,
    from: span.from,
    to: span.to,
    members,
    nodes,
    clocks: clock.clocks,
    leadership: raft.leadership,
    roles: raft.roles,
    derived: derived.toSorted((a, b) => (a.from ?? Infinity) - (b.from ?? Infinity) || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0)),
    undecided,
  };
  return { history, correct: clock.correct, nodeChanges: changes(stored, nodeOf) };
}

/** Members' nodes first, then the others, each by name. */
function nodesInOrder(sources: readonly Source[], memberNodes: readonly (string | null)[]): readonly string[] {
  const own = new Set(memberNodes.filter((n) => n !== null));
  const others = new Set(sources.map((s) => s.node).filter((n) => n !== null && !own.has(n)));
  return [...[...own].toSorted(), ...[...others].filter((n) => n !== null).toSorted()];
}

function changes(stored: readonly Source[], nodeOf: ReadonlyMap<SourceId, string | null>): BuiltHistory['nodeChanges'] {
  return stored.flatMap((s) => {
    const node = nodeOf.get(s.id) ?? null;
    return node === s.node ? [] : [{ id: s.id, node }];
  });
}
