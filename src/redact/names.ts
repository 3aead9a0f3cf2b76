import type { Fact, FactType } from '../model/fact.ts';
import type { CaseReader } from '../model/ports.ts';
import { parseIpv4, parseIpv6 } from './addresses.ts';
import { isGeneric, isPublicDomain } from './words.ts';

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

type Told = { readonly [Type in FactType]?: (data: Extract<Fact, { readonly type: Type }>['data']) => readonly (readonly [NameKind, string | null])[] };

const host = (text: string | null): readonly [NameKind, string | null] => ['host', text];
const hosts = (texts: readonly (string | null)[]): readonly (readonly [NameKind, string | null])[] => texts.map(host);
const urls = (texts: readonly string[]): readonly (readonly [NameKind, string | null])[] => hosts(texts.map(hostOfUrl));

/** Where facts name machines, members and people. */
const TOLD: Told = {
  'etcd.started': (d) => [['member', d.name], ...urls(d.peerUrls), ...urls(d.clientUrls), ...initialCluster(d.initialCluster)],
  'etcd.identified': (d) => [['member', d.name], ...urls(d.peerUrls), ...urls(d.clientUrls)],
  'member.added': (d) => urls(d.peerUrls),
  'member.updated': (d) => urls(d.peerUrls),
  'member.listed': (d) => [['member', d.name], ...urls(d.peerUrls), ...urls(d.clientUrls)],
  'endpoint.status': (d) => urls([d.endpoint]),
  'endpoint.status-failed': (d) => urls([d.endpoint]),
  'endpoint.health': (d) => urls([d.endpoint]),
  'endpoint.hashkv': (d) => urls([d.endpoint]),
  'peer.cluster-id-mismatch': (d) => [['member', d.peerName]],
  'peer.unreachable': (d) => (d.address === null ? [] : urls([d.address])),
  'apiserver.unreachable': (d) => (d.address === null ? [] : urls([d.address])),
  certificate: (d) => [...hosts(d.names), ...subjects(d.subject), ...subjects(d.issuer)],
  'k8s-lease.object': (d) => [host(holderHost(d.holder))],
  'k8s-lease.held': (d) => [host(holderHost(d.holder))],
  'node.condition': (d) => [host(d.node)],
  'node.listed': (d) => [host(d.node)],
  'pod.status': (d) => [host(d.node)],
  'k8s.event': (d) => (d.kind === 'Node' ? [host(d.name)] : []),
  'node.hostname': (d) => [host(d.hostname)],
  'lb.server-state': (d) => [['server', d.server]],
  'lb.server-stat': (d) => [['server', d.server], ...(d.address === null ? [] : urls([d.address]))],
  'lb.connection-failed': (d) => [['server', d.server]],
  'network.ping': (d) => [host(d.target)],
};

/** `https://cp1.example.org:2379`, `cp1:2379` and `cp1` without scheme and port. */
export function hostOfUrl(text: string): string | null {
  return /^(?:[a-z]+:\/\/)?(?:[^/@\s]*@)?\[?([^\s/[\]]*?)\]?(?::\d+)?(?:\/.*)?$/i.exec(text.trim())?.[1] ?? null;
}

function initialCluster(text: string | null): readonly (readonly [NameKind, string | null])[] {
  return (text ?? '').split(',').flatMap((part) => {
    const at = part.indexOf('=');
    return at < 0 ? [] : [['member', part.slice(0, at)] as const, ...urls([part.slice(at + 1)])];
  });
}

/** Leader election identities are `<host>_<uuid>` (client-go) or `<host>_<uuid>_<…>`. */
function holderHost(holder: string | null): string | null {
  return /^(.+?)_[0-9a-f]{8}-[0-9a-f-]{27}/.exec(holder ?? '')?.[1] ?? (/^[a-z0-9.-]+$/i.test(holder ?? '') && !/-[a-z0-9]{8,10}-[a-z0-9]{5}$/.test(holder ?? '') ? holder : null);
}

/** Values of a distinguished name; `system:node:<host>` names a host. */
function subjects(name: string): readonly (readonly [NameKind, string | null])[] {
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
    if (name === '' || name.length > 253 || parseIpv4(name) !== null || parseIpv6(name) !== null || /[\u0000-\u001f"\\]/.test(name)) return;
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

/** Hosts may be called like `node1`; other names made of common words say nothing. */
function isGenericName(kind: NameKind, name: string): boolean {
  if (kind === 'subject' || kind === 'server') return isGeneric(name);
  return !/\d/.test(name) || /^[\d._-]+$/.test(name) ? isGeneric(name) : name.length < 2;
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
  const types = Object.keys(TOLD).filter(isTold);
  for (const fact of reader.facts(types)) for (const [kind, text] of namesOfFact(fact.type, fact.data)) into.add(kind, text);
}

function isTold(type: string): type is FactType {
  return type in TOLD;
}

function namesOfFact(type: FactType, data: unknown): readonly (readonly [NameKind, string | null])[] {
  const tell = TOLD[type];
  // the table pairs each type with its own reader; TypeScript can not follow that through the union
  return tell === undefined ? [] : Reflect.apply(tell, null, [data]);
}
