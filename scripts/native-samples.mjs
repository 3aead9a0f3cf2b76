// Makes files of etcd's own forms, as large as asked for, to measure their readers with: nothing in them comes from a cluster.
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32c } from '../dist/parsers/etcd-db/crc32c.js';
import { fnv64a } from '../dist/parsers/etcd-db/fnv64.js';

const PAGE = 4096;
const LEAF = 2;
const BRANCH = 1;
const META = 4;
const VALUE_BYTES = 1000;

const varint = (value) => {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
};
const number = (field, value) => Buffer.concat([Buffer.from([field * 8]), varint(value)]);
const bytes = (field, value) => Buffer.concat([Buffer.from([field * 8 + 2]), varint(value.length), value]);

const keyOf = (i) => Buffer.from(`/registry/pods/namespace-${i % 37}/pod-${i % 20_000}`);
const valueOf = (i) => Buffer.alloc(VALUE_BYTES, `value ${i} `);

function header(page, id, flags, count) {
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(flags, 8);
  page.writeUInt16LE(count, 10);
}

/** A leaf page of `[key, value, flags]`; bbolt `internal/common/inode.go`. */
function leafPage(id, pairs) {
  const page = Buffer.alloc(PAGE);
  header(page, id, LEAF, pairs.length);
  let at = 16 + 16 * pairs.length;
  for (const [i, [key, value, flags = 0]] of pairs.entries()) {
    const element = 16 + 16 * i;
    page.writeUInt32LE(flags, element);
    page.writeUInt32LE(at - element, element + 4);
    page.writeUInt32LE(key.length, element + 8);
    page.writeUInt32LE(value.length, element + 12);
    at += key.copy(page, at);
    at += value.copy(page, at);
  }
  return page;
}

function branchPage(id, children) {
  const page = Buffer.alloc(PAGE);
  header(page, id, BRANCH, children.length);
  let at = 16 + 16 * children.length;
  for (const [i, { key, id: child }] of children.entries()) {
    const element = 16 + 16 * i;
    page.writeUInt32LE(at - element, element);
    page.writeUInt32LE(key.length, element + 4);
    page.writeBigUInt64LE(BigInt(child), element + 8);
    at += key.copy(page, at);
  }
  return page;
}

function metaPage(id, root, pages, transaction) {
  const page = Buffer.alloc(PAGE);
  header(page, id, META, 0);
  page.writeUInt32LE(0xed0cdaed, 16);
  page.writeUInt32LE(2, 20);
  page.writeUInt32LE(PAGE, 24);
  page.writeBigUInt64LE(BigInt(root), 32);
  page.writeBigUInt64LE(0xffff_ffff_ffff_ffffn, 48);
  page.writeBigUInt64LE(BigInt(pages), 56);
  page.writeBigUInt64LE(BigInt(transaction), 64);
  const sum = fnv64a(page, 16, 72);
  page.writeUInt32LE(sum.low, 72);
  page.writeUInt32LE(sum.high, 76);
  return page;
}

function revision(main) {
  const key = Buffer.alloc(17);
  key.writeBigUInt64BE(BigInt(main), 0);
  key[8] = 0x5f;
  return key;
}

