import { defineParser } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import type { Emitter } from '../emitter.ts';
import { looksLikeObjects } from '../kubernetes/parser.ts';
import { readOpensslText } from './openssl-text.ts';
import { certificateOf } from './x509.ts';

const BEGIN = '-----BEGIN ';
export const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;
const CERTIFICATE = /^\s*-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----\s*$/;

/** Every PEM certificate of these lines, cited at its BEGIN line; `known` are serials already told of. */
export function readPem(lines: readonly { readonly text: string; readonly line: number }[], emitter: Emitter, path: string, known: ReadonlySet<string>): void {
  let block: string[] | null = null;
  let begin = 0;
  let keys = 0;
  for (const { text, line } of lines) {
    if (PRIVATE_KEY.test(text)) keys += 1;
    if (CERTIFICATE.test(text)) {
      if (block !== null) emitter.diagnostic('DOCUMENT_INVALID', 'a certificate does not end', begin);
      block = [];
      begin = line;
    }
    if (block === null) continue;
    block.push(text.trim());
    if (!text.includes('-----END')) continue;
    const certificate = certificateOf(block.join('\n'), path);
    if (certificate === null) emitter.diagnostic('DOCUMENT_INVALID', 'a certificate cannot be read', begin);
    else if (!known.has(certificate.serial)) emitter.fact('certificate', certificate, begin);
    block = null;
  }
  if (block !== null) emitter.diagnostic('DOCUMENT_INVALID', 'a certificate does not end', begin);
  if (keys > 0) emitter.diagnostic('SECRET_WITHHELD', `${keys} private key${keys > 1 ? 's' : ''} in this file`);
}

/** PEM files: certificates, bundles of them, keys (told of, never kept), and OpenSSL's text form of certificates. */
export const x509Certificate = defineParser({
  kind: 'document',
  id: 'x509-certificate',
  title: 'X.509 certificates, PEM or openssl text',
  keep: 'cited',
  accepts(head) {
    if (looksLikeObjects(head)) return false;
    if (/^[ \t]*-----BEGIN (?:[A-Z0-9]+ )*(?:CERTIFICATE|PRIVATE KEY)-----[ \t\r]*$/m.test(head))
      return !/^[ \t]*(?:certificate-authority-data|kind):/m.test(head);
    return /^[ \t]*Not After ?: [A-Z][a-z]{2} +\d/m.test(head) || /^[ \t]*notAfter=[A-Z][a-z]{2} +\d/m.test(head);
  },
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' }, 'cited');
    const told = readOpensslText(document.lines, emitter, context.path);
    if (document.text.includes(BEGIN)) readPem(document.lines, emitter, context.path, told);
  },
});
