import { deflateSync } from 'node:zlib';
import { SegmentWriter, guardedPut, message } from '../parsers/etcd-wal/support.ts';

/** A file that holds a secret, in one of the forms in which secrets get into bundles. */
export interface Planted {
  readonly path: string;
  readonly canary: string;
  readonly body: Buffer;
}

const HEAD_YAML = 'apiVersion: v1\n';
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const url64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const zap = (second: number, msg = 'hello'): string =>
  `${JSON.stringify({ level: 'info', ts: `2026-11-22T09:00:${String(second % 60).padStart(2, '0')}.609210Z`, caller: 'etcdserver/server.go:1', msg })}\n`;
/** Between lines of a log, as people paste. */
const inLog = (text: string): string => `${zap(1)}${text}${text.endsWith('\n') ? '' : '\n'}${zap(2)}`;

const object = (canary: string): object => ({
  apiVersion: 'v1',
  data: { password: base64(canary) },
  kind: 'Secret',
  metadata: { name: 'db', namespace: 'default' },
  stringData: { plain: `x ${canary}` },
  type: 'Opaque',
});
const yaml = (canary: string): string =>
  [
    'apiVersion: v1',
    'data:',
    `  password: ${base64(canary)}`,
    '  long: |',
    `    first ${canary}`,
    'kind: Secret',
    'metadata:',
    '  annotations:',
    '    kubectl.kubernetes.io/last-applied-configuration: |',
    `      ${JSON.stringify(object(canary))}`,
    '  managedFields:',
    '  - apiVersion: v1',
    '    fieldsV1:',
    '      f:data:',
    '        .: {}',
    '        f:password: {}',
    '  name: db',
    'type: Opaque',
    '',
  ].join('\n');
/** As etcd holds it (kubernetes/apimachinery `runtime.Unknown`). */
const stored = (canary: string): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    message(
      [1, message([1, 'v1'], [2, 'Secret'])],
      [2, message([1, message([1, 'db'], [3, 'default'])], [2, message([1, 'password'], [2, canary])], [3, 'Opaque'])],
      [3, ''],
      [4, ''],
    ),
  ]);
const pemKey = (canary: string, kind = 'RSA PRIVATE KEY'): string =>
  `-----BEGIN ${kind}-----\nMIIEowIBAAKCAQEA7d4s${canary}\nQ2${canary}\n-----END ${kind}-----\n`;
const jwt = (canary: string): string => `${url64({ alg: 'RS256', kid: 'k' })}.${url64({ iss: 'kubernetes/serviceaccount', sub: canary })}.c2ln${canary}c2ln`;
const escaped = (text: string | Uint8Array): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte === 10 ? '\\n' : byte === 34 ? '\\"' : byte < 32 || byte > 126 ? `\\x${byte.toString(16).padStart(2, '0')}` : String.fromCharCode(byte),
    )
    .join('');
const prefixed = (text: string, prefix: (line: number) => string, tail = ''): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, i) => `${prefix(i)}${line}${tail}\n`)
    .join('');
const cri = (line: number): string => `2026-11-22T09:08:${String(14 + line)}.1004498${line}${line % 3 === 0 ? '' : '6'}Z stderr F `;
const journal = (line: number): string => `Nov 22 09:08:${String(14 + line)} cp-1 bash[4711]: `;
const docker = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, i) => `${JSON.stringify({ log: `${line}\n`, stream: 'stderr', time: `2026-11-22T09:08:${String(14 + i)}.5Z` })}\n`)
    .join('');
const journalJson = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map(
      (line, i) =>
        `${JSON.stringify({ __CURSOR: `s=ab${i};i=1f${i}`, __REALTIME_TIMESTAMP: String(1_795_338_494_000_000 + i), SYSLOG_IDENTIFIER: 'bash', MESSAGE: line, _HOSTNAME: 'cp-1' })}\n`,
    )
    .join('');
const journalExport = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line, i) => `__CURSOR=s=ab;i=${i}\n__REALTIME_TIMESTAMP=${1_795_338_494_000_000 + i}\n_HOSTNAME=cp-1\nSYSLOG_IDENTIFIER=bash\nMESSAGE=${line}\n\n`)
    .join('');
