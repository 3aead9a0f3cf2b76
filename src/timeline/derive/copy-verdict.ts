import { phrase, type Phrase, type Words } from '../../model/phrases.ts';
import type { EntryId } from '../../model/ids.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import type { Copy } from './copy.ts';

/** What speaks for or against restoring from a copy. */
export interface Verdict {
  readonly copy: Copy;
  /** why it must not be used; null when it may be */
  readonly refused: Words | null;
  /** what should be looked at first */
  readonly doubts: readonly Phrase[];
  readonly good: Phrase;
  /** names of members on a side of a fork that is given up */
  readonly discarded: ReadonlySet<string>;
}

export function judge(copies: readonly Copy[], context: DerivationContext): readonly Verdict[] {
  if (copies.length === 0) return [];
  const sides = discardedSides(context);
  const sideOf = (copy: Copy): readonly string[] | undefined =>
    sides.find((s) => (copy.member !== null ? s.includes(copy.member.name) : s.length === copy.lists.size && s.every((m) => copy.lists.has(m))));
  // The other side of a fork differs, and proves nothing.
  const hashes = readHashes(
    copies.filter((c) => sideOf(c) === undefined),
    new Set(sides.flat()),
    context,
  );
  const logs = readLogs(copies, context);
  const discarded = new Set(sides.flat());
  const corrupt = corruptMembers(context);
  return copies.map((copy): Verdict => {
    const compared = compare(copy, hashes);
    const walDamage = copy.member === null ? null : (logs.damage.get(copy.member.name) ?? null);
    const side = sideOf(copy);
    const alarmed = copy.member !== null && corrupt.members.has(copy.member.name);
    const refused =
      copy.damage ??
      (copy.origin !== 'elsewhere' && !copy.sound ? phrase('its pages do not add up: it is damaged, or was copied while etcd wrote to it') : null) ??
      (side === undefined
        ? null
        : side.length === 1
          ? phrase('it is of the side of the fork that one member ({members}) kept', { members: side })
          : phrase('it is of the side of the fork that fewer members ({members}) kept', { members: side })) ??
      (compared?.outvoted === true ? compared.words : null) ??
      (alarmed && corrupt.fewer ? phrase('etcd raised the CORRUPT alarm for its member') : null) ??
      (walDamage === null
        ? null
        : copy.revision === null
          ? phrase('its write-ahead log is broken ({damage}), so what it holds beyond the database is lost', { damage: walDamage })
          : phrase('its write-ahead log is broken ({damage}), so what it holds beyond revision {revision} is lost', {
              damage: walDamage,
              revision: copy.revision,
            }));
    const doubts = [
      compared !== null && !compared.outvoted ? compared.words : null,
      alarmed && !corrupt.fewer ? phrase('etcd raised the CORRUPT alarm for it, and for as many others') : null,
      pending(copy, logs),
    ].filter((d) => d !== null);
    return { copy, refused, doubts, good: good(copy), discarded };
  });
}

function good(copy: Copy): Phrase {
  if (copy.origin === 'elsewhere') return phrase('it is not in the bundle, so nothing of it was checked');
  if (copy.origin === 'data-dir') return phrase('its pages add up; a copy of a database carries no checksum (--skip-hash-check)');
  return copy.sha256 === 'ok' ? phrase('its checksum was verified') : phrase('its pages add up, but it carries no checksum');
}

function pending(copy: Copy, logs: Logs): Phrase | null {
  const commit = copy.member === null ? undefined : logs.commit.get(copy.member.name);
  const more = commit === undefined || copy.consistentIndex === null ? 0 : commit - copy.consistentIndex;
  return more > 0 ? phrase('its write-ahead log holds {more} committed entries more, which only a start of the whole member applies', { more }) : null;
}

interface Comparison {
  readonly outvoted: boolean;
  readonly words: Phrase;
}

type Hashes = ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<string>>>;

