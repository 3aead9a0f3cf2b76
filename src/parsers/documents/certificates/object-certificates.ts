import type { JsonNode } from '../../json/json-tree.ts';
import { asObject, at } from '../../json/json-access.ts';
import type { Emitter } from '../emitter.ts';
import { namespaceOf, nameOf } from '../kubernetes/objects.ts';
import { certificateOf } from './x509.ts';

const PEM = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;

/** The certificates (never the keys) in a Secret's or ConfigMap's data, plain or base64; each cited by its key's line. */
export function certificateFactsOfObject(object: JsonNode, emitter: Emitter, path: string): void {
  const where = `${namespaceOf(object)}/${nameOf(object)}`;
  let keys = 0;
  for (const field of ['data', 'stringData']) {
    for (const [name, value] of asObject(at(object, field))?.entries ?? []) {
      if (value.kind !== 'string' || value.text.length > 1_000_000) continue;
      if (holdsKey(value.text)) keys += 1;
      // cite the key alone: the value may be long, and secret beside the certificate
      const span = { start: value.start, end: value.start + name.length };
      for (const pem of pemsOf(value.text)) {
        const certificate = certificateOf(pem, `${path}#${where}/${name}`);
        if (certificate !== null) emitter.factAt('certificate', certificate, span);
      }
    }
  }
  if (keys > 0) emitter.diagnostic('SECRET_WITHHELD', `${keys} private key${keys > 1 ? 's' : ''} in ${where}`);
}

/** Private keys, plain or base64 (must-gather puts `18 bytes long` in their place, which is none). */
function holdsKey(value: string): boolean {
  const text = value.startsWith('LS0tLS1CRUdJTi') ? decode(value) : value;
  return /PRIVATE KEY-----/.test(text);
}

/** PEM certificates of a value that is PEM, or base64 of PEM. */
export function pemsOf(value: string): readonly string[] {
  const text = value.includes('-----BEGIN') ? value : decode(value);
  return text.match(PEM) ?? [];
}

function decode(value: string): string {
  const compact = value.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]{40,}={0,2}$/.test(compact) ? Buffer.from(compact, 'base64').toString('latin1') : '';
}
