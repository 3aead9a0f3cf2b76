import type { AlarmKind } from '../../../model/facts/etcd-storage.ts';
import type { JsonNode, JsonObject } from '../../json/json-tree.ts';
import { asArray, asObject, at, booleanAt, has, itemsAt, numberAt, scalarAt, stringAt, stringsAt } from '../../json/json-access.ts';
import { clusterAt, idBase, memberAt } from './etcd-ids.ts';
import { addAlarm, nowOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { addHash, addHealth, addMember, addSnapshotStatus, addStatus } from './status-facts.ts';
import { snapshotPathOf } from './commands.ts';

type LineAt = (index: number) => number;

/**
 * A JSON result of etcdctl, etcdutl or etcd's HTTP gateway: false when it is none of them. What damage left incomplete
 * is passed over; the caller tells of the damage.
 * Upstream: etcdctl `ctlv3/command/printer_json.go`, structs in `api/etcdserverpb/rpc.pb.go`.
 */
export function readJsonResult(reading: Reading, node: JsonNode, lineAt: LineAt): boolean {
  const list = asArray(node);
  if (list !== null) {
    if (list.items.length === 0) return list.complete;
    let known = false;
    for (const item of list.items) known = readElement(reading, item, lineAt) || known;
    return known;
  }
  const object = asObject(node);
  if (object === null) return false;
  return readElement(reading, object, lineAt) || readObject(reading, object, lineAt);
}

function readElement(reading: Reading, node: JsonNode, lineAt: LineAt): boolean {
  const line = lineAt(node.start);
  if (has(node, 'Endpoint') && has(node, 'Status')) {
    if (node.complete) readStatus(reading, stringAt(node, 'Endpoint') ?? '', at(node, 'Status'), line);
    reading.kinds.add('endpoint-status');
    return true;
  }
  if (has(node, 'Endpoint') && has(node, 'HashKV')) {
    if (node.complete) readHash(reading, stringAt(node, 'Endpoint') ?? '', at(node, 'HashKV'), line);
    reading.kinds.add('endpoint-hashkv');
    return true;
  }
  if (has(node, 'endpoint') && has(node, 'health')) {
    const healthy = booleanAt(node, 'health');
    if (node.complete && healthy !== null) {
      addHealth(reading, { endpoint: stringAt(node, 'endpoint') ?? '', healthy, took: stringAt(node, 'took'), error: stringAt(node, 'error') }, line);
    }
    reading.kinds.add('endpoint-health');
    return true;
  }
  return false;
}

function readStatus(reading: Reading, endpoint: string, status: JsonNode | undefined, line: number): void {
  const base = idBase([at(status, 'header', 'member_id'), at(status, 'header', 'cluster_id'), at(status, 'leader')]);
  const member = memberAt(status, base, 'header', 'member_id');
  if (member === null) {
    reading.problems.push({ line, detail: `the status of ${endpoint} names no member` });
    return;
  }
  const leader = memberAt(status, base, 'leader');
  addStatus(
    reading,
    {
      endpoint,
      member,
      cluster: clusterAt(status, base, 'header', 'cluster_id'),
      version: stringAt(status, 'version'),
      dbSizeBytes: numberAt(status, 'dbSize'),
      dbSizeInUseBytes: numberAt(status, 'dbSizeInUse'),
      // 0 stands for "not set" in 3.6.0-3.6.5
      quotaBytes: numberAt(status, 'dbSizeQuota') || null,
      leader,
      learner: booleanAt(status, 'isLearner') ?? false,
      raftTerm: numberAt(status, 'raftTerm') ?? numberAt(status, 'header', 'raft_term') ?? 0,
      raftIndex: numberAt(status, 'raftIndex'),
      appliedIndex: numberAt(status, 'raftAppliedIndex'),
      revision: numberAt(status, 'header', 'revision'),
      errors: stringsAt(status, 'errors').map((error) => error.trim()),
      isLeader: member === leader,
    },
    line,
  );
}

function readHash(reading: Reading, endpoint: string, hash: JsonNode | undefined, line: number): void {
  const base = idBase([at(hash, 'header', 'member_id'), at(hash, 'header', 'cluster_id')]);
  const value = numberAt(hash, 'hash');
  if (value === null) return;
  addHash(
    reading,
    {
      endpoint,
      member: memberAt(hash, base, 'header', 'member_id'),
      hash: value,
      revision: numberAt(hash, 'header', 'revision'),
      compactRevision: numberAt(hash, 'compact_revision'),
      atRevision: numberAt(hash, 'hash_revision'),
    },
    line,
  );
}

function readObject(reading: Reading, node: JsonObject, lineAt: LineAt): boolean {
  const line = lineAt(node.start);
  if (asArray(at(node, 'members')) !== null) {
    readMembers(reading, node, lineAt);
    return true;
  }
  if (asArray(at(node, 'alarms')) !== null) {
    readAlarms(reading, node, lineAt);
    return true;
  }
  if (has(node, 'header') && has(node, 'version') && has(node, 'dbSize')) {
    if (node.complete) readStatus(reading, '', node, line);
    reading.kinds.add('endpoint-status');
    return true;
  }
  if (has(node, 'header') && has(node, 'hash')) {
    if (node.complete) readHash(reading, '', node, line);
    reading.kinds.add('endpoint-hashkv');
    return true;
  }
  if (has(node, 'hash') && has(node, 'totalKey')) {
    const data = {
      path: snapshotPathOf(reading.command),
      hash: numberAt(node, 'hash'),
      revision: numberAt(node, 'revision'),
      totalKeys: numberAt(node, 'totalKey'),
      sizeBytes: numberAt(node, 'totalSize'),
    };
    if (node.complete) addSnapshotStatus(reading, data, line);
    reading.kinds.add('snapshot-status');
    return true;
  }
  return readOther(reading, node, line);
}

/** Replies that carry no state of their own: values, versions, health pages, gateway errors. */
function readOther(reading: Reading, node: JsonObject, line: number): boolean {
  const when = nowOf(reading);
  const hash = numberAt(node, 'hash');
  const revision = numberAt(node, 'hashRevision');
  if (hash !== null && revision !== null && node.complete) {
    const data = { path: snapshotPathOf(reading.command) ?? '', revision, compactRevision: numberAt(node, 'compactRevision') ?? 0, hash };
    reading.drafts.push((emitter) => emitter.fact('db.hashkv', data, line, when));
  } else if (has(node, 'health') && (stringAt(node, 'health') === 'true' || stringAt(node, 'health') === 'false')) {
    const reason = stringAt(node, 'reason') ?? '';
    if (stringAt(node, 'health') === 'false')
      reading.drafts.push((emitter) => emitter.fact('etcd.unhealthy', { reason: reason === '' ? '/health says false' : reason }, line, when));
  } else if (scalarAt(node, 'code') !== null && stringAt(node, 'message') !== null && has(node, 'error')) {
    const error = stringAt(node, 'message') ?? '';
    const command = reading.command;
    reading.failures += 1;
    reading.drafts.push((emitter) => emitter.fact('etcdctl.failed', { command, error }, line, when));
  } else if (has(node, 'header') && has(at(node, 'header'), 'cluster_id')) {
    reading.values ||= has(node, 'kvs');
  } else if (!(has(node, 'etcdserver') && has(node, 'etcdcluster')) && !(has(node, 'cluster_id') && has(node, 'TTL'))) {
    return false;
  }
  reading.kinds.add('text');
  return true;
}

function readMembers(reading: Reading, node: JsonObject, lineAt: LineAt): void {
  const members = itemsAt(node, 'members');
  const base = idBase([...members.map((m) => at(m, 'ID')), at(node, 'header', 'cluster_id')]);
  const cluster = clusterAt(node, base, 'header', 'cluster_id');
  reading.kinds.add('member-list');
  for (const item of members) {
    const member = memberAt(item, base, 'ID');
    if (!item.complete || member === null) continue;
    const name = stringAt(item, 'name') ?? '';
    const urls = stringsAt(item, 'clientURLs');
    addMember(
      reading,
      {
        member,
        cluster,
        name: name === '' ? null : name,
        peerUrls: stringsAt(item, 'peerURLs'),
        // 3.5 spells it `clientURLS` after --hex
        clientUrls: urls.length > 0 ? urls : stringsAt(item, 'clientURLS'),
        learner: booleanAt(item, 'isLearner') ?? false,
        started: name !== '',
      },
      lineAt(item.start),
    );
  }
}

const ALARMS: Readonly<Record<string, AlarmKind>> = { '1': 'NOSPACE', '2': 'CORRUPT', NOSPACE: 'NOSPACE', CORRUPT: 'CORRUPT' };

function readAlarms(reading: Reading, node: JsonObject, lineAt: LineAt): void {
  const alarms = itemsAt(node, 'alarms');
  const base = idBase(alarms.map((a) => at(a, 'memberID')));
  reading.kinds.add('alarm-list');
  for (const item of alarms) {
    const alarm = ALARMS[scalarAt(item, 'alarm') ?? ''];
    if (item.complete && alarm !== undefined) addAlarm(reading, alarm, memberAt(item, base, 'memberID'), lineAt(item.start));
  }
}
