import type { Entry, Source } from '../model/bundle.ts';
import type { EntryId, MemberId, SourceId } from '../model/ids.ts';
import type { Member } from '../model/history.ts';
import type { FactSource } from '../model/ports.ts';
import type { LogOwners } from './identity/log-owners.ts';

const DATA_DIRECTORY = /^(.*)(?:^|\/)member\/(?:wal|snap)\/[^/]+$/;
const STATIC_PODS = ['etcd-', 'kube-apiserver-', 'kube-controller-manager-', 'kube-scheduler-'];

/** Names seen in content, before members are told apart. */
interface Names {
  /** journal hosts and `hostname` output */
  readonly hosts: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  /** node hints that turned out to name a machine → the name to use for it */
  readonly hints: ReadonlyMap<string, string>;
}

/**
 * Gives every source the name of the machine it came from: what the content says (a journal's host, a static pod's node), else
 * the node the path hints at, else a known name that stands in the path or at the start of the file's name. Null when silent.
 */
export function resolveNodes(source: FactSource): Map<SourceId, string | null> {
  const sources = source.sources();
  const entries = new Map<EntryId, Entry>(source.entries().map((e) => [e.id, e]));
  const names = gatherNames(source, sources);
  const resolved = new Map<SourceId, string | null>();
  for (const s of sources) resolved.set(s.id, fromContent(s, names) ?? hinted(s, names));
  const known = new Set<string>([...names.hosts, ...names.members]);
  for (const node of resolved.values()) if (node !== null) known.add(node);
  const memberNodes = nodesOfMemberNames(sources, resolved, names);
  const patterns = [...known].filter((n) => n.length > 1).toSorted((a, b) => b.length - a.length);
  for (const s of sources) {
    if (resolved.get(s.id) !== null) continue;
    const path = entries.get(s.entry)?.path;
    const found = path === undefined ? null : nameInPath(path, patterns);
    resolved.set(s.id, found === null ? null : (memberNodes.get(found) ?? found));
  }
  return resolved;
}

/**
 * Once members are told apart: a file named after a member belongs to the member's machine, and sources still without a node
 * take their member's (another source's node, else the member's own name).
 */
export function resolveByOwner(
  source: FactSource,
  resolved: Map<SourceId, string | null>,
  owners: LogOwners,
  members: readonly Member[],
  nodeOf: (id: MemberId) => string | null,
): void {
  const sources = source.sources();
  const machines = new Set(sources.map((s) => s.host));
  const byName = new Map(members.map((m) => [m.name, m.node]));
  for (const { id } of sources) {
    const name = resolved.get(id) ?? null;
    const machine = name === null || machines.has(name) ? null : (byName.get(name) ?? null);
    if (machine !== null) resolved.set(id, machine);
  }
  for (const { id } of sources) {
    if (resolved.get(id) !== null) continue;
    const [member, other] = owners.membersOf(id);
    if (member !== undefined && other === undefined) resolved.set(id, nodeOf(member));
  }
  shareDataDirectory(source, sources, resolved);
}

/** Database, raft snapshots and write-ahead log of one data directory (upstream: etcd `server/storage/datadir`) are of one machine. */
function shareDataDirectory(source: FactSource, sources: readonly Source[], resolved: Map<SourceId, string | null>): void {
  const directories = new Map<EntryId, string>();
  for (const { id, path } of source.entries()) {
    const directory = DATA_DIRECTORY.exec(path)?.[1];
    if (directory !== undefined) directories.set(id, directory);
  }
  const owners = new Map<string, string>();
  for (const { id, entry } of sources) {
    const directory = directories.get(entry);
    const node = resolved.get(id) ?? null;
    if (directory !== undefined && node !== null) owners.set(directory, node);
  }
  for (const { id, entry } of sources) {
    const node = owners.get(directories.get(entry) ?? '');
    if ((resolved.get(id) ?? null) === null && node !== undefined) resolved.set(id, node);
  }
}

