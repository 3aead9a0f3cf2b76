import { microsFromUtc } from '../../../model/time.ts';
import type { EpochMicros } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import type { DocumentText } from '../../contract.ts';
import { booleanAt, itemsAt, stringAt } from '../../json/json-access.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { time } from '../kubernetes/lease-facts.ts';
import { eachObject } from '../kubernetes/objects.ts';
import { monthOf } from './openssl-time.ts';

const HEADER = /^CERTIFICATE( AUTHORITY)?\s+EXPIRES\s+RESIDUAL TIME\b/;
const ROW = /^(\S+)\s+([A-Z][a-z]{2} \d{1,2}, \d{4} \d\d:\d\d \w+)\s/;
const MISSING = /^!MISSING!\s+(\S+)/;

/** `Oct 23, 2027 09:13 UTC`: to the minute. */
function kubeadmTime(text: string): EpochMicros | null {
  const m = /^([A-Z][a-z]{2}) (\d{1,2}), (\d{4}) (\d\d):(\d\d) (?:UTC|GMT)$/.exec(text);
  const month = monthOf(m?.[1] ?? '');
  return m === null || month === null ? null : microsFromUtc(Number(m[3]), month, Number(m[2]), Number(m[4]), Number(m[5]));
}

function readText(document: DocumentText, emitter: Emitter): void {
  let authority: boolean | null = null;
  for (const { text, line } of document.lines) {
    const header = HEADER.exec(text);
    if (header !== null) authority = header[1] !== undefined;
    if (authority === null) continue;
    const missing = MISSING.exec(text)?.[1];
    const row = ROW.exec(text);
    if (missing !== undefined) emitter.fact('certificate.listed', { name: missing, notAfter: null, missing: true, authority }, line);
    else if (row !== null) emitter.fact('certificate.listed', { name: row[1] ?? '', notAfter: kubeadmTime(row[2] ?? ''), missing: false, authority }, line);
  }
}

function readObjects(document: DocumentText, emitter: Emitter): void {
  eachObject(
    document.text,
    (object) => {
      for (const [list, authority] of [
        ['certificates', false],
        ['certificateAuthorities', true],
      ] as const) {
        for (const item of itemsAt(object, list)) {
          const missing = booleanAt(item, 'missing') === true;
          const notAfter = missing ? null : time(stringAt(item, 'expirationDate') ?? stringAt(item, 'expires'));
          emitter.factAt('certificate.listed', { name: stringAt(item, 'name') ?? '', notAfter, missing, authority }, item);
        }
      }
    },
    (problem) => emitter.diagnostic('DOCUMENT_INVALID', problem.message, document.placeAt(problem.index).line ?? 1),
  );
}

/** `kubeadm certs check-expiration`, as text (`cmd/kubeadm/app/cmd/certs.go`) or as `CertificateExpirationInfo`. */
export const kubeadmCertsExpiration = defineParser({
  kind: 'document',
  id: 'kubeadm-certs-expiration',
  title: 'kubeadm certs check-expiration',
  keep: 'all',
  accepts: (head) => /^CERTIFICATE(?: AUTHORITY)?\s+EXPIRES\s+RESIDUAL TIME\b/m.test(head) || /\bkind"?\s*:\s*"?CertificateExpirationInfo\b/.test(head),
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    if (/\bkind"?\s*:\s*"?CertificateExpirationInfo\b/.test(document.text.slice(0, 65_536))) readObjects(document, emitter);
    else readText(document, emitter);
  },
});
