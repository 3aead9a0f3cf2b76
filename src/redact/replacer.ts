import { addressInRun, IPV4, IPV4_DASHED, IPV6_RUN, isUniversalIpv4, isUniversalIpv6, MAC, parseIpv4 } from './addresses.ts';
import type { Book } from './found.ts';
import { anyOf, firstLetters } from './one-of.ts';
import { bytesOf, textOf } from './text-bytes.ts';
import { isPublicDomain } from './words.ts';

/** What was replaced, for the note in the archive. */
export type Tally = Map<string, number>;

/** Escapes of other texts end in letters and digits, but a name may begin right behind them. */
const ESCAPE = String.raw`\\[abfnrtv]|\\x[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2}|\[\d{0,3}(?:;\d{1,3}){0,3}m|#[0-3][0-7]{2}`;
const BEFORE = String.raw`(?:(?<![A-Za-z0-9])|(?<=${ESCAPE}))`;
const AFTER = '(?![A-Za-z0-9])';

const EMAIL = /(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![A-Za-z0-9])/g;
/** `getty@tty1.service` is a unit, no address */
const UNIT = /\.(?:service|socket|device|mount|automount|swap|target|path|timer|slice|scope)$/;
const HOME = /\/(?:home|Users)\/([A-Za-z0-9._-]{2,64})/g;
/** journald writes fields that are not plain text as arrays of bytes (systemd `src/shared/logs-show.c`) */
const BYTE_ARRAY = /\[\s?(?:\d{1,3},\s?){3,}\d{1,3}\s?\]/g;
const BASE64 = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/]{24,}={0,2}(?![A-Za-z0-9+/=_-])/g;
/** chrony names its source by the hex form of its IPv4 address */
const REFERENCE_ID = /(Reference ID\s*:\s*)([0-9A-F]{8})(?![0-9A-Za-z])/g;

/**
 * Replaces names and addresses in text whose characters are bytes. The same text gives the same result; pseudonyms are never
 * originals, so that replacing twice changes nothing.
 */
export class Replacer {
  readonly #book: Book;
  readonly #tally: Tally;
  readonly #names: RegExp | null;
  readonly #qualified: RegExp | null;

  constructor(book: Book, tally: Tally) {
    this.#book = book;
    this.#tally = tally;
    const names = book.names.map(bytesOf);
    this.#names = book.names.length === 0 ? null : new RegExp(`(?=${firstLetters(names)})${BEFORE}${anyOf(names)}${AFTER}`, 'gi');
    const domains = book.domains.map(bytesOf);
    this.#qualified =
      domains.length === 0
        ? null
        : new RegExp(`(?:(?<![A-Za-z0-9-])(?<!\\\\(?=[abfnrtvxu]))|(?<=${ESCAPE}))((?:[A-Za-z0-9-]{1,63}\\.){0,8})(${anyOf(domains)})(?![A-Za-z0-9-])`, 'gi');
  }

  /** A text of characters rather than bytes: a path, a name. */
  characters(text: string): string {
    return textOf(this.bytes(bytesOf(text)));
  }