/** A saved snapshot of about `size` bytes: the `key` bucket of a cluster that overwrites its pods, and the SHA-256 at the end. */
export function makeDatabase(path, size) {
  const file = openSync(path, 'w+');
  const leaves = Math.floor(size / PAGE) - 2;
  const put = (id, page) => writeSync(file, page, 0, PAGE, id * PAGE);
  let id = 2;
  let main = 2;
  let level = [];
  for (; id < leaves; id += 1) {
    const first = revision(main);
    const pairs = [];
    for (let i = 0; i < 3; i += 1, main += 1) {
      const row = [bytes(1, keyOf(main)), number(2, main), number(3, main), number(4, 1), bytes(5, valueOf(main))];
      pairs.push([revision(main), Buffer.concat(row)]);
    }
    put(id, leafPage(id, pairs));
    level.push({ key: first, id });
  }
  while (level.length > 1) {
    const above = [];
    for (let i = 0; i < level.length; i += 100, id += 1) {
      const children = level.slice(i, i + 100);
      put(id, branchPage(id, children));
      above.push({ key: children[0].key, id });
    }
    level = above;
  }
  const bucket = Buffer.alloc(16);
  bucket.writeBigUInt64LE(BigInt(level[0].id), 0);
  put(id, leafPage(id, [[Buffer.from('key'), bucket, 1]]));
  put(0, metaPage(0, id, id + 1, 8));
  put(1, metaPage(1, id, id + 1, 7));
  const sum = createHash('sha256');
  const block = Buffer.alloc(1 << 20);
  for (let at = 0; at < (id + 1) * PAGE;) {
    const got = readSync(file, block, 0, block.length, at);
    sum.update(block.subarray(0, got));
    at += got;
  }
  writeSync(file, sum.digest(), 0, 32, (id + 1) * PAGE);
  closeSync(file);
}

/** A WAL segment of about `size` bytes: puts of one term, checksums chained; etcd `server/storage/wal/encoder.go`. */
export function makeWal(path, size) {
  const file = openSync(path, 'w');
  let crc = 0;
  let written = 0;
  const put = (type, data) => {
    if (type !== 4) crc = crc32c(crc, data);
    const record = Buffer.concat([number(1, type), number(2, crc >>> 0), ...(type === 4 ? [] : [bytes(3, data)])]);
    const pad = (8 - (record.length % 8)) % 8;
    const frame = Buffer.alloc(8 + record.length + pad);
    frame.writeUInt32LE(record.length, 0);
    if (pad > 0) frame.writeUInt8(0x80 | pad, 7);
    record.copy(frame, 8);
    written += writeSync(file, frame);
  };
  put(4, Buffer.alloc(0));
  put(1, Buffer.concat([number(1, 0xa1b2c3), number(2, 0xd4e5f6)]));
  put(5, Buffer.concat([number(1, 0), number(2, 0)]));
  for (let i = 1; written < size; i += 1) {
    const request = Buffer.concat([bytes(4, Buffer.concat([bytes(1, keyOf(i)), bytes(2, valueOf(i))])), bytes(100, Buffer.alloc(0))]);
    put(2, Buffer.concat([number(1, 0), number(2, 2), number(3, i), bytes(4, request)]));
    if (i % 50 === 0) put(3, Buffer.concat([number(1, 2), number(2, 0xa1b2c3), number(3, i)]));
  }
  closeSync(file);
}

const JOURNAL_HEADER = 272;
const MICROS = 1_795_338_000_000_000;

