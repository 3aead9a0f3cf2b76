import { parseRfc3339 } from '../../../model/time.ts';
import { defineParser } from '../../contract.ts';
import { asArray, booleanAt, itemsAt, stringAt, stringsAt } from '../../json/json-access.ts';
import { readJson } from '../../json/json-tree.ts';
import { emitterFor } from '../emitter.ts';

const HEAD = /^\s*\[\s*\{\s*"source"\s*:\s*\{[^}]{0,400}\}\s*,\s*"errors"\s*:[^]{0,4000}?"certificateChain"\s*:/;

/** What troubleshoot read of the certificates in Secrets and ConfigMaps; without their serial numbers. */
export const troubleshootCertificates = defineParser({
  kind: 'document',
  id: 'troubleshoot-certificates',
  title: 'certificates that troubleshoot collected',
  keep: 'all',
  accepts: (head) => HEAD.test(head),
  parse(document, sink, context) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    for (const collection of asArray(readJson(document.text).node)?.items ?? []) {
      const place = [
        stringAt(collection, 'source', 'namespace') ?? '',
        stringAt(collection, 'source', 'secret') ?? stringAt(collection, 'source', 'configMap') ?? '',
      ];
      for (const item of itemsAt(collection, 'certificateChain')) {
        const notBefore = parseRfc3339(stringAt(item, 'notBefore') ?? '');
        const notAfter = parseRfc3339(stringAt(item, 'notAfter') ?? '');
        const commonName = stringAt(item, 'commonName') || null;
        if (notBefore === null || notAfter === null) continue;
        const issuer = stringAt(item, 'issuer') ?? '';
        emitter.factAt(
          'certificate',
          {
            subject: commonName === null ? '' : `CN=${commonName}`,
            issuer: issuer === '' ? '' : `CN=${issuer}`,
            commonName,
            notBefore,
            notAfter,
            names: stringsAt(item, 'subjectAlternativeNames'),
            serial: '',
            authority: booleanAt(item, 'isCA') ?? false,
            usages: [],
            path: `${context.path}#${[...place, stringAt(item, 'certificate') ?? ''].join('/')}`,
          },
          item,
        );
      }
    }
  },
});
