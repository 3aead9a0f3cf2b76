import type { History, Member } from '../model/history.ts';
import { printable } from '../model/text.ts';
import { fieldOf } from './condition.ts';
import type { RuleContext, RuleFact } from './context.ts';
import { ETCD_COMMANDS } from './etcd-runtime.ts';
import type { Joined } from './matcher.ts';
import { soleSubject, subject } from './subject.ts';
import { fill, MAX_COMMAND_VALUE, type Placeholder } from './template.ts';

const SAFE_WORD = /^[A-Za-z0-9_.:/@,=+%[\]][A-Za-z0-9_.:/@,=+%[\]-]*$/;

/** A value from a bundle as one word of a shell: as it is when harmless, else in single quotes; null when it could pass for an option. */
export function shellWord(value: string): string | null {
  const clean = printable(value);
  if (clean === '' || clean.startsWith('-')) return null;
  return SAFE_WORD.test(clean) ? clean : `'${clean.replaceAll("'", `'\\''`)}'`;
}

const unknown = (name: string): string => `<${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}>`;

const LOCAL = /^https?:\/\/(127\.|localhost|\[::1\])/;

/** The client address to use from elsewhere: the first that is not a loopback one, else the first. */
function clientUrl(member: Member | null): string | null {
  return member === null ? null : (member.clientUrls.find((url) => !LOCAL.test(url)) ?? member.clientUrls[0] ?? null);
}

/** The files with which a server of this case serves clients: those of the node asked for, else the newest told. */
function certificates({ facts }: Pick<RuleContext, 'facts'>, node: string | null): { readonly ca: string; readonly cert: string; readonly key: string } {
  const told = facts('etcd.client-tls');
  const whole = (one: RuleFact): boolean => fieldOf(one, 'cert') !== null && fieldOf(one, 'key') !== null;
  const fact = told.findLast((one) => one.node === node && whole(one)) ?? told.findLast(whole);
  const file = (field: string, otherwise: string): string => {
    const path = fact === undefined ? null : fieldOf(fact, field);
    return (typeof path === 'string' ? shellWord(path) : null) ?? otherwise;
  };
  return { ca: file('trustedCa', '<CA>'), cert: file('cert', '<CERT>'), key: file('key', '<KEY>') };
}

const overTls = (urls: readonly string[]): boolean => urls.length === 0 || urls.some((url) => url.startsWith('https:'));

/** `[major, minor]` of the oldest member whose version is known. */
function oldest(members: readonly Member[]): readonly [number, number] | null {
  const versions = members.flatMap(({ version }): readonly (readonly [number, number])[] => {
    const found = /^(\d+)\.(\d+)/.exec(version ?? '');
    return found === null ? [] : [[Number(found[1]), Number(found[2])]];
  });
  return versions.toSorted((x, y) => x[0] - y[0] || x[1] - y[1])[0] ?? null;
}

/** What every command of a finding shares. */
interface Tools {
  readonly etcdctl: (urls: readonly string[]) => string;
  readonly etcdutl: string;
  readonly curl: (url: string | null) => string;
}

function toolsFor(context: Pick<RuleContext, 'history' | 'facts'>, node: string | null): Tools {
  const { ca, cert, key } = certificates(context, node);
  const [major, minor] = oldest(context.history.members) ?? [3, 5];
  const before = (release: number): boolean => major < 3 || (major === 3 && minor < release);
  // up to 3.3 etcdctl speaks the old API unless told otherwise; etcdutl came with 3.5
  const ctl = before(4) ? 'ETCDCTL_API=3 etcdctl' : 'etcdctl';
  return {
    etcdctl: (urls) => {
      const endpoints = urls.length === 0 ? '<ENDPOINTS>' : (shellWord(urls.join(',')) ?? '<ENDPOINTS>');
      return `${ctl} --endpoints=${endpoints}${overTls(urls) ? ` --cacert=${ca} --cert=${cert} --key=${key}` : ''}`;
    },
    etcdutl: before(5) ? ctl : 'etcdutl',
    curl: (url) => {
      const base = (url === null ? null : shellWord(url)) ?? '<ENDPOINT>';
      return `curl -s${overTls(url === null ? [] : [url]) ? ` --cacert ${ca} --cert ${cert} --key ${key}` : ''} ${base}`;
    },
  };
}

/** `a=https://10.0.0.1:2380,b=…`, as a restored cluster is told of its members. */
function initialCluster(members: readonly Member[]): string | null {
  const parts = members.flatMap(({ name, peerUrls }) => peerUrls.slice(0, 1).map((url) => `${name}=${url}`));
  return parts.length === 0 || parts.length < members.length ? null : parts.join(',');
}

function lookUp(name: string, joined: Joined, history: History): string | null {
  const member = subject(joined, history);
  const present = history.members.filter((one) => one.removedAt === null);
  const urls = present.flatMap((one) => clientUrl(one) ?? []);
  switch (name) {
    case 'endpoint':
      return clientUrl(member);
    case 'endpoints':
      return urls.length === 0 ? null : urls.join(',');
    case 'member':
      return member?.name ?? null;
    case 'memberId':
      return soleSubject(joined, history)?.id ?? null;
    case 'peerUrl':
      return member?.peerUrls[0] ?? null;
    case 'initialCluster':
      return initialCluster(present);
    case 'leaseName': {
      const lease = fieldOf(joined.worst.facts[0], 'lease');
      return typeof lease === 'string' ? lease.slice(lease.lastIndexOf('/') + 1) : null;
    }
    case 'node':
      return joined.nodes[0] ?? member?.node ?? null;
    case 'nodes':
      return joined.nodes.length === 0 ? null : joined.nodes.join(' ');
    default: {
      const value = fieldOf(joined.worst.facts[0], name);
      const first: unknown = Array.isArray(value) ? value[0] : value;
      return typeof first === 'string' || typeof first === 'number' ? String(first) : null;
    }
  }
}

/** The commands that a template may name whole; each is made only where it is asked for. */
function commandOf(name: string, about: Member | null, node: string | null, context: CommandContext): string | undefined {
  const { history, etcdRuntime } = context;
  switch (name) {
    case 'etcdctl':
      return toolsFor(context, node).etcdctl(history.members.filter((one) => one.removedAt === null).flatMap((one) => clientUrl(one) ?? []));
    case 'etcdctlMember':
      return toolsFor(context, node).etcdctl([clientUrl(about)].filter((url) => url !== null));
    case 'etcdutl':
      return toolsFor(context, node).etcdutl;
    case 'curlMember':
      return toolsFor(context, node).curl(clientUrl(about));
    default: {
      const commands: Readonly<Record<string, string>> = { ...ETCD_COMMANDS[etcdRuntime(node)] };
      return Object.hasOwn(commands, name) ? commands[name] : undefined;
    }
  }
}

type CommandContext = Pick<RuleContext, 'history' | 'etcdRuntime' | 'facts'>;

/** Fills a command with this case's own endpoints, files and ids; what is not known stays as a marked `<NAME>`. */
export function renderCommand(template: string, joined: Joined, context: CommandContext): string {
  const { history } = context;
  const about = subject(joined, history);
  const node = joined.nodes[0] ?? about?.node ?? null;
  const value = ({ name }: Placeholder): string => {
    const command = commandOf(name, about, node, context);
    if (command !== undefined) return command;
    const found = lookUp(name, joined, history);
    return (found === null ? null : shellWord(found)) ?? unknown(name);
  };
  return fill(template, value, '<UNKNOWN>', MAX_COMMAND_VALUE);
}
