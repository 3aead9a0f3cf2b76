import { phrase, quoted, type Words } from '../../model/phrases.ts';
import type { Citation } from '../../model/evidence.ts';
import type { Member } from '../../model/history.ts';
import type { ClusterId, EntryId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { snapshotFault } from './snapshot-words.ts';

/** A snapshot or a data directory: in the bundle, or only spoken of. */
export interface Copy {
  readonly path: string;
  /** `elsewhere`: a snapshot the bundle speaks of but does not hold */
  readonly origin: 'data-dir' | 'snapshot' | 'elsewhere';
  readonly entry: EntryId | null;
  revision: number | null;
  readonly hash: number | null;
  readonly sizeBytes: number | null;
  readonly sha256: 'ok' | 'mismatch' | 'absent' | null;
  /** newest sign of when it was taken, corrected */
  at: EpochMicros | null;
  readonly cluster: ClusterId | null;
  /** names of the members its own member list holds */
  readonly lists: ReadonlySet<string>;
  /** whose data directory it is */
  readonly member: Member | null;
  /** the bolt pages add up */
  readonly sound: boolean;
  /** the raft index its content is applied to */
  readonly consistentIndex: number | null;
  damage: Words | null;
  readonly nodes: readonly string[];
  readonly evidence: Citation[];
}

/** Sizes in tables are rounded to a few digits. */
const SAME_SIZE = 0.01;
/** Of many files in a backup folder only the newest matter. */
const MOST_ELSEWHERE = 4;

export function gatherCopies(context: DerivationContext): readonly Copy[] {
  const copies = contents(context);
  const elsewhere: Copy[] = [];
  for (const fact of context.facts(['backup.damaged', 'backup.saved', 'backup.file-listed'])) {
    const { path } = fact.data;
    if (path === null) continue;
    const sizeBytes = fact.type === 'backup.damaged' ? null : fact.data.sizeBytes;
    const at = fact.type === 'backup.file-listed' ? fact.data.modifiedAt : fact.when;
    const copy =
      find([...copies, ...elsewhere], path, sizeBytes, fact.type === 'backup.damaged' ? fact.ref.entry : null) ??
      spokenOf(context, fact, path, sizeBytes, elsewhere);
    if (fact.type === 'backup.damaged') copy.damage ??= snapshotFault(fact.data.reason);
    else if (sizeBytes === 0) copy.damage ??= phrase('it is empty');
    // A file's own time is when it was last written; a tool's word is when it was taken.
    if (fact.type !== 'backup.damaged' && copy.origin !== 'data-dir' && at !== null) copy.at = fact.type === 'backup.saved' ? at : (copy.at ?? at);
    if (copy.evidence.length < 8) copy.evidence.push(context.cite(fact, quoted(words(fact))));
  }
  for (const fact of context.facts(['backup.status'])) {
    const { hash, revision, sizeBytes } = fact.data;
    const copy =
      copies.find((c) => c.hash !== null && c.hash === hash && c.revision === revision) ??
      elsewhere.find(
        (c) => c.revision === null && sizeBytes !== null && c.sizeBytes !== null && near(c.sizeBytes, sizeBytes) && overlap(c.nodes, context.nodesOfFact(fact)),
      );
    if (copy === undefined) continue;
    copy.revision ??= revision;
    if (copy.evidence.length < 8)
      copy.evidence.push(
        context.cite(fact, revision === null ? phrase('snapshot status reads no revision') : phrase('snapshot status reads revision {revision}', { revision })),
      );
  }
  const newest = elsewhere.toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0) || (a.path < b.path ? -1 : 1)).slice(0, MOST_ELSEWHERE);
  return [...copies, ...newest];
}