/** Lines of etcd up to `bytes`, so that what follows lies where it is wanted. */
function filler(bytes: number): string {
  const lines: string[] = [];
  let length = 0;
  for (let i = 0; length < bytes; i += 1) {
    const line = zap(i, 'x'.repeat(Math.max(5, Math.min(200, bytes - length - zap(i, '').length))));
    lines.push(line);
    length += line.length;
  }
  return lines.join('').slice(0, -(length - bytes) - 1 || undefined);
}
const interleaved = (a: string, b: string): string => {
  const others = b.split('\n');
  return a
    .split('\n')
    .map((line, i) => `${line}\n${others[i] ?? ''}\n`)
    .join('');
};
const MIB = 1 << 20;
/** `text` so that its byte `at` is the first of the second block of 1 MiB. */
const overBorder = (text: string, at: number): string => `${`${filler(MIB - at - 1)}\n`.slice(-(MIB - at))}${text}${zap(3)}`;
const helm = (canary: string): string => base64(base64(deflateSync(canary.repeat(3))) + base64(canary));

const FORMS: Readonly<Record<string, (canary: string) => string | Buffer>> = {
  'secret.yaml': yaml,
  'secret.json': (c) => JSON.stringify(object(c), null, 4),
  'list.yaml': (c) =>
    `${HEAD_YAML}items:\n${yaml(c)
      .trimEnd()
      .split('\n')
      .map((line, i) => `${i === 0 ? '- ' : '  '}${line}\n`)
      .join('')}kind: List\nmetadata:\n  resourceVersion: ""\n`,
  'list.json': (c) => JSON.stringify({ apiVersion: 'v1', items: [object(c)], kind: 'List', metadata: {} }, null, 4),
  'raw-list.json': (c) => JSON.stringify({ kind: 'SecretList', apiVersion: 'v1', metadata: {}, items: [{ metadata: { name: 'a' }, data: { p: base64(c) } }] }),
  'helm.json': (c) => JSON.stringify({ apiVersion: 'v1', data: { release: helm(c) }, kind: 'Secret', type: 'helm.sh/release.v1' }, null, 2),
  'bootstrap.yaml': (c) =>
    `apiVersion: v1\nkind: Secret\nmetadata:\n  name: bootstrap-token-abcdef\ntype: bootstrap.kubernetes.io/token\nstringData:\n  token-secret: ${c}\n`,
  'broken.yaml': (c) => `${HEAD_YAML}kind: Secret\ndata:\n  a: "${base64(c)}\n  b: {${c}\n  c: [${c}: ]${c}\nmetadata: [\n`,
  'broken-alias.yaml': (c) => `${HEAD_YAML}kind: Secret\ndata:\n  a: *${c}\n  ? ${c}\n  b: !!${c} x\nmetadata: {}\n`,
  'cut.json': (c) => JSON.stringify(object(c), null, 4).split(base64(c))[0] + base64(c),
  'bad.json': (c) => `{"apiVersion":"v1","kind":"Secret","data":{"a":${c},"b":"${c}"}}`,
  'broken.conf': (c) =>
    `apiVersion: v1\nclusters: []\ncontexts: []\ncurrent-context: a\nkind: Config\nusers:\n- name: a\n  user:\n    token: "${c}\n    password: ${c}}\n`,
  'haproxy.cfg': (c) =>
    `global\n  daemon\nuserlist u\n  user admin insecure-password ${c}\nfrontend k8s\n  bind :6443\n  default_backend m\nbackend m\n  option httpchk\n  stats auth admin:${c}\n  server cp-1 10.0.0.1:6443 check\n  server cp-2 10.0.0.2:6443 check\n`,
  'keepalived.conf': (c) =>
    `vrrp_instance VI_1 {\n  state MASTER\n  interface eth0\n  virtual_router_id 51\n  priority 100\n  authentication {\n    auth_type PASS\n    auth_pass ${c}\n  }\n  virtual_ipaddress {\n    10.0.0.9\n  }\n}\n`,
  '0000000000000000-0000000000000000.wal': (c) =>
    new SegmentWriter()
      .crc()
      .metadata(1n, 2n)
      .record(5, message([1, 0], [2, 0]))
      .entry(1, 1, guardedPut('/registry/secrets/default/db', 0, stored(c)))
      .entry(1, 2, guardedPut('/registry/secrets/default/old', 0, Buffer.from(JSON.stringify(object(c)))))
      .entry(1, 3, message([100, message([1, 8])], [1012, message([1, 'root'], [2, c], [3, `${c}.5`])]))
      .entry(1, 4, message([100, message([1, 9])], [1100, message([1, 'root'], [2, c])]))
      .state(1, 1n, 4)
      .bytes(),
  'torn.wal': (c) =>
    new SegmentWriter()
      .crc()
      .metadata(1n, 2n)
      .record(5, message([1, 0], [2, 0]))
      .entry(1, 1, guardedPut('/registry/secrets/default/db', 0, stored(c)))
      .bytes(0)
      .subarray(0, -30),
  'pasted-yaml.log': (c) => inLog(yaml(c)),
  'pasted-json.log': (c) => inLog(JSON.stringify(object(c), null, 4)),
  'pasted-applied.log': (c) => inLog(JSON.stringify({ kind: 'Deployment', metadata: { annotations: { a: JSON.stringify(object(c)) } } }, null, 2)),
  'request-body.log': (c) => inLog(`I1122 09:00:01.000000       1 request.go:1154] Request Body: ${JSON.stringify(object(c))}`),
  'cri.log': (c) => prefixed(`${yaml(c)}done`, cri),
  'docker.log': (c) => docker(`${yaml(c)}done`),
  'journal.log': (c) => prefixed(`${yaml(c)}done`, journal),
  'journal.json': (c) => journalJson(`${yaml(c)}done`),
  'journal.export': (c) => journalExport(`${yaml(c)}done`),
  'cri-json.log': (c) => prefixed(`${JSON.stringify(object(c), null, 4)}\ndone`, cri),
  'docker-json.log': (c) => docker(`${JSON.stringify(object(c), null, 4)}\ndone`),
  'docker-in-journal.log': (c) => prefixed(docker(`${yaml(c)}done`), journal),
  'two-streams.log': (c) =>
    interleaved(
      prefixed(`${yaml(c)}done`, journal),
      prefixed(`${yaml(c)}done`, (i) => journal(i).replace('bash', 'kubectl')),
    ),
  'cri-etcdctl.log': (c) => Buffer.from(prefixed(`/registry/secrets/default/db\n${stored(c).toString('latin1')}\n/registry/x\ndone`, cri), 'latin1'),
  'docker-etcdctl.log': (c) => docker(`/registry/secrets/default/db\n${stored(c).toString('latin1')}\n/registry/x\ndone`),
  'quoted.log': (c) => prefixed(`${zap(1)}${zap(2)}${yaml(c)}${zap(3)}${zap(4)}`, () => '> '),
  'compose.log': (c) => prefixed(`${zap(1)}${zap(2)}${yaml(c)}${zap(3)}${zap(4)}`, () => 'etcd-1  | '),
  'grep.log': (c) => prefixed(`${zap(1)}${zap(2)}${yaml(c)}${zap(3)}`, (i) => (i === 3 ? 'all.yaml:' : 'all.yaml-')),
  'grep-n.log': (c) => prefixed(`${zap(1)}${zap(2)}${yaml(c)}${zap(3)}`, (i) => `logs/all.yaml:${i + 1}:`),
  'numbered.log': (c) => prefixed(`${zap(1)}${zap(2)}${yaml(c)}${zap(3)}`, (i) => `${String(i + 1).padStart(6)}\t`),
  'border-yaml.log': (c) => overBorder(yaml(c), yaml(c).indexOf('kind: Secret')),
  'border-yaml-kind-first.log': (c) => overBorder(`kind: Secret\nmetadata:\n  name: x\ndata:\n  a: ${base64(c)}\n`, 13),
  'border-yaml-values.log': (c) => overBorder(yaml(c), yaml(c).indexOf('  long:')),
  'border-json.log': (c) => overBorder(`${JSON.stringify(object(c), null, 4)}\n`, JSON.stringify(object(c), null, 4).indexOf('    "kind"')),
  'border-prefixed.log': (c) => overBorder(prefixed(yaml(c), cri), prefixed(yaml(c), cri).indexOf('kind: Secret') - cri(5).length),
  'border-helm.log': (c) => `${zap(1)}data:\n  release: ${base64(c.repeat(48_000))}\nkind: Secret\n${zap(2)}`,
  'etcdctl-get.txt': (c) =>
    Buffer.concat([Buffer.from('$ etcdctl get /registry/secrets --prefix\n/registry/secrets/default/db\n'), stored(c), Buffer.from('\n')]),
  'etcdctl-get.log': (c) => Buffer.concat([Buffer.from(zap(1)), Buffer.from('/registry/secrets/default/db\n'), stored(c), Buffer.from(`\n${zap(2)}`)]),
  'etcdctl-get-json.log': (c) =>
    inLog(JSON.stringify({ header: { revision: 5 }, kvs: [{ key: base64('/registry/secrets/default/db'), value: base64(stored(c)) }] })),
  'etcdctl-get-fields.log': (c) => inLog(`"Key" : "/registry/secrets/default/db"\n"Value" : "${escaped(stored(c))}"\n"Lease" : 0`),
  'etcdctl-transcript.txt': (c) =>
    Buffer.concat([
      Buffer.from(
        '$ etcdctl endpoint health\nhttps://127.0.0.1:2379 is healthy: successfully committed proposal: took = 9.1ms\n$ kubectl get secret db -o yaml\n',
      ),
      Buffer.from(yaml(c)),
      Buffer.from('$ date\nSun Nov 22 09:00:00 UTC 2026\n'),
    ]),
  'describe.txt': (c) =>
    `$ kubectl -n kube-system describe secret sa\nName:         sa\nType:  kubernetes.io/service-account-token\n\nData\n====\nca.crt:     1099 bytes\ntoken:      ${jwt(c)}\n$ date\nSun Nov 22 09:00:00 UTC 2026\n`,
  'encryption.yaml': (c) =>
    `apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources:\n  - secrets\n  providers:\n  - aescbc:\n      keys:\n      - name: key1\n        secret: ${base64(c)}\n`,
  'admin.conf': (c) =>
    `apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.0.0.1:6443\n  name: k\ncontexts: []\ncurrent-context: a\nkind: Config\nusers:\n- name: a\n  user:\n    client-key-data: ${base64(pemKey(c))}\n    token: ${c}\n    password: ${c}\n`,
  'kubeconfig-pasted.log': (c) => inLog(`    client-key-data: ${base64(pemKey(c))}`),
  'server.key': (c) => pemKey(c),
  'key-pasted.log': (c) => inLog(pemKey(c)),
  'key-ec-pasted.log': (c) => inLog(pemKey(c, 'EC PRIVATE KEY')),
  'key-in-json.log': (c) => `${zap(1)}${zap(2, `loaded ${pemKey(c)}`)}${zap(3)}`,
  'key-in-cri.log': (c) => prefixed(`start\n${pemKey(c)}done`, cri),
  'key-in-journal.log': (c) => prefixed(`start\n${pemKey(c, 'PRIVATE KEY')}done`, journal),
  'key-cut.log': (c) => inLog(pemKey(c).split('\n').slice(0, 2).join('\n')),
  'key-border.log': (c) => overBorder(pemKey(c), pemKey(c).indexOf('\n') + 1),
  'bearer.log': (c) => inLog(`> Authorization: Bearer ${jwt(c)}`),
  'sa-token.log': (c) => inLog(`E1122 09:00:01.000000       1 token.go:1] bad token ${jwt(c)} rejected`),
  'sign-key.service': (c) =>
    `[Unit]\nDescription=etcd\n[Service]\nExecStart=/usr/bin/etcd --name a --auth-token jwt,pub-key=/a.pub,priv-key=/a.key,sign-method=RS256\n# ${pemKey(c).replaceAll('\n', '\n# ')}\n`,
};