/** Revision and compaction → hash → who has it: members by name, snapshots by path. */
function readHashes(copies: readonly Copy[], discarded: ReadonlySet<string>, context: DerivationContext): Hashes {
  const byEntry = new Map<EntryId | null, Copy>(copies.map((c) => [c.entry, c]));
  const hashes = new Map<string, Map<number, Set<string>>>();
  const add = (revision: number, compact: number | null, hash: number, who: string): void => {
    const key = `${revision} ${compact ?? '?'}`;
    const at = hashes.get(key) ?? new Map<number, Set<string>>();
    hashes.set(key, at);
    at.set(hash, (at.get(hash) ?? new Set()).add(who));
  };
  for (const fact of context.facts(['endpoint.hashkv', 'db.hashkv'])) {
    if (fact.type === 'db.hashkv') {
      const copy = byEntry.get(fact.ref.entry);
      if (copy !== undefined) add(fact.data.revision, fact.data.compactRevision, fact.data.hash, whoOf(copy));
      continue;
    }
    const { atRevision, revision, compactRevision, hash, endpoint } = fact.data;
    const at = atRevision ?? revision;
    const member = context.memberOf(fact) ?? context.memberByText(endpoint);
    if (at !== null && (member === null || !discarded.has(member.name))) add(at, compactRevision, hash, member?.name ?? endpoint);
  }
  return hashes;
}

const whoOf = (copy: Copy): string => copy.member?.name ?? copy.path;

/** The comparison that speaks most against a copy; null where nothing comparable differs. */
function compare(copy: Copy, hashes: Hashes): Comparison | null {
  let worst: Comparison | null = null;
  for (const [key, byHash] of hashes) {
    const own = [...byHash].find(([, who]) => who.has(whoOf(copy)));
    if (own === undefined || byHash.size < 2) continue;
    const others = [...byHash].filter(([hash]) => hash !== own[0]).flatMap(([, who]) => [...who]);
    const outvoted = others.length > own[1].size;
    if (worst !== null && (worst.outvoted || !outvoted)) continue;
    const [revision] = key.split(' ');
    const agree = own[1].size - 1;
    // Outnumbering the others it is in the right, as far as anybody can tell.
    if (!outvoted && agree >= others.length) continue;
    worst = {
      outvoted,
      words: outvoted
        ? phrase('its content at revision {revision} differs from that of {others}', { revision: revision ?? '', others: others.toSorted() })
        : phrase('its content at revision {revision} differs from that of {others}, and which is right cannot be told', {
            revision: revision ?? '',
            others: others.toSorted(),
          }),
    };
  }
  return worst;
}

interface Logs {
  /** member → what is wrong with its write-ahead log */
  readonly damage: ReadonlyMap<string, string>;
  /** member → highest commit index its write-ahead log holds */
  readonly commit: ReadonlyMap<string, number>;
}

function readLogs(copies: readonly Copy[], context: DerivationContext): Logs {
  const damage = new Map<string, string>();
  const commit = new Map<string, number>();
  if (!copies.some((c) => c.member !== null)) return { damage, commit };
  const logged: TimedFact<'wal.damaged'>[] = [];
  for (const fact of context.facts(['raft.state', 'wal.damaged'])) {
    const name = context.memberOf(fact)?.name;
    if (name === undefined) continue;
    if (fact.type === 'raft.state') commit.set(name, Math.max(commit.get(name) ?? 0, fact.data.commitIndex));
    else if (fact.when === null) damage.set(name, fact.data.reason);
    else logged.push(fact);
  }
  // Where the files themselves are in hand, they say more than a log of an earlier start.
  for (const fact of logged) {
    const name = context.memberOf(fact)?.name;
    if (name !== undefined && !commit.has(name) && !damage.has(name)) damage.set(name, fact.data.reason);
  }
  return { damage, commit };
}

/** The sides of a fork with fewer members than another; none where they are equally large. */
function discardedSides(context: DerivationContext): readonly (readonly string[])[] {
  return context.derived
    .filter((d) => d.type === 'cluster.forked')
    .flatMap(({ data: { sides } }) => {
      const largest = Math.max(...sides.map((s) => s.length));
      return sides.filter((s) => s.length < largest);
    });
}

function corruptMembers(context: DerivationContext): { readonly members: ReadonlySet<string>; readonly fewer: boolean } {
  const members = new Set(context.derived.flatMap((d) => (d.type === 'alarm.active' && d.data.alarm === 'CORRUPT' ? d.data.members : [])));
  const all = context.members.filter((m) => m.removedAt === null).length;
  return { members, fewer: members.size * 2 < all };
}