/** A binary journal of about `size` bytes: an etcd that tells of slow requests; systemd `docs/JOURNAL_FILE_FORMAT.md`, regular layout. */
export function makeJournal(path, size) {
  const file = openSync(path, 'w');
  let end = JOURNAL_HEADER;
  let last = end;
  const object = (type, rest) => {
    const bytes = Buffer.alloc(Math.ceil((16 + rest.length) / 8) * 8);
    bytes.writeUInt8(type, 0);
    bytes.writeBigUInt64LE(BigInt(16 + rest.length), 8);
    rest.copy(bytes, 16);
    writeSync(file, bytes, 0, bytes.length, end);
    last = end;
    end += bytes.length;
    return last;
  };
  const data = (text, entries) => {
    const rest = Buffer.alloc(48 + Buffer.byteLength(text));
    rest.writeBigUInt64LE(BigInt(entries), 40);
    rest.write(text, 48);
    return object(1, rest);
  };
  const shared = ['_HOSTNAME=made-1', 'SYSLOG_IDENTIFIER=etcd', '_SYSTEMD_UNIT=etcd.service', '_COMM=etcd', '_PID=812', 'PRIORITY=6', '_TRANSPORT=stdout'].map(
    (text) => data(text, 1000),
  );
  const entries = [];
  while (end < size) {
    const at = MICROS + entries.length * 20_000;
    const ts = new Date(at / 1000).toISOString();
    const message = `{"level":"warn","ts":"${ts}","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"${entries.length % 900}.5ms","expected-duration":"100ms","prefix":"read-only range ","request":"key:\\"${keyOf(entries.length).toString()}\\" ","response":"range_response_count:1 size:971","error":""}`;
    const items = [...shared, data(`MESSAGE=${message}`, 1), data(`_SOURCE_REALTIME_TIMESTAMP=${at}`, 1)];
    const rest = Buffer.alloc(48 + 16 * items.length);
    rest.writeBigUInt64LE(BigInt(entries.length + 1), 0);
    rest.writeBigUInt64LE(BigInt(at), 8);
    rest.writeBigUInt64LE(BigInt(at - MICROS + 60_000_000), 16);
    rest.fill(7, 24, 40);
    for (const [i, item] of items.entries()) rest.writeBigUInt64LE(BigInt(item), 48 + 16 * i);
    entries.push(object(3, rest));
  }
  const list = Buffer.alloc(8 + 8 * entries.length);
  for (const [i, entry] of entries.entries()) list.writeBigUInt64LE(BigInt(entry), 8 + 8 * i);
  const array = object(6, list);
  const header = Buffer.alloc(JOURNAL_HEADER);
  header.write('LPKSHHRH', 0);
  header.writeUInt8(2, 16);
  header.fill(5, 72, 88);
  const numbers = { 88: JOURNAL_HEADER, 96: end - JOURNAL_HEADER, 136: last, 152: entries.length, 160: entries.length, 168: 1, 176: array };
  for (const [place, value] of Object.entries(numbers)) header.writeBigUInt64LE(BigInt(value), Number(place));
  writeSync(file, header, 0, JOURNAL_HEADER, 0);
  closeSync(file);
}

const TEXT_BLOCK = 1 << 20;

/** Writes what `line` gives for 0, 1, 2 … between `head` and `tail` until the file has its size. */
function makeText(path, size, head, line, between, tail) {
  const file = openSync(path, 'w');
  let written = writeSync(file, head);
  let held = '';
  for (let i = 0; written + held.length < size - tail.length; i += 1) {
    held += `${i === 0 ? '' : between}${line(i)}`;
    if (held.length < TEXT_BLOCK) continue;
    written += writeSync(file, held);
    held = '';
  }
  writeSync(file, held + tail);
  closeSync(file);
}

const stamp = (i) => new Date(1_795_340_000_000 + i * 7).toISOString();

/** Search results of a log store: etcd's lines, one a record. */
export function makeExport(path, size) {
  const record = (i) => {
    const ts = stamp(i);
    const message = `{"level":"warn","ts":"${ts}","caller":"etcdserver/util.go:170","msg":"apply request took too long","took":"${120 + (i % 50)}ms","expected-duration":"100ms","prefix":"","request":"header:<ID:${i} > ","response":"size:4"}`;
    return JSON.stringify({
      _source: { '@timestamp': ts, message, kubernetes: { pod_name: `etcd-m${i % 3}`, namespace_name: 'kube-system', container_name: 'etcd' } },
    });
  };
  makeText(path, size, '{"hits":{"hits":[\n', record, ',\n', '\n]}}\n');
}

/** An audit log of which one request in a hundred is worth a fact. */
export function makeAudit(path, size) {
  const event = (i) => {
    const change = i % 100 === 0;
    return JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`,
      stage: 'ResponseComplete',
      requestURI: `/api/v1/namespaces/kube-system/pods/pod-${i}?timeout=10s`,
      verb: change ? 'delete' : i % 3 === 0 ? 'update' : 'get',
      user: { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] },
      sourceIPs: ['10.0.0.9'],
      userAgent: 'kubectl/v1.29.3 (linux/amd64) kubernetes/6813625',
      objectRef: { resource: change ? 'pods' : 'leases', namespace: 'kube-system', name: `pod-${i}`, apiVersion: 'v1' },
      responseStatus: { metadata: {}, code: 200 },
      requestReceivedTimestamp: stamp(i),
      stageTimestamp: stamp(i),
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
    });
  };
  makeText(path, size, '', event, '\n', '\n');
}
