import { X509Certificate } from 'node:crypto';
import type { FactMap } from '../../../model/fact.ts';
import { opensslTime } from './openssl-time.ts';

const USAGES: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '2.5.29.37.0': 'any',
};

/** A PEM or DER certificate as a fact; null when it is damaged. `path` says where it was found. */
export function certificateOf(certificate: string | Uint8Array, path: string): FactMap['certificate'] | null {
  try {
    const x509 = new X509Certificate(certificate);
    const notBefore = opensslTime(x509.validFrom);
    const notAfter = opensslTime(x509.validTo);
    if (notBefore === null || notAfter === null) return null;
    const subject = oneLine(x509.subject);
    // at run time undefined where the certificate has none
    const usages: readonly string[] | undefined = x509.keyUsage;
    return {
      subject,
      issuer: oneLine(x509.issuer),
      commonName: commonName(subject),
      notBefore,
      notAfter,
      names: namesOf(x509.subjectAltName ?? ''),
      serial: x509.serialNumber.toLowerCase().replace(/^0+(?=.)/, ''),
      authority: x509.ca,
      usages: (usages ?? []).map((oid) => USAGES[oid] ?? oid),
      path,
    };
  } catch {
    return null;
  }
}

function oneLine(name: string | undefined): string {
  return (name ?? '')
    .split('\n')
    .filter((part) => part !== '')
    .join(', ');
}

export function commonName(subject: string): string | null {
  return /(?:^|[,/+]\s*)CN\s*=\s*([^,/+]+)/.exec(subject)?.[1]?.trim() ?? null;
}

/** `DNS:a, IP Address:10.0.0.1` without the kinds. */
export function namesOf(text: string): readonly string[] {
  return text
    .split(/,\s*/)
    .map((name) => /^(?:DNS|IP Address|IP|URI|email):(.+)$/.exec(name.trim())?.[1]?.replace(/^"|"$/g, '') ?? '')
    .filter((name) => name !== '');
}
