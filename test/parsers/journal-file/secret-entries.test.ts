import { expect, it } from 'vitest';
import { noValues } from '../../../src/parsers/journal-file/fields.ts';
import { SecretEntries } from '../../../src/parsers/journal-file/secret-entries.ts';
import { Recorder } from './recording-sink.ts';

/** Messages as they are read, each given as `program message`. */
function read(lines: readonly string[]): { readonly messages: readonly string[]; readonly seqnums: readonly number[]; readonly withheld: number } {
  const recorder = new Recorder();
  const messages: string[] = [];
  const seqnums: number[] = [];
  const entries = new SecretEntries(recorder.sink, (entry, values) => {
    seqnums.push(entry.seqnum);
    messages.push(values.MESSAGE ?? '');
  });
  const values = noValues();
  const entry = { offset: 0, size: 1, seqnum: 0, realtime: 1, monotonic: 1, bootId: 'b' };
  for (const [i, line] of lines.entries()) {
    const at = line.indexOf(' ');
    values.SYSLOG_IDENTIFIER = line.slice(0, at);
    values._PID = '7';
    values.MESSAGE = line.slice(at + 1);
    entry.seqnum = i;
    entries.take(entry, values);
  }
  entries.end();
  return { messages, seqnums, withheld: recorder.diagnostics.reduce((sum, { count }) => sum + count, 0) };
}

it('hides a Secret whose lines are entries of their own, among those of others', () => {
  const secret = ['bash apiVersion: v1', 'bash data:', 'etcd hello', 'bash   pw: aHVudGVyMg==', 'bash kind: Secret', 'bash metadata:', 'bash   name: db'];
  const { messages, seqnums, withheld } = read(secret);
  expect(messages).toEqual(['apiVersion: v1', 'data:', 'hello', '  pw: ************', 'kind: Secret', 'metadata:', '  name: db']);
  expect(seqnums).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(withheld).toBe(1);
});

it('hides a private key whose lines are entries of their own, and a token', () => {
  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl';
  const { messages } = read([
    `kubelet used ${token} once`,
    'bash -----BEGIN RSA PRIVATE KEY-----',
    'bash MIIEowIBAAKCAQEA7d4s',
    'bash -----END RSA PRIVATE KEY-----',
    'bash MIIEowIBAAKCAQEA7d4s',
  ]);
  expect(messages).toEqual([
    `used ${'*'.repeat(token.length)} once`,
    '-----BEGIN RSA PRIVATE KEY-----',
    '*'.repeat(20),
    '-----END RSA PRIVATE KEY-----',
    'MIIEowIBAAKCAQEA7d4s',
  ]);
});

it('keeps the order and every entry where many are looked at together', () => {
  const many = Array.from({ length: 5000 }, (_, i) => `etcd line ${i}`);
  const lines = ['bash data:', 'bash   a: b', ...many, 'bash data:', 'bash   pw: aHVudGVyMg==', 'bash kind: Secret', ...many];
  const { messages, seqnums } = read(lines);
  expect(seqnums).toEqual(lines.map((_, i) => i));
  expect(messages[1]).toBe('  a: b');
  expect(messages[5003]).toBe('  pw: ************');
});
