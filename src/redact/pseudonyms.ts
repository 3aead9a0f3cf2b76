import { formatIpv4, parseIpv6 } from './addresses.ts';
import type { Book, Found, MapKind } from './found.ts';
import { registeredPart } from './found.ts';
import type { NameKind } from './names.ts';
import { escapeRegex } from './one-of.ts';
import { isGeneric } from './words.ts';

/** Original → pseudonym, by kind; what the map file holds. */
export type PseudonymMap = Readonly<Record<MapKind, ReadonlyMap<string, string>>>;

const WORD = { host: 'node', member: 'member', server: 'server', subject: 'subject', user: 'user' } as const satisfies Record<NameKind, string>;
const KINDS: readonly NameKind[] = ['host', 'member', 'server', 'subject', 'user'];
/** 198.18.0.0/15, set aside for benchmarks (RFC 2544) */
const IPV4_BASE = 198 * 2 ** 24 + 18 * 2 ** 16;
const IPV4_SIZE = 2 ** 17;

/**
 * Gives everything found a pseudonym. Names and addresses are numbered in their own order, so that the result depends on nothing
 * else, and what sorted before still does. No pseudonym is the original of something else.
 */
export function assignPseudonyms(found: Found): PseudonymMap {
  const { byKind, domains } = found.names.found();
  const originals = new Set([...KINDS.flatMap((kind) => [...byKind[kind]]), ...domains, ...found.labels, ...found.emails, ...found.macs]);
  const free = (names: Iterator<string>): string => {
    for (;;) {
      const next = names.next();
      if (next.done === true) throw new RangeError('more addresses than there are pseudonyms');
      if (!originals.has(next.value)) return next.value;
    }
  };
  const taken = new Map<string, string>();
  const ofKind = (kind: NameKind): ReadonlyMap<string, string> => {
    const chosen: string[] = [];
    for (const name of [...byKind[kind]].toSorted((a, b) => a.length - b.length)) {
      if (!taken.has(name) && !isComposed(name, [...taken.keys(), ...chosen])) chosen.push(name);
    }
    const pool = numbered((n) => `${WORD[kind]}-${n}`, chosen.length);
    const map = new Map(chosen.toSorted(byText).map((name) => [name, free(pool)]));
    for (const [name, pseudonym] of map) taken.set(name, pseudonym);
    return map;
  };
  const host = ofKind('host');
  const member = ofKind('member');
  const server = ofKind('server');
  const subject = ofKind('subject');
  const user = ofKind('user');
  const domain = domainPseudonyms(domains, free);
  const inOrder = <Key>(
    keys: Iterable<Key>,
    compare: (a: Key, b: Key) => number,
    key: (one: Key) => string,
    pool: Iterator<string>,
  ): ReadonlyMap<string, string> => new Map([...keys].toSorted(compare).map((one) => [key(one), free(pool)]));
  for (const value of found.ipv4) originals.add(formatIpv4(value));
  for (const canonical of found.ipv6) originals.add(canonical);
  const ipv6 = new Map<string, string>();
  let group = 0;
  for (const canonical of [...found.ipv6].toSorted(byText)) {
    let pseudonym: string;
    do pseudonym = `2001:db8::${(group += 1).toString(16)}`;
    while (group < 65_535 && originals.has(parseIpv6(pseudonym) ?? ''));
    ipv6.set(canonical, pseudonym);
  }
  return {
    host,
    member,
    server,
    subject,
    user,
    domain,
    label: inOrder(
      [...found.labels].filter((label) => !taken.has(label) && !isGeneric(label)),
      byText,
      String,
      count((n) => `host-${n}`, Infinity),
    ),
    ipv4: inOrder(
      found.ipv4,
      (a, b) => a - b,
      formatIpv4,
      count((n) => formatIpv4(IPV4_BASE + n), IPV4_SIZE - 1),
    ),
    ipv6,
    mac: inOrder(
      found.macs,
      byText,
      String,
      count((n) => `02:00:00:${[16, 8, 0].map((shift) => ((n >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`, 2 ** 24),
    ),
    email: inOrder(
      found.emails,
      byText,
      String,
      count((n) => `user-${n}@example.test`, Infinity),
    ),
  };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** True for `etcd-cp1` where `cp1` is known: replacing the part is enough, and keeps the join. */
function isComposed(name: string, known: readonly string[]): boolean {
  return known.some((part) => {
    if (part.length >= name.length || !name.includes(part)) return false;
    const rest = name.replace(new RegExp(`(?<![A-Za-z0-9])${escapeRegex(part)}(?![A-Za-z0-9])`, 'g'), ' ');
    return rest !== name && isGeneric(rest.replace(/\s+/g, ' '));
  });
}

function domainPseudonyms(domains: ReadonlySet<string>, free: (pool: Iterator<string>) => string): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  const roots = count((n) => (n === 1 ? 'example.test' : `example-${n}.test`), Infinity);
  const zones = count((n) => `zone-${n}`, Infinity);
  for (const domain of [...domains].toSorted((a, b) => a.length - b.length || byText(a, b))) {
    const root = registeredPart(domain);
    if (!map.has(root)) map.set(root, free(roots));
    if (domain !== root && !map.has(domain)) map.set(domain, `${free(zones)}.${map.get(root) ?? ''}`);
  }
  return map;
}

function* count(name: (n: number) => string, most: number): Generator<string> {
  for (let n = 1; n <= most; n += 1) yield name(n);
}

/** Numbers of equal width, so that the text order is the number order. */
function numbered(name: (n: string) => string, total: number): Generator<string> {
  const width = String(total).length;
  return count((n) => name(String(n).padStart(width, '0')), Infinity);
}

/** The book of the second reading: what was found has a pseudonym, anything else stays. */
export function replacingBook(map: PseudonymMap): Book {
  const names = new Map<string, string>();
  for (const kind of KINDS) for (const [name, pseudonym] of map[kind]) if (!names.has(name)) names.set(name, pseudonym);
  return {
    domains: [...new Set([...map.domain.keys()].map(registeredPart))],
    names: [...names.keys()].toSorted((a, b) => b.length - a.length || byText(a, b)),
    ipv4: (value) => map.ipv4.get(formatIpv4(value)) ?? null,
    ipv6: (canonical) => map.ipv6.get(canonical) ?? null,
    mac: (text) => map.mac.get(text) ?? null,
    email: (text) => map.email.get(text.toLowerCase()) ?? null,
    qualified: (name, firstLabel) => {
      const whole = map.domain.get(name);
      if (whole !== undefined) return whole;
      const dot = name.indexOf('.');
      const label = name.slice(0, dot);
      const domain = map.domain.get(name.slice(dot + 1));
      return domain === undefined ? null : `${firstLabel === label ? (map.label.get(label) ?? label) : firstLabel}.${domain}`;
    },
    name: (text) => names.get(text.toLowerCase()) ?? null,
    user: () => undefined,
  };
}

/** The map as a file: sections by kind, originals in order. */
export function mapDocument(map: PseudonymMap, lost: readonly string[] = []): string {
  const sections = Object.fromEntries(
    Object.entries(map).map(([kind, pairs]) => [kind, Object.fromEntries([...pairs].map(([original, pseudonym]) => [textOfKey(kind, original), pseudonym]))]),
  );
  return `${JSON.stringify({ format: 'inquest.redaction-map/v1', ...sections, ...(lost.length === 0 ? {} : { notFoundAgain: lost }) }, null, 2)}\n`;
}

function textOfKey(kind: string, original: string): string {
  return kind === 'ipv6' ? (original.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, '')).join(':') : original;
}
