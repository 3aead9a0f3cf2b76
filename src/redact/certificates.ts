import type { FactMap } from '../model/fact.ts';
import { REDACTED } from './secrets.ts';

/** Reads a PEM certificate; null when it is damaged. */
export type DescribeCertificate = (pem: string) => FactMap['certificate'] | null;

const PEM = /^[ \t]*-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END (?:TRUSTED |X509 )?CERTIFICATE-----[ \t]*\r?$/gm;
const ANY_PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;
/** In objects: PEM as text or in base64, with the key it stands under. */
const EMBEDDED =
  /([\w./-]{1,128})["']?\s*:\s*(?:["']|\|[+-]?\s*)?(LS0tLS1CRUdJTi[A-Za-z0-9+/=]+|-----BEGIN CERTIFICATE-----(?:[A-Za-z0-9+/=\s]|\\n|-----(?:BEGIN|END) CERTIFICATE-----)+)/g;
/** Values no parser takes for certificates of the cluster: webhooks' authorities, requests for signing. */
const ELSEWHERE = /^(?:caBundle|request|certificate)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const USAGES: Readonly<Record<string, string>> = {
  serverAuth: 'TLS Web Server Authentication',
  clientAuth: 'TLS Web Client Authentication',
  codeSigning: 'Code Signing',
  emailProtection: 'E-mail Protection',
  timeStamping: 'Time Stamping',
  OCSPSigning: 'OCSP Signing',
};

/**
 * Puts in the place of each PEM certificate of a file what `openssl x509 -noout -text` prints of names, validity and usage: names
 * within a signed certificate cannot be replaced. One that the file describes in words already is only left out.
 */
export function certificatesAsText(text: string, describe: DescribeCertificate, count: (n: number) => void): string {
  const told = new Set(
    [...text.matchAll(/(?:Serial Number:\s*|serial=)(?:\d+ \(0x)?([0-9A-Fa-f:]+)/g)].map(([, serial = '']) =>
      serial
        .replaceAll(':', '')
        .toLowerCase()
        .replace(/^0+(?=.)/, ''),
    ),
  );
  return text.replace(PEM, (pem) => {
    count(1);
    const fact = describe(pem.trim());
    if (fact === null) return `# a certificate that cannot be read: ${REDACTED}`;
    return told.has(fact.serial) ? `# the certificate described above: ${REDACTED}` : opensslText(fact);
  });
}

/** The certificates within the objects of a document, as text for a file beside it; null when there are none. */
export function embeddedCertificates(text: string, describe: DescribeCertificate): string | null {
  const found = new Map<string, string>();
  for (const [, key = '', value = ''] of text.matchAll(EMBEDDED)) {
    if (ELSEWHERE.test(key)) continue;
    const plain = value.startsWith('LS0') ? Buffer.from(value, 'base64').toString('latin1') : value.replaceAll('\\n', '\n').replace(/^[ \t]+/gm, '');
    for (const [pem] of plain.matchAll(ANY_PEM)) {
      const fact = describe(pem);
      if (fact !== null) found.set(fact.serial, opensslText(fact));
    }
  }
  return found.size === 0 ? null : `${[...found.values()].join('\n')}\n`;
}

/** The lines of `openssl x509 -noout -text` that the parser of certificates reads (OpenSSL `crypto/x509/t_x509.c`). */
function opensslText(fact: FactMap['certificate']): string {
  const { subject, issuer, serial, notBefore, notAfter, names, usages, authority } = fact;
  const even = serial.length % 2 === 0 ? serial : `0${serial}`;
  return [
    'Certificate:',
    '    Data:',
    '        Serial Number:',
    `            ${(even.match(/../g) ?? []).join(':')}`,
    `        Issuer: ${issuer}`,
    '        Validity',
    `            Not Before: ${opensslTime(notBefore)}`,
    `            Not After : ${opensslTime(notAfter)}`,
    `        Subject: ${subject}`,
    ...(names.length === 0
      ? []
      : [
          '            X509v3 Subject Alternative Name:',
          `                ${names.map((name) => (/^[\d.]+$|:/.test(name) ? `IP Address:${name}` : `DNS:${name}`)).join(', ')}`,
        ]),
    ...(usages.length === 0 ? [] : ['            X509v3 Extended Key Usage:', `                ${usages.map((usage) => USAGES[usage] ?? usage).join(', ')}`]),
    ...(authority ? ['            X509v3 Basic Constraints: critical', '                CA:TRUE'] : []),
  ].join('\n');
}

function opensslTime(micros: number): string {
  const at = new Date(Math.floor(micros / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${MONTHS[at.getUTCMonth()] ?? ''} ${String(at.getUTCDate()).padStart(2)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} ${at.getUTCFullYear()} GMT`;
}
