import type { Fact, FactType } from '../model/fact.ts';
import type { CaseReader } from '../model/ports.ts';
import { printable } from '../model/text.ts';
import { parseIpv4, parseIpv6 } from './addresses.ts';
import { isGeneric, isGenericWord, isPublicDomain } from './words.ts';

/** What a name is of; also the sections of the map. In order of precedence where one text is several. */
export type NameKind = 'host' | 'member' | 'server' | 'subject' | 'user';

/** Names found in a case or in its text: lower-case key → the name as first seen. */
export interface FoundNames {
  readonly byKind: Readonly<Record<NameKind, ReadonlySet<string>>>;
  /** registered part and all subdomains under which machines have names */
  readonly domains: ReadonlySet<string>;
  /** too common to be replaced without breaking sentences */
  readonly kept: ReadonlySet<string>;
}

type Named = readonly (readonly [NameKind, string | null])[];

const host = (text: string | null): readonly [NameKind, string | null] => ['host', text];
const hosts = (texts: readonly (string | null)[]): Named => texts.map(host);
const urls = (texts: readonly string[]): Named => hosts(texts.map(hostOfUrl));

/** Facts that name machines, members and people. */
const NAMING = [
  'etcd.started',
  'etcd.identified',
  'member.added',
  'member.updated',
  'member.listed',
  'endpoint.status',
  'endpoint.status-failed',
  'endpoint.health',
  'endpoint.hashkv',
  'peer.cluster-id-mismatch',
  'peer.unreachable',
  'apiserver.unreachable',
  'certificate',
  'k8s-lease.object',
  'k8s-lease.held',
  'node.condition',
  'node.listed',
  'node.address',
  'pod.status',
  'k8s.event',
  'node.hostname',
  'lb.server-state',
  'lb.server-stat',
  'lb.server-configured',
  'lb.connection-failed',
  'network.ping',
  'address.held',
  'etcd.configured',
] as const satisfies readonly FactType[];

function namesOf({ type, data }: Fact<(typeof NAMING)[number]>): Named {
  switch (type) {
    case 'etcd.started':
      return [['member', data.name], ...urls(data.peerUrls), ...urls(data.clientUrls), ...initialCluster(data.initialCluster)];
    case 'etcd.identified':
    case 'member.listed':
      return [['member', data.name], ...urls(data.peerUrls), ...urls(data.clientUrls)];
    case 'member.added':
    case 'member.updated':
      return urls(data.peerUrls);
    case 'endpoint.status':
    case 'endpoint.status-failed':
    case 'endpoint.health':
    case 'endpoint.hashkv':
      return urls([data.endpoint]);
    case 'peer.cluster-id-mismatch':
      return [['member', data.peerName]];
    case 'peer.unreachable':
    case 'apiserver.unreachable':
      return data.address === null ? [] : urls([data.address]);
    case 'certificate':
      return [...hosts(data.names), ...subjects(data.subject), ...subjects(data.issuer)];
    case 'k8s-lease.object':
    case 'k8s-lease.held':
      return [host(holderHost(data.holder))];
    case 'node.condition':
    case 'node.listed':
    case 'pod.status':
      return [host(data.node)];
    case 'node.address':
      return [...(data.node === null ? [] : [host(data.node)]), ...urls([data.address])];
    case 'k8s.event':
      return data.kind === 'Node' ? [host(data.name)] : [];
    case 'node.hostname':
      return [host(data.hostname)];
    case 'lb.server-state':
    case 'lb.connection-failed':
      return [['server', data.server]];
    case 'lb.server-stat':
    case 'lb.server-configured':
      return [['server', data.server], ...(data.address === null ? [] : urls([data.address]))];
    case 'etcd.configured':
      return [['member', data.name]];
    case 'address.held':
      return [host(data.address)];
    case 'network.ping':
      return [host(data.target)];
  }
}

/** `https://cp1.example.org:2379`, `cp1:2379` and `cp1` without scheme and port. */
export function hostOfUrl(text: string): string | null {
  return /^(?:[a-z]+:\/\/)?(?:[^/@\s]*@)?\[?([^\s/[\]]*?)\]?(?::\d+)?(?:\/.*)?$/i.exec(text.trim())?.[1] ?? null;
}

