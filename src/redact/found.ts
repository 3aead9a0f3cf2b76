import type { NameKind } from './names.ts';
import { NameCollector } from './names.ts';

/** Everything to be hidden that was met, before it has pseudonyms. */
export class Found {
  readonly names = new NameCollector();
  /** IPv4 as numbers */
  readonly ipv4 = new Set<number>();
  /** IPv6 as 32 hex digits */
  readonly ipv6 = new Set<string>();
  /** lower case, with colons */
  readonly macs = new Set<string>();
  /** lower case */
  readonly emails = new Set<string>();
  /** lower case; first labels that stand only before a known domain */
  readonly labels = new Set<string>();
}

/** Sections of the map. */
export type MapKind = NameKind | 'domain' | 'label' | 'ipv4' | 'ipv6' | 'mac' | 'email';

/** The replacer's view of what to do with what it meets: note it (first reading) or name its pseudonym (second). Null leaves it as it is. */
export interface Book {
  ipv4(value: number): string | null;
  ipv6(canonical: string): string | null;
  mac(text: string): string | null;
  email(text: string): string | null;
  /** a name under one of the domains, lower case, with the pseudonyms of names in its first label put in already */
  qualified(name: string, firstLabel: string): string | null;
  name(text: string): string | null;
  user(name: string): void;
  /** registered parts of the domains looked for */
  readonly domains: readonly string[];
  /** names looked for, longest first */
  readonly names: readonly string[];
}

/** The part of a domain somebody registered: two labels, three under `co.uk` and its like. */
export function registeredPart(domain: string): string {
  const labels = domain.split('.');
  const last = labels.at(-1) ?? '';
  const wide = last.length === 2 && /^(?:co|com|net|org|gov|edu|ac|gob|or|ne|go)$/.test(labels.at(-2) ?? '');
  return labels.slice(wide ? -3 : -2).join('.');
}

/** The book of the first reading: everything is noted, nothing replaced. */
export function notingBook(found: Found): Book {
  const { domains } = found.names.found();
  return {
    domains: [...new Set([...domains].map(registeredPart))],
    names: [],
    ipv4: (value) => (found.ipv4.add(value), null),
    ipv6: (canonical) => (found.ipv6.add(canonical), null),
    mac: (text) => (found.macs.add(text), null),
    email: (text) => (found.emails.add(text.toLowerCase()), null),
    qualified: (name) => {
      const [label = '', ...rest] = name.split('.');
      if (domains.has(name)) return null;
      found.names.domain(rest.join('.'));
      // a label with a digit is a machine's name, also where it stands alone; a word may be any word
      if (/\d/.test(label)) found.names.add('host', label);
      else found.labels.add(label);
      return null;
    },
    name: () => null,
    user: (name) => found.names.add('user', name),
  };
}
