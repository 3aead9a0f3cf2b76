import type { History, Member } from '../model/history.ts';
import { printable } from '../model/text.ts';
import { fieldOf } from './condition.ts';
import type { RuleContext } from './context.ts';
import { ETCD_COMMANDS } from './etcd-runtime.ts';
import type { Joined } from './render.ts';
import { fill, type Placeholder } from './template.ts';

const SAFE_WORD = /^[A-Za-z0-9_.:/@,=+%[\]][A-Za-z0-9_.:/@,=+%[\]-]*$/;
const SUBJECT_FIELDS = ['member', 'minority', 'isolated', 'members', 'leader', 'to', 'name'];

/** A value from a bundle as one word of a shell: as it is when harmless, else in single quotes; null when it could pass for an option. */
export function shellWord(value: string): string | null {
  const clean = printable(value);
  if (clean === '' || clean.startsWith('-')) return null;
  return SAFE_WORD.test(clean) ? clean : `'${clean.replaceAll("'", `'\\''`)}'`;
}

const unknown = (name: string): string => `<${name.replace(/[A-Z]/g, (c) => `_${c}`).toUpperCase()}>`;

/** The member a match is about: named in a field, else the only one on the match's node. */
function subject(joined: Joined, history: History): Member | null {
  const fact = joined.worst.facts[0];
  for (const field of SUBJECT_FIELDS) {
    const value = fieldOf(fact, field);
    const name: unknown = Array.isArray(value) ? value[0] : value;
    const member = history.members.find((one) => one.name === name || (one.id !== null && one.id === name));
    if (member !== undefined) return member;
  }
  const onNode = history.members.filter((one) => one.node !== null && joined.nodes.includes(one.node));
  return onNode.length === 1 ? (onNode[0] ?? null) : null;
}

const LOCAL = /^https?:\/\/(127\.|localhost|\[::1\])/;

/** The client address to use from elsewhere: the first that is not a loopback one, else the first. */
function clientUrl(member: Member | null): string | null {
  return member === null ? null : (member.clientUrls.find((url) => !LOCAL.test(url)) ?? member.clientUrls[0] ?? null);
}

function etcdctl(urls: readonly string[]): string {
  const endpoints = urls.length === 0 ? '<ENDPOINTS>' : (shellWord(urls.join(',')) ?? '<ENDPOINTS>');
  const tls = urls.length === 0 || urls.some((url) => url.startsWith('https:')) ? ' --cacert=<CA> --cert=<CERT> --key=<KEY>' : '';
  return `etcdctl --endpoints=${endpoints}${tls}`;
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
      return member?.id ?? null;
    case 'peerUrl':
      return member?.peerUrls[0] ?? null;
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

/** Fills a command with this case's own endpoints and ids; what is not known stays as a marked `<NAME>`. */
export function renderCommand(template: string, joined: Joined, { history, etcdRuntime }: Pick<RuleContext, 'history' | 'etcdRuntime'>): string {
  const own: Readonly<Record<string, string>> = { ...ETCD_COMMANDS[etcdRuntime(joined.nodes[0] ?? subject(joined, history)?.node ?? null)] };
  const value = ({ name }: Placeholder): string => {
    const command = own[name];
    if (command !== undefined) return command;
    if (name === 'etcdctl') return etcdctl(history.members.filter((one) => one.removedAt === null).flatMap((one) => clientUrl(one) ?? []));
    if (name === 'etcdctlMember') return etcdctl([clientUrl(subject(joined, history))].filter((url) => url !== null));
    const found = lookUp(name, joined, history);
    return (found === null ? null : shellWord(found)) ?? unknown(name);
  };
  return fill(template, value, '<UNKNOWN>');
}
