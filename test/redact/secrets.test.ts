import { describe, expect, it } from 'vitest';
import { isJournalExport, JournalExportRewriter } from '../../src/redact/journal-export.ts';
import { removeSecretData } from '../../src/redact/kubernetes-secrets.ts';
import { removeSecrets } from '../../src/redact/secrets.ts';

const clean = (text: string): string => removeSecrets(text, () => undefined);
const KEY = ['-----BEGIN RSA PRIVATE KEY-----', 'MIIEowIBAAKCAQEA7d4s', 'c2VjcmV0c2VjcmV0', '-----END RSA PRIVATE KEY-----'].join('\n');

describe('secrets', () => {
  it.each([
    ['a bearer token', 'Authorization: Bearer abcdef0123456789abcdef', 'abcdef0123456789'],
    ['a JWT', 'token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl', 'eyJ'],
    ['a bootstrap token', 'kubeadm join --discovery 07401b.f395accd246ae52d1x', null],
    ['a bootstrap token', 'kubeadm join --token 07401b.f395accd246ae5zz', 'f395accd'],
    ['a password', 'ETCD_ROOT_PASSWORD=hunter2hunter', 'hunter2'],
    ['a password in JSON', '{"user":"x","password":"hun ter2,hunter"}', 'ter2'],
    ['a password in JSON in JSON', '{"log":"{\\"password\\":\\"hunter2\\"}"}', 'hunter2'],
    ['credentials in a URL', 'proxy http://bob:s3cr3t@proxy:3128/', 's3cr3t'],
    ['an AWS key', 'key AKIAIOSFODNN7EXAMPLE', 'AKIA'],
    ['an AWS secret', 'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY', 'wJalr'],
    ['a key in a kubeconfig', '    client-key-data: TUlJRW93SUJBQUtDQVFFQQ==', 'TUlJ'],
    ['an encryption key', '        secret: c2VjcmV0IGlzIHNlY3VyZQ==', 'c2VjcmV0'],
    ['a password of etcdctl', 'etcdctl --user root:hunter2 member list', 'hunter2'],
    ['a PEM key', `x\n${KEY}\ny`, 'MIIEow'],
    ['a PEM key in one line', `{"key":"${KEY.replaceAll('\n', '\\n')}"}`, 'MIIEow'],
    ['a PEM key cut short', `x\n${KEY.split('\n').slice(0, 2).join('\n')}\n`, 'MIIEow'],
    ['base64 of a PEM key', `tls.key: ${Buffer.from(KEY).toString('base64')}`, 'LS0tLS1CRUdJ'],
    [
      'an applied Secret',
      '{"kubectl.kubernetes.io/last-applied-configuration":"{\\"data\\":{\\"pw\\":\\"aHVudGVyMg==\\"},\\"kind\\":\\"Secret\\"}"}',
      'aHVudGVy',
    ],
  ])('%s goes: %s', (_what, text, secret) => {
    const out = clean(text);
    if (secret !== null) expect(out).not.toContain(secret);
    expect(out.split('\n').length).toBe(text.split('\n').length);
  });

  it.each([
    '--key-file=/etc/kubernetes/pki/etcd/server.key --peer-key-file=/etc/kubernetes/pki/etcd/peer.key',
    'initial-cluster-token: etcd-cluster-1',
    '"initial-cluster-token":"etcd-cluster","auth-token":"simple","auth-token-ttl":300',
    'automountServiceAccountToken: true',
    'E1122 secret: not found; failed to get secret: etcdserver: leader changed',
    'etcd-cp1.17a3b2c4d5e6f7a8 Normal Pulled',
    'etcdserver: invalid auth token',
    'client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem',
  ])('what is none stays: %s', (text) => {
    expect(clean(text)).toBe(text);
  });
});

it('takes no longer for runs of one character than for other text', () => {
  for (const run of ['-', '=', ' ', '"', '\\', 'eyJ', '-----BEGIN PRIVATE KEY-----']) expect(() => clean(run.repeat(300_000 / run.length))).not.toThrow();
});

describe('Secrets among objects', () => {
  it('lose their values in YAML, whichever order their fields have', () => {
    const yaml = [
      'apiVersion: v1',
      'items:',
      '- apiVersion: v1',
      '  data:',
      '    pw: aHVudGVyMg==',
      '    pem: |',
      '      line one',
      '  kind: Secret',
      '  metadata:',
      '    name: a',
      '- apiVersion: v1',
      '  data:',
      '    color: blue',
      '  kind: ConfigMap',
      'kind: List',
      '---',
      'kind: Secret',
      'stringData:',
      '  plain: hunter2',
      '---',
      'kind: ConfigMap',
      'data:',
      '  keep: this',
    ].join('\n');
    const out = removeSecretData(yaml, () => undefined);
    for (const gone of ['aHVudGVyMg', 'line one', 'hunter2']) expect(out).not.toContain(gone);
    for (const kept of ['color: blue', 'keep: this', 'name: a']) expect(out).toContain(kept);
    expect(out.split('\n').length).toBe(yaml.split('\n').length);
  });

  it('lose their values in JSON', () => {
    const json = JSON.stringify(
      {
        items: [
          { data: { pw: 'aHVudGVyMg==', 'x"y': 'q{' }, kind: 'Secret', metadata: { name: 'a' } },
          { kind: 'ConfigMap', data: { color: 'blue' } },
        ],
        kind: 'SecretList',
      },
      null,
      2,
    );
    const out = removeSecretData(json, () => undefined);
    expect(JSON.parse(out)).toEqual({
      items: [
        { data: { pw: '[redacted]', 'x"y': '[redacted]' }, kind: 'Secret', metadata: { name: 'a' } },
        { kind: 'ConfigMap', data: { color: 'blue' } },
      ],
      kind: 'SecretList',
    });
  });
});

describe('the journal export format', () => {
  const field = (name: string, data: string): string => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(data.length));
    return `${name}\n${size.toString('latin1')}${data}\n`;
  };
  const entry = (data: string): string => `__CURSOR=s=1\n_HOSTNAME=db7\n${field('MESSAGE', data)}PRIORITY=6\n\n`;

  it('keeps the sizes of binary fields true, wherever pieces are cut', () => {
    const text = entry('one db7\ntwo db7') + entry('a\nMESSAGE\nb');
    const expected = text
      .replaceAll('_HOSTNAME=db7', '_HOSTNAME=longer-name')
      .replace(field('MESSAGE', 'one db7\ntwo db7'), field('MESSAGE', 'one longer-name\ntwo longer-name'));
    expect(isJournalExport(text)).toBe(true);
    for (let cut = 0; cut < text.length; cut += 1) {
      const rewriter = new JournalExportRewriter((part) => part.replaceAll('db7', 'longer-name'));
      const end = text.indexOf('\n', cut) + 1;
      expect(rewriter.push(text.slice(0, end)) + rewriter.push(text.slice(end)) + rewriter.end()).toBe(expected);
    }
  });
});