function gatherNames(source: FactSource, sources: readonly Source[]): Names {
  const members = new Set<string>();
  for (const fact of source.facts(['etcd.started', 'etcd.identified', 'member.listed'])) {
    const { name } = fact.data;
    if (name !== null && name !== '' && name !== 'default') members.add(name);
  }
  const hostsByHint = new Map<string, Set<string>>();
  const hosts = new Set<string>();
  const note = (hint: string | null, host: string): void => {
    hosts.add(host);
    if (hint === null) return;
    const set = hostsByHint.get(hint) ?? new Set();
    hostsByHint.set(hint, set.add(host));
  };
  const byId = new Map(sources.map((s) => [s.id, s]));
  for (const fact of source.facts(['node.hostname'])) note(byId.get(fact.source)?.node ?? null, fact.data.hostname);
  // A host that is also a member's name may be a machine's or only the member's own word: it renames no hint, but
  // where it is the hint itself, no other host does.
  for (const s of sources) if (s.host !== null && (!members.has(s.host) || s.host === s.node)) note(s.node, s.host);
  for (const s of sources) if (s.host !== null) hosts.add(s.host);

  const hints = new Map<string, string>();
  for (const hint of new Set(sources.map((s) => s.node))) {
    if (hint === null) continue;
    const own = hostsByHint.get(hint);
    const [only, second] = own ?? [];
    if (only !== undefined && second === undefined) hints.set(hint, sameMachine(hint, only) ? hint : only);
    else if (second === undefined || own?.has(hint) === true) hints.set(hint, hint);
  }
  for (const hint of tooWide(sources, members)) hints.delete(hint);
  return { hosts, members, hints };
}

/** Hints under which several members or hosts speak: a folder of the whole cluster, not a machine. */
function tooWide(sources: readonly Source[], members: ReadonlySet<string>): ReadonlySet<string> {
  const voices = new Map<string, Set<string>>();
  for (const s of sources) {
    if (s.node === null || s.host === null || !members.has(s.host)) continue;
    const set = voices.get(s.node) ?? new Set();
    voices.set(s.node, set.add(s.host));
  }
  return new Set([...voices].filter(([, set]) => set.size > 1).map(([hint]) => hint));
}

/** `db1` and `db1.example.org` are one machine; the shorter name is shown. */
function sameMachine(short: string, host: string): boolean {
  return host === short || host.startsWith(`${short}.`);
}

function fromContent(source: Source, names: Names): string | null {
  const { host, node, pod } = source;
  if (host !== null) {
    const hint = hinted(source, names);
    if (hint !== null && (names.members.has(host) || sameMachine(hint, host))) return hint;
    for (const known of names.hints.values()) if (sameMachine(known, host)) return known;
    return host;
  }
  if (node === null && pod !== null) {
    const prefix = STATIC_PODS.find((p) => pod.startsWith(p));
    const rest = prefix === undefined ? '' : pod.slice(prefix.length);
    if (rest !== '') return rest;
  }
  return null;
}

function hinted(source: Source, names: Names): string | null {
  return source.node === null ? null : (names.hints.get(source.node) ?? null);
}

/** Member name → node, where a source of that host name resolved to another machine name. */
function nodesOfMemberNames(sources: readonly Source[], resolved: ReadonlyMap<SourceId, string | null>, names: Names): ReadonlyMap<string, string> {
  const nodes = new Map<string, string>();
  for (const s of sources) {
    const node = resolved.get(s.id);
    if (s.host !== null && node != null && node !== s.host && names.members.has(s.host)) nodes.set(s.host, node);
  }
  return nodes;
}

/** The deepest folder that is a known name, else the longest known name the file's name starts with, else one it holds. */
function nameInPath(path: string, longestFirst: readonly string[]): string | null {
  const parts = path.replaceAll('!/', '/').split('/');
  const base = parts.pop() ?? '';
  const folder = parts.findLast((part) => longestFirst.includes(part));
  if (folder !== undefined) return folder;
  const starts = longestFirst.find((name) => base.startsWith(name) && isBreak(base[name.length]));
  if (starts !== undefined) return starts;
  const inside = (text: string): string | undefined =>
    longestFirst.find((name) => {
      const at = text.indexOf(name);
      return at >= 0 && (at === 0 || isBreak(text[at - 1])) && isBreak(text[at + name.length]);
    });
  return (
    inside(base) ??
    parts
      .toReversed()
      .map(inside)
      .find((name) => name !== undefined) ??
    null
  );
}

function isBreak(character: string | undefined): boolean {
  return character === undefined || character === '-' || character === '_' || character === '.';
}
