import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideSecretData, hideSecretText, sameButHidden } from '../../src/model/secret-data.ts';
import { removeSecrets } from '../../src/redact/secrets.ts';
import { message } from './etcd-wal/support.ts';

const PASSWORD = 'hunter2';
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const stored = Buffer.concat([
  Buffer.from('k8s\0'),
  message([1, message([1, 'v1'], [2, 'Secret'])], [2, message([1, message([1, 'db'], [3, 'default'])], [2, message([1, 'pw'], [2, PASSWORD])], [3, 'Opaque'])]),
]);
const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { pw: base64(PASSWORD) }, stringData: { plain: `{"a}":"${PASSWORD}"}` } };
const applied = { kind: 'Deployment', metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(object) } } };
const LINE = '{"level":"info","ts":"2026-11-22T09:00:31.609210Z","caller":"etcdserver/server.go:1","msg":"hello"}\n';
const pasted = (...parts: readonly (string | Buffer)[]): Buffer => Buffer.concat([LINE, ...parts, `\n${LINE}`].map((part) => Buffer.from(part)));
const yaml = [
  'apiVersion: v1',
  'data:',
  `  pw: ${base64(PASSWORD)}`,
  '  pem: |',
  `    first ${PASSWORD}`,
  'kind: Secret',
  'metadata:',
  '  name: db',
  'stringData:',
  `  plain: ${PASSWORD}`,
];

const CASES: readonly (readonly [string, Buffer])[] = [
  ['YAML', pasted(yaml.join('\n'))],
  ['YAML of a list', pasted('items:\n', yaml.map((line, i) => `${i === 0 ? '- ' : '  '}${line}`).join('\n'))],
  ['JSON', pasted(JSON.stringify(object, null, 4))],
  ['JSON in one line', pasted(JSON.stringify(object))],
  ['a list in JSON', pasted(JSON.stringify({ kind: 'SecretList', items: [{ data: { pw: base64(PASSWORD) } }] }))],
  ['a request in a debug log', pasted(`I1122 09:00:01.000000       1 request.go:1154] Request Body: ${JSON.stringify(object)}`)],
  ['the same in a docker log', pasted(JSON.stringify({ log: `request.go:1154] Request Body: ${JSON.stringify(object)}\n` }))],
  ['an applied configuration', pasted(JSON.stringify(applied, null, 2))],
  ['a value of etcdctl get', pasted('/registry/secrets/default/db\n', stored)],
  [
    'the same as a terminal spoiled it',
    pasted('/registry/secrets/default/db\n', Buffer.from(stored.toString('latin1').replaceAll('\u0007', '\ufffd')), '\n/registry/x\nvalue'),
  ],
  ['a value of etcdctl get -w json', pasted(JSON.stringify({ kvs: [{ key: base64('/k'), value: base64(stored) }] }))],
  ['an object of etcdctl get -w json', pasted(JSON.stringify({ kvs: [{ key: base64('/k'), value: base64(JSON.stringify(object)) }] }))],
  ['a value of etcdctl get -w fields', pasted(`"Value" : "k8s\\x00\\n\\f\\n\\x02v1\\x12\\x06Secret\\x12\\"${PASSWORD}"\n"Lease" : 0`)],
];

const encoded = [PASSWORD, base64(PASSWORD), base64(PASSWORD).replaceAll('=', ''), base64(stored).slice(40, 80)];

describe('the data of a Secret', () => {
  it.each(CASES)('is hidden in %s, and every other byte keeps its place', (_what, bytes) => {
    const out = Buffer.from(bytes);
    expect(hideSecretData(out)).toBeGreaterThan(0);
    for (const secret of encoded) expect(out.toString('latin1')).not.toContain(secret);
    const changed = [...out].filter((byte, i) => byte !== bytes[i]);
    expect(new Set(changed)).toEqual(new Set([0x2a]));
    expect(
      out
        .toString('latin1')
        .split('\n')
        .map((line) => line.length),
    ).toEqual(
      bytes
        .toString('latin1')
        .split('\n')
        .map((line) => line.length),
    );
    expect(out.toString('latin1').startsWith(LINE) && out.toString('latin1').endsWith(LINE)).toBe(true);
  });

  it.each(CASES)('goes when %s is redacted', (_what, bytes) => {
    const out = removeSecrets(bytes.toString('latin1'), () => undefined);
    for (const secret of encoded) expect(out).not.toContain(secret);
    expect(out.split('\n')).toHaveLength(bytes.toString('latin1').split('\n').length);
  });

  it('is not looked for where no object is one', () => {
    for (const text of ['Failed to sync Secret "kube-system/x": not found', 'kind: ConfigMap\ndata:\n  a: b\n', '{"kind":"ConfigMap","data":{"a":"Secret"}}']) {
      expect(hideSecretData(Buffer.from(text))).toBe(0);
      expect(hideSecretText(text)).toBe(text);
    }
  });

  it('is what a line of a case may lack, and nothing else', () => {
    const line = `Request Body: ${JSON.stringify(object)}`;
    expect(hideSecretText(line)).not.toContain(PASSWORD);
    expect(sameButHidden(hideSecretText(line), line)).toBe(true);
    expect(sameButHidden(hideSecretText(line), line.replace('Body', 'Bodi'))).toBe(false);
    expect(sameButHidden(line, line)).toBe(false);
  });

  it('takes no bytes whatever amiss', () => {
    const part = fc.constantFrom(
      'kind: Secret\n',
      '"kind":"Secret"',
      '\\"kind\\":\\"Secret\\"',
      'data:\n',
      '"data":{',
      '\\"data\\":{',
      '"a":"',
      '"',
      '\\',
      '\n',
      '  x: y\n',
      'k8s\0',
      'k8s\\x00',
      '\n\u0007\u0012Secret',
      '\u0012\u00ff\u00ff',
      'U2VjcmV0',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
        const bytes = Buffer.from(parts.join(''), 'latin1');
        const lines = bytes
          .toString('latin1')
          .split('\n')
          .map((line) => line.length);
        hideSecretData(bytes);
        expect(
          bytes
            .toString('latin1')
            .split('\n')
            .map((line) => line.length),
        ).toEqual(lines);
      }),
    );
  });
});
