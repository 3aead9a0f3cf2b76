import type { EpochMicros } from '../../../model/time.ts';
import type { Emitter } from '../emitter.ts';
import { commonName, namesOf } from './x509.ts';
import { opensslTime } from './openssl-time.ts';

interface Draft {
  subject: string | null;
  issuer: string | null;
  serial: string;
  notBefore: EpochMicros | null;
  notAfter: EpochMicros | null;
  notAfterLine: number;
  names: readonly string[];
  authority: boolean;
  usages: readonly string[];
}

const empty = (): Draft => ({
  subject: null,
  issuer: null,
  serial: '',
  notBefore: null,
  notAfter: null,
  notAfterLine: 0,
  names: [],
  authority: false,
  usages: [],
});

const USAGES: Readonly<Record<string, string>> = {
  'TLS Web Server Authentication': 'serverAuth',
  'TLS Web Client Authentication': 'clientAuth',
  'Code Signing': 'codeSigning',
  'E-mail Protection': 'emailProtection',
  'Time Stamping': 'timeStamping',
  'OCSP Signing': 'OCSPSigning',
};

/**
 * `openssl x509 -text` and `-dates -subject -issuer` output, any number one after the other; cited at the line of the
 * end of validity. Returns the serials told of: the PEM that `-text` prints below is the same certificate again.
 */
export function readOpensslText(lines: readonly { readonly text: string; readonly line: number }[], emitter: Emitter, path: string): ReadonlySet<string> {
  const told = new Set<string>();
  let draft = empty();
  const flush = (): void => {
    const { notAfter } = draft;
    if (notAfter !== null) {
      const { subject, issuer, serial, notBefore, names, authority, usages } = draft;
      // without -startdate the beginning is not known; 0 says "long ago"
      emitter.fact(
        'certificate',
        {
          subject: subject ?? '',
          issuer: issuer ?? '',
          commonName: commonName(subject ?? ''),
          notBefore: notBefore ?? opensslTime('Jan 1 00:00:00 1970 GMT') ?? notAfter,
          notAfter,
          names,
          serial,
          authority,
          usages,
          path,
        },
        draft.notAfterLine,
      );
      if (serial !== '') told.add(serial);
    }
    draft = empty();
  };
  lines.forEach(({ text, line }, i) => {
    const next = lines[i + 1]?.text.trim() ?? '';
    if (/^\s*Certificate:\s*$/.test(text)) flush();
    const pair = /^\s*(Serial Number|Issuer|Not Before|Not After|Subject|subject|issuer|serial|notBefore|notAfter)\s?[:=]\s?(.*)$/.exec(text);
    const value = pair?.[2]?.trim() ?? '';
    switch (pair?.[1]) {
      case 'Serial Number':
        draft.serial = serialOf(value, next);
        break;
      case 'serial':
        draft.serial = value.toLowerCase().replace(/^0+(?=.)/, '');
        break;
      case 'Issuer':
      case 'issuer':
        draft.issuer = nameOf(value);
        break;
      case 'Subject':
      case 'subject':
        // `-subject -issuer -dates` of the next certificate begins here
        if (draft.subject !== null && draft.notAfter !== null) flush();
        draft.subject = nameOf(value);
        break;
      case 'Not Before':
      case 'notBefore':
        if (draft.notAfter !== null) flush();
        draft.notBefore = opensslTime(value);
        break;
      case 'Not After':
      case 'notAfter':
        if (draft.notAfter !== null) flush();
        draft.notAfter = opensslTime(value);
        draft.notAfterLine = line;
        if (draft.notAfter === null) emitter.diagnostic('TIME_IMPOSSIBLE', 'the end of validity cannot be read', line);
        break;
      default:
        if (/Subject Alternative Name:/.test(text)) draft.names = namesOf(next);
        else if (/Extended Key Usage:/.test(text)) draft.usages = next.split(/,\s*/).map((usage) => USAGES[usage] ?? usage);
        else if (/^\s*CA:TRUE/.test(text)) draft.authority = true;
    }
  });
  flush();
  return told;
}

/** `46:e7:…` on the next line, or `4660 (0x1234)` on its own. */
function serialOf(value: string, next: string): string {
  const hex = /\(0x([0-9a-f]+)\)/i.exec(value)?.[1] ?? (/^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(next) ? next.replaceAll(':', '') : value);
  return hex.toLowerCase().replace(/^0+(?=.)/, '');
}

/** `CN = etcd-ca`, `/CN=etcd-ca` and `CN=etcd-ca` as one form. */
function nameOf(value: string): string {
  const parts = value.startsWith('/') ? value.slice(1).split('/') : value.split(/,\s*/);
  return parts.map((part) => part.replace(/\s*=\s*/, '=')).join(', ');
}
