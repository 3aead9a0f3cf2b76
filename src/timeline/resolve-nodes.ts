import type { Entry, Source } from '../model/bundle.ts';
import type { EntryId, MemberId, SourceId } from '../model/ids.ts';
import type { Member } from '../model/history.ts';
import type { FactSource } from '../model/ports.ts';
import type { LogOwners } from './identity/log-owners.ts';

const DATA_DIRECTORY = /^(.*)(?:^|\/)member\/(?:wal|snap)\/[^/]+$/;
const ADDRESS = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const STATIC_PODS = ['etcd-', 'kube-apiserver-', 'kube-controller-manager-', 'kube-scheduler-'];

/** Names seen in content, before members are told apart. */
interface Names {
  /** journal hosts and `hostname` output */
  readonly hosts: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  /** names under which members speak of themselves */
  readonly speakers: ReadonlyMap<SourceId, ReadonlySet<string>>;
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
    const named = path === undefined ? null : nameInPath(path, patterns);
    // a log that speaks of another member than its path names is that other's
    const [speaker, other] = names.speakers.get(s.id) ?? [];
    const found = speaker !== undefined && other === undefined && named !== null && names.members.has(named) && named !== speaker ? null : named;
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
  const nameOf = new Map(members.map((m) => [m.id, m.name]));
  // a machine may bear the name of a member that runs on another one
  for (const { id } of sources) {
    const [member, other] = owners.membersOf(id);
    const name = member === undefined || other !== undefined ? undefined : nameOf.get(member);
    const node = resolved.get(id) ?? null;
    if (name !== undefined && node !== null && name !== node) machines.add(node);
  }
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
  const speakers = new Map<SourceId, Set<string>>();
  for (const fact of source.facts(['etcd.started', 'etcd.identified', 'member.listed'])) {
    const { name } = fact.data;
    if (name === null || name === '' || name === 'default') continue;
    members.add(name);
    if (fact.type !== 'member.listed') speakers.set(fact.source, (speakers.get(fact.source) ?? new Set()).add(name));
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
  // where it is the hint itself, no other host does. An address is no name at all: any that is said there is a better one.
  for (const s of sources) if (s.host !== null && (!members.has(s.host) || s.host === s.node || ADDRESS.test(s.node ?? ''))) note(s.node, s.host);
  for (const s of sources) if (s.host !== null) hosts.add(s.host);

  const hints = new Map<string, string>();
  for (const hint of new Set(sources.map((s) => s.node))) {
    if (hint === null) continue;
    const own = hostsByHint.get(hint);
    const [only, second] = own ?? [];
    if (only !== undefined && second === undefined) hints.set(hint, sameMachine(hint, only) ? hint : only);
    else if (second === undefined || own?.has(hint) === true) hints.set(hint, hint);
  }
  for (const hint of tooWide(sources, members, speakers)) hints.delete(hint);
  for (const [hint, name] of misnamed(sources, members, speakers)) if (hostsByHint.get(hint) === undefined) hints.set(hint, name);
  return { hosts, members, speakers, hints };
}

/**
 * Hints under which several members or hosts speak: a folder of the whole cluster, not a machine. Members that follow each other on
 * one machine do not speak at the same time.
 */
function tooWide(sources: readonly Source[], members: ReadonlySet<string>, speakers: ReadonlyMap<SourceId, ReadonlySet<string>>): ReadonlySet<string> {
  const voices = new Map<string, { readonly name: string; readonly source: Source }[]>();
  const wide = new Set<string>();
  for (const source of sources) {
    const { node, host } = source;
    if (node === null) continue;
    const said = speakers.get(source.id) ?? [];
    const names = host !== null && members.has(host) ? [host] : [...said];
    const heard = voices.get(node) ?? [];
    voices.set(node, heard);
    for (const name of names) {
      if (heard.some((h) => h.name !== name && (host !== null || overlap(h.source, source)))) wide.add(node);
      heard.push({ name, source });
    }
  }
  return wide;
}

/**
 * Folders named after one member that hold the log of another → that other. Machines may bear names of members that run elsewhere
 * (`etcd-1` for the member `etcd-0`), so this is believed only where the folders are plainly called after the members.
 */
function misnamed(sources: readonly Source[], members: ReadonlySet<string>, speakers: ReadonlyMap<SourceId, ReadonlySet<string>>): ReadonlyMap<string, string> {
  const said = new Map<string, Set<string>>();
  for (const { id, node, host, pod } of sources) {
    const names = speakers.get(id);
    if (node === null || names === undefined) continue;
    if (pod !== null || host !== null || !members.has(node)) return new Map();
    said.set(node, new Set([...(said.get(node) ?? []), ...names]));
  }
  const plain = said.size === members.size || [...said].some(([hint, names]) => names.has(hint));
  if (!plain) return new Map();
  return new Map([...said].flatMap(([hint, [name, other]]) => (name === undefined || other !== undefined || name === hint ? [] : [[hint, name]])));
}

function overlap(a: Source, b: Source): boolean {
  return a.id !== b.id && a.from !== null && a.to !== null && b.from !== null && b.to !== null && a.from < b.to && b.from < a.to;
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
