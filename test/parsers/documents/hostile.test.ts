import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readTranscript } from '../../../src/parsers/documents/etcdctl/transcript.ts';
import { documentParsers } from '../../../src/parsers/documents/registry.ts';
import type { DocumentParser } from '../../../src/parsers/contract.ts';
import { collect, contextFor } from './collect.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function parser(id: string): DocumentParser {
  const found = documentParsers.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}

function acceptedBy(text: string): readonly string[] {
  return documentParsers.filter((candidate) => candidate.accepts(text.slice(0, 65_536), contextFor('unknown'))).map((candidate) => candidate.id);
}

test('a YAML bomb and deep nesting end in a diagnostic', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `  l${i + 1}: &l${i + 1} [${Array.from({ length: 10 }, () => `*l${i}`).join(', ')}]`);
  const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  annotations:\n    leader: x\ndata:\n  l0: &l0 "x"\n${levels.join('\n')}\n`;
  expect(collect(parser('kubernetes-object'), bytes(bomb)).facts).toEqual([]);
  const deep = `apiVersion: v1\nkind: Lease\nspec: ${'['.repeat(50_000)}\n`;
  expect(collect(parser('kubernetes-object'), bytes(deep)).diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_INVALID']);
  const json = `{"apiVersion":"v1","kind":"List","items":${'['.repeat(50_000)}`;
  expect(collect(parser('kubernetes-object'), bytes(json)).diagnostics.map(({ code }) => code)).toEqual(['DOCUMENT_INVALID']);
});

test('JSON that breaks off in every line is read over a bounded number of times, and what stands below is still read', () => {
  for (const line of ['[\n', '{"a":[\n', '[{"a":\n']) {
    const text = line.repeat(20_000);
    expect(readTranscript(text).inVain).toBeLessThan(text.length * 9);
  }
  const status = '{"hash":1,"revision":2,"totalKey":3,"totalSize":4}';
  expect([...readTranscript(`{"a":[\n[\n{"b":\n${status}\n`).kinds]).toEqual(['snapshot-status']);
});

test('one damaged object of a list costs no other', () => {
  const good = (name: string): string =>
    `- apiVersion: coordination.k8s.io/v1\n  kind: Lease\n  metadata:\n    name: ${name}\n    namespace: kube-system\n  spec:\n    holderIdentity: a\n    renewTime: "2026-11-22T09:13:58.9Z"\n`;
  const text = `apiVersion: v1\nitems:\n${good('one')}- kind: Lease\n  metadata: {name: [}\n${good('two')}kind: List\n`;
  const { facts, diagnostics } = collect(parser('kubernetes-object'), bytes(text));
  expect(facts.map((fact) => (fact.data as { name: string }).name).filter((name) => name !== '')).toEqual(['one', 'two']);
  expect(diagnostics.some(({ code }) => code === 'DOCUMENT_INVALID')).toBe(true);
});

test('a list that names its kind only at its end is still seen', () => {
  const filler = Array.from({ length: 3000 }, (_, i) => `    annotation-${i}: some text that fills the head`).join('\n');
  const text = `apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: cp-1\n${filler}\nkind: List\n`;
  expect(acceptedBy(text)).toEqual(['kubernetes-object']);
});

test('no secret of an object is ever cited or kept', () => {
  const secret = Buffer.from('-----BEGIN RSA PRIVATE KEY-----\nc3VwZXJzZWNyZXQ=\n-----END RSA PRIVATE KEY-----\n').toString('base64');
  const text = `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n"},"data":{"tls.key":"${secret}","password":"aHVudGVyMg=="}}`;
  const { facts, diagnostics, cited } = collect(parser('kubernetes-object'), bytes(text));
  expect({ facts, cited }).toEqual({ facts: [], cited: [] });
  expect(diagnostics.map(({ code }) => code)).toEqual(['SECRET_WITHHELD']);
  const config = readFileSync(join(import.meta.dirname, '../../fixtures/documents/kubernetes-kubeconfig/1.29-admin.conf'));
  for (const { text: shown } of collect(parser('kubernetes-kubeconfig'), config).cited) expect(shown).not.toMatch(/bm90IGEga2V5/);
});

test('an object in one long line is cited by itself', () => {
  const lease = (name: string): string =>
    `{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"${name}","namespace":"kube-system"},"spec":{"holderIdentity":"a","renewTime":"2026-11-22T09:13:58.9Z"}}`;
  const text = `{"apiVersion":"v1","kind":"List","note":"größe","items":[${[1, 2, 3, 4, 5].map((i) => lease(`l${i}`)).join(',')}]}`;
  const raw = bytes(text);
  const { facts, cited } = collect(parser('kubernetes-object'), raw);
  expect(facts).toHaveLength(5);
  for (const { place, text: shown } of cited) expect(new TextDecoder().decode(raw.subarray(place.offset, place.offset + place.length))).toBe(shown);
});

test("an etcd server's own log is no etcdctl output", () => {
  const server = '{"level":"info","ts":"2026-11-22T09:13:41.060411Z","caller":"etcdmain/etcd.go:73","msg":"Running: ","args":["etcd"]}\n';
  const client =
    '{"level":"warn","ts":"2026-11-22T09:13:41.060411Z","logger":"etcd-client","caller":"v3@v3.5.16/retry_interceptor.go:63","msg":"retrying of unary invoker failed","attempt":0,"error":"rpc error: code = Unavailable desc = etcdserver: no leader"}\n';
  expect(acceptedBy(server.repeat(3) + client)).toEqual([]);
  expect(acceptedBy('I1122 09:13:41.000001       1 options.go:221] external host was not specified, using 10.0.0.1\n'.repeat(40) + client)).toEqual([]);
});

test('text of other tools is refused by all', () => {
  for (const text of ['hello\n', '{}\n', '[]\n', 'NAME  READY\n', '42\n', '2147483648\n', 'Error: chart not found\n', '<html></html>\n', 'a: b\n', 'v4.14.0\n'])
    expect([text, acceptedBy(text)]).toEqual([text, []]);
});

test('a backup script that only says it failed is believed once', () => {
  const log =
    '2026-11-22 09:13:41 starting etcd backup\n{"level":"info","ts":"2026-11-22T17:13:41.2+0800","caller":"snapshot/v3_snapshot.go:65","msg":"created temporary db file","path":"/b/x.db.part"}\n2026-11-22 17:13:50 etcd backup failed (exit code 137)\n';
  expect(acceptedBy(log)).toEqual(['etcd-backup-log']);
  const { facts } = collect(parser('etcd-backup-log'), bytes(log));
  expect(facts.map(({ type, at }) => [type, at])).toEqual([['backup.failed', '2026-11-22T09:13:50.000000Z']]);
});