/** What the case may hold, and `inquest redact` takes out. */
const REDACTED: Readonly<Record<string, (canary: string) => string | Buffer>> = {
  'curl.log': (c) => inLog(`> Authorization: Basic ${base64(`root:${c}`)}`),
  'opaque-bearer.log': (c) => inLog(`> Authorization: Bearer sha256~${c}0123456789`),
  'url.log': (c) => inLog(`2026-11-22T09:00:01Z INFO backup to https://backup:${c}@store.example:9000/bucket`),
  'etcd.env': (c) => `ETCD_NAME=a\nETCD_DATA_DIR=/var/lib/etcd\nETCD_INITIAL_CLUSTER=a=https://10.0.0.1:2380\nETCD_ROOT_PASSWORD=${c}\n`,
  'cloud.log': (c) => inLog(`aws_secret_access_key = ${c}/K7MDENG+bPxRfiCY`),
  'join.log': (c) => inLog(`kubeadm join 10.0.0.1:6443 --token abcdef.${c.toLowerCase().slice(-16)} --discovery-token-ca-cert-hash sha256:00`),
  'etcdctl-user.txt': (c) => `$ etcdctl --user root:${c} endpoint health\nhttps://127.0.0.1:2379 is healthy: successfully committed proposal: took = 9.1ms\n`,
};

function plant(forms: Readonly<Record<string, (canary: string) => string | Buffer>>, first: number): readonly Planted[] {
  return Object.entries(forms).map(([path, make], i) => {
    const canary = `Kanarie${first + i}xQ7mWz9pLt${first + i}`;
    return { path: `bundle/${path}`, canary, body: Buffer.from(make(canary)) };
  });
}

export const NEVER_KEPT = plant(FORMS, 100);
export const REDACTED_ONLY = plant(REDACTED, 300);

/** The canary as it stands in plain text, and in base64 wherever it begins. */
export function traces(canary: string): readonly string[] {
  return [canary, ...[0, 1, 2].map((shift) => base64(`${'\0'.repeat(shift)}${canary}`).slice(shift === 0 ? 0 : 4, -4))];
}