function initialCluster(text: string | null): Named {
  return (text ?? '').split(',').flatMap((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [['member', part.slice(0, at)] as const, ...urls([part.slice(at + 1)])];
  });
}

/** Leader election identities are `<host>_<uuid>` (client-go) or `<host>_<uuid>_<…>`. */
function holderHost(holder: string | null): string | null {
  return (
    /^(.+?)_[0-9a-f]{8}-[0-9a-f-]{27}/.exec(holder ?? '')?.[1] ??
    (/^[a-z0-9.-]+$/i.test(holder ?? '') && !/-[a-z0-9]{8,10}-[a-z0-9]{5}$/.test(holder ?? '') ? holder : null)
  );
}

/** Values of a distinguished name; `system:node:<host>` names a host. */
function subjects(name: string): Named {
  return name.split(/,\s*|\//).flatMap((part) => {
    const value = /^\s*[A-Za-z.0-9]+\s*=\s*(.+)$/.exec(part)?.[1]?.trim() ?? '';
    if (value.startsWith('system:node:')) return [host(value.slice(12))];
    if (/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(value)) return [host(value)];
    return value.length < 3 || value.startsWith('system:') ? [] : [['subject', value] as const];
  });
}

/** Collects names; what is an address or a generic word is passed over. */
export class NameCollector {
  readonly #byKind: Record<NameKind, Set<string>> = { host: new Set(), member: new Set(), server: new Set(), subject: new Set(), user: new Set() };
  readonly #domains = new Set<string>();
  readonly #kept = new Set<string>();

  add(kind: NameKind, given: string | null): void {
    const name = (given ?? '').trim().replace(/^\*\./, '').replace(/\.$/, '');
    if (name === '' || name.length > 253 || parseIpv4(name) !== null || parseIpv6(name) !== null || /["\\]/.test(name) || printable(name) !== name) return;
    const dot = name.indexOf('.');
    if (dot > 0 && kind !== 'subject' && /^[A-Za-z0-9_.-]+$/.test(name)) {
      this.domain(name.slice(dot + 1));
      this.add(kind, name.slice(0, dot));
    } else if (isGenericName(kind, name)) this.#kept.add(name.toLowerCase());
    else this.#byKind[kind].add(name.toLowerCase());
  }

  domain(given: string): void {
    const name = given.toLowerCase();
    if (!/^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name) || /^[\d.]+$/.test(name) || isPublicDomain(name)) return;
    // `cp1.internal`: one label alone is a domain only where it is not a word of logs
    if (!name.includes('.') && isGeneric(name)) return;
    this.#domains.add(name);
  }

  found(): FoundNames {
    return { byKind: this.#byKind, domains: this.#domains, kept: this.#kept };
  }
}

/** A machine may be called `node1` or `etcd-a`; only names of whole common words and nothing else say nothing. */
function isGenericName(kind: NameKind, name: string): boolean {
  // members without a name are called by their id, which stays
  if (/^[0-9a-f]{13,16}$/.test(name) || /^[\d._-]+$/.test(name)) return true;
  if (kind === 'subject' || kind === 'server') return isGeneric(name);
  return name.length < 2 || (!/\d/.test(name) && isGenericWord(name)) || (/^[a-z]{2,}(?:[-_.][a-z]{2,})+$/i.test(name) && isGeneric(name));
}

/** Everything the analysis knows a name of. */
export function gatherNames(reader: CaseReader, into: NameCollector): void {
  const { nodes, members } = reader.history();
  for (const node of nodes) into.add('host', node);
  for (const source of reader.sources()) {
    into.add('host', source.node);
    into.add('host', source.host);
  }
  for (const member of members) {
    into.add('host', member.node);
    into.add('member', member.name);
    for (const url of [...member.peerUrls, ...member.clientUrls]) into.add('host', hostOfUrl(url));
    for (const { kind, text } of member.aliases) {
      if (kind === 'name') into.add('member', text);
      else if (kind === 'node' || kind === 'host') into.add('host', text);
      else if (kind === 'address') into.add('host', hostOfUrl(text));
    }
  }
  for (const fact of reader.facts(NAMING)) for (const [kind, text] of namesOf(fact)) into.add(kind, text);
}