function contents(context: DerivationContext): readonly Copy[] {
  const found: TimedFact<'db.content'>[] = [...context.facts(['db.content'])];
  if (found.length === 0) return [];
  const entries = new Set(found.map((f) => f.ref.entry));
  const hashed = new Set<EntryId>();
  const renewed = new Map<EntryId, EpochMicros>();
  const listed = new Map<EntryId, Member[]>();
  for (const fact of context.facts(['db.hashkv', 'k8s-lease.object', 'member.listed'])) {
    const { entry } = fact.ref;
    if (!entries.has(entry)) continue;
    if (fact.type === 'db.hashkv') hashed.add(entry);
    else if (fact.type === 'k8s-lease.object') {
      if (fact.when !== null && fact.when > (renewed.get(entry) ?? 0)) renewed.set(entry, fact.when);
    } else {
      const member = context.member(fact.data.member);
      if (member !== null) listed.set(entry, [...(listed.get(entry) ?? []), member]);
    }
  }
  const seen = new Set<string>();
  return found.flatMap((fact): Copy[] => {
    const { data } = fact;
    const { entry } = fact.ref;
    // The same snapshot collected twice is one; two members' data directories may well be alike.
    const key = data.origin === 'snapshot' ? `${data.hash} ${data.revision} ${data.totalKeys} ${data.sha256}` : data.path;
    if (seen.has(key)) return [];
    seen.add(key);
    const members = listed.get(entry) ?? [];
    const clusters = new Set(members.map((m) => m.clusterId).filter((c) => c !== null));
    const [cluster, other] = clusters;
    return [
      {
        path: data.path,
        origin: data.origin,
        entry,
        revision: data.revision,
        hash: data.hash,
        sizeBytes: data.dbSizeBytes,
        sha256: data.sha256,
        at: renewed.get(entry) ?? null,
        cluster: other === undefined ? (cluster ?? null) : null,
        lists: new Set(members.map((m) => m.name)),
        member: data.origin === 'data-dir' ? context.memberOf(fact) : null,
        sound: hashed.has(entry),
        consistentIndex: data.consistentIndex,
        damage: data.sha256 === 'mismatch' ? phrase('the SHA-256 at its end does not match its content') : null,
        nodes: context.nodesOfFact(fact),
        evidence: [
          context.cite(
            fact,
            data.origin === 'snapshot'
              ? phrase('a snapshot at revision {revision}', { revision: data.revision })
              : phrase('a data directory at revision {revision}', { revision: data.revision }),
          ),
        ],
      },
    ];
  });
}

const base = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const near = (a: number, b: number): boolean => Math.abs(a - b) <= SAME_SIZE * Math.max(a, b);
const overlap = (a: readonly string[], b: readonly string[]): boolean => a.some((n) => b.includes(n));

/** What a tool wrote of a snapshot often lies beside it, named after it. */
const TOLD_OF = /-status\.(?:json|txt|table)$/;

/** Whether two paths speak of one snapshot: a collector's copy of it, or what a tool printed of it. */
export function sameSnapshot(a: string, b: string): boolean {
  return a === b || sameName(base(a).replace(TOLD_OF, '.db'), base(b).replace(TOLD_OF, '.db'));
}

/** Collectors put a machine's name before the file's. */
function sameName(a: string, b: string): boolean {
  const [long, short] = a.length > b.length ? [a, b] : [b, a];
  return long === short || (long.endsWith(short) && /[-_.]/.test(long[long.length - short.length - 1] ?? ''));
}

/** By place, else by file name where the sizes do not speak against it. */
function find(copies: readonly Copy[], path: string, sizeBytes: number | null, entry: EntryId | null): Copy | undefined {
  return (
    copies.find((c) => c.path === path || (entry !== null && c.entry === entry)) ??
    copies.find(
      (c) => c.origin !== 'data-dir' && sameName(base(c.path), base(path)) && (sizeBytes === null || c.sizeBytes === null || near(c.sizeBytes, sizeBytes)),
    )
  );
}

function spokenOf(
  context: DerivationContext,
  fact: TimedFact<'backup.damaged' | 'backup.saved' | 'backup.file-listed'>,
  path: string,
  sizeBytes: number | null,
  into: Copy[],
): Copy {
  const copy: Copy = {
    path,
    origin: context.pathOf(fact) === path ? 'snapshot' : 'elsewhere',
    entry: null,
    revision: null,
    hash: null,
    sizeBytes,
    sha256: null,
    at: null,
    cluster: null,
    lists: new Set(),
    member: null,
    sound: true,
    consistentIndex: null,
    damage: null,
    nodes: context.nodesOfFact(fact),
    evidence: [],
  };
  into.push(copy);
  return copy;
}

function words(fact: TimedFact<'backup.damaged' | 'backup.saved' | 'backup.file-listed'>): Words {
  return fact.type === 'backup.damaged'
    ? snapshotFault(fact.data.reason)
    : fact.type === 'backup.saved'
      ? phrase('the snapshot was saved')
      : phrase('the file was listed');
}