  bytes(given: string): string {
    let text = given.includes('[') ? given.replace(BYTE_ARRAY, (whole) => this.#byteArray(whole)) : given;
    text = text.replace(BASE64, (whole) => this.#base64(whole));
    return this.#plain(text);
  }

  #plain(given: string): string {
    let text = given;
    if (text.includes('@')) text = text.replace(EMAIL, (whole, domain: string) => this.#email(whole, domain));
    for (const prefix of ['/home/', '/Users/']) {
      if (text.includes(prefix)) for (const [, user = ''] of text.matchAll(HOME)) this.#book.user(user.replace(/[._-]+$/, ''));
    }
    if (this.#qualified !== null) text = text.replace(this.#qualified, (whole) => this.#fullName(whole));
    text = text.replace(MAC, (whole) => this.#mac(whole));
    if (text.includes('::') || /(?:[0-9A-Fa-f]{1,4}:){7}/.test(text)) text = text.replace(IPV6_RUN, (run, at: number, all: string) => this.#ipv6(run, at, all));
    if (this.#names !== null) text = text.replace(this.#names, (whole) => this.#put('names', whole, this.#book.name(textOf(whole))));
    if (text.includes('Reference ID')) text = text.replace(REFERENCE_ID, (whole, before: string, hex: string) => this.#referenceId(whole, before, hex));
    text = text.replace(IPV4, (whole, at: number, all: string) => this.#ipv4(whole, at, all));
    return text.replace(IPV4_DASHED, (whole, named: string | undefined, bare: string | undefined) => this.#dashed(whole, named, bare));
  }

  #put(kind: string, whole: string, pseudonym: string | null): string {
    if (pseudonym === null) return whole;
    this.#tally.set(kind, (this.#tally.get(kind) ?? 0) + 1);
    return bytesOf(pseudonym);
  }

  #email(whole: string, domain: string): string {
    return UNIT.test(domain) || isPublicDomain(domain) ? whole : this.#put('e-mail addresses', whole, this.#book.email(whole));
  }

  #fullName(whole: string): string {
    const name = whole.toLowerCase();
    if (isPublicDomain(name)) return whole;
    const label = name.slice(0, name.indexOf('.'));
    const inside = this.#names === null ? label : label.replace(this.#names, (part) => this.#book.name(part) ?? part);
    return this.#put('domain names', whole, this.#book.qualified(name, inside));
  }

  #mac(whole: string): string {
    const key = whole.toLowerCase().replaceAll('-', ':');
    if (key === '00:00:00:00:00:00' || key === 'ff:ff:ff:ff:ff:ff') return whole;
    const pseudonym = this.#book.mac(key);
    return this.#put('MAC addresses', whole, pseudonym !== null && whole.includes('-') ? pseudonym.replaceAll(':', '-') : pseudonym);
  }

  #ipv6(run: string, at: number, all: string): string {
    if (!/[^:]/.test(run) || run.length < 3) return run;
    const address = addressInRun(run, all[at - 1] ?? '');
    if (address === null || isUniversalIpv6(address.canonical)) return run;
    if (/[A-Za-z0-9]/.test(all[at + run.length] ?? '')) return run;
    // `fd00::10.0.0.1`: the dotted part is an address of its own
    if (/^\.\d/.test(all.slice(at + run.length, at + run.length + 2))) return run;
    return (
      run.slice(0, address.start) +
      this.#put('IPv6 addresses', run.slice(address.start, address.end), this.#book.ipv6(address.canonical)) +
      run.slice(address.end)
    );
  }

  #ipv4(whole: string, at: number, all: string): string {
    const value = parseIpv4(whole);
    if (value === null || isUniversalIpv4(value) || /version\W{0,4}$/i.test(all.slice(Math.max(0, at - 14), at))) return whole;
    return this.#put('IPv4 addresses', whole, this.#book.ipv4(value));
  }

  #dashed(whole: string, named: string | undefined, bare: string | undefined): string {
    const value = parseIpv4(named ?? bare ?? '');
    if (value === null || isUniversalIpv4(value)) return whole;
    const pseudonym = this.#book.ipv4(value)?.replaceAll('.', '-') ?? null;
    return this.#put('IPv4 addresses', whole, pseudonym === null ? null : named === undefined ? pseudonym : `ip-${pseudonym}`);
  }

  #referenceId(whole: string, before: string, hex: string): string {
    const value = Number.parseInt(hex, 16);
    if (isUniversalIpv4(value)) return whole;
    const pseudonym = parseIpv4(this.#book.ipv4(value) ?? '');
    return pseudonym === null ? whole : `${before}${pseudonym.toString(16).toUpperCase().padStart(8, '0')}`;
  }

  #byteArray(whole: string): string {
    const numbers = whole.slice(1, -1).split(',').map(Number);
    if (numbers.some((n) => n > 255)) return whole;
    const before = String.fromCharCode(...numbers.slice(0, 65_536));
    const after = numbers.length > 65_536 ? before : this.#plain(before);
    return after === before ? whole : `[${Array.from(after, (c) => c.charCodeAt(0)).join(',')}]`;
  }

  /** Text in base64 that holds something to be replaced is encoded again. */
  #base64(whole: string): string {
    if (/^[0-9a-f]+$/i.test(whole) || whole.length > 65_536) return whole;
    const before = Buffer.from(whole, 'base64').toString('latin1');
    if (!/^[\t\n\r\u0020-\u007e]+$/.test(before)) return whole;
    const after = this.#plain(before);
    return after === before ? whole : Buffer.from(after, 'latin1').toString('base64');
  }
}
