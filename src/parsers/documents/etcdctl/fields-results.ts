import { clusterIdFromDecimal, memberIdFromDecimal, memberIdFromHex } from '../../../model/ids.ts';
import type { MemberId } from '../../../model/ids.ts';
import { integer } from '../numbers.ts';
import { snapshotPathOf } from './commands.ts';
import type { Reading, TextLine } from './reading.ts';
import { addAlarm } from './reading.ts';
import { addHash, addHealth, addMember, addSnapshotStatus, addStatus } from './status-facts.ts';

const FIELD = /^"(\w+)" : ?(.*)$/;

export function isFieldLine(text: string): boolean {
  return FIELD.test(text);
}

interface Field {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

/**
 * A run of `-w fields` lines; returns the index after it. Records end at a blank line; status repeats `RaftTerm`, the
 * last one being the status'. Upstream: etcdctl `ctlv3/command/printer_fields.go`.
 */
export function readFields(reading: Reading, lines: readonly TextLine[], start: number): number {
  let i = start;
  let record: Field[] = [];
  let cluster: string | null = null;
  const flush = (): void => {
    cluster = value(record, 'ClusterID') ?? cluster;
    if (record.length > 0) readRecord(reading, record, cluster);
    record = [];
  };
  for (; i < lines.length; i += 1) {
    const text = lines[i]?.text ?? '';
    const m = FIELD.exec(text);
    if (m === null && text.trim() !== '') break;
    if (m === null) flush();
    else {
      // the header of a member list has no blank line after it
      if (m[1] === 'ID' || m[1] === 'AlarmMember') flush();
      record.push({ key: m[1] ?? '', value: unquote(m[2] ?? ''), line: lines[i]?.line ?? 0 });
      reading.known += 1;
    }
  }
  flush();
  return i;
}

function unquote(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('"') && trimmed.endsWith('"') && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed;
}

function value(record: readonly Field[], key: string): string | null {
  return record.findLast((field) => field.key === key)?.value ?? null;
}

function values(record: readonly Field[], key: string): readonly string[] {
  return record.filter((field) => field.key === key).map((field) => field.value);
}

function idOf(text: string | null): MemberId | null {
  if (text === null) return null;
  return /^\d+$/.test(text) ? memberIdFromDecimal(text) : memberIdFromHex(text);
}

function readRecord(reading: Reading, record: readonly Field[], clusterText: string | null): void {
  const line = record[0]?.line ?? 0;
  const cluster = clusterText === null ? null : clusterIdFromDecimal(clusterText);
  const number = (key: string): number | null => integer(value(record, key));
  const alarm = value(record, 'Alarm') ?? value(record, 'AlarmType');
  if (value(record, 'DBSize') !== null) {
    const member = idOf(value(record, 'MemberID'));
    const leader = idOf(value(record, 'Leader'));
    if (member === null) return;
    const errors = value(record, 'Errors') ?? '';
    addStatus(
      reading,
      {
        endpoint: value(record, 'Endpoint') ?? '',
        member,
        cluster,
        version: value(record, 'Version'),
        dbSizeBytes: number('DBSize'),
        dbSizeInUseBytes: number('DBSizeInUse'),
        quotaBytes: number('DBSizeQuota') || null,
        leader,
        learner: value(record, 'IsLearner') === 'true',
        raftTerm: number('RaftTerm') ?? 0,
        raftIndex: number('RaftIndex'),
        appliedIndex: number('RaftAppliedIndex'),
        revision: number('Revision'),
        errors: errorsOf(errors),
        isLeader: member === leader,
      },
      line,
    );
  } else if (value(record, 'Health') !== null) {
    addHealth(
      reading,
      { endpoint: value(record, 'Endpoint') ?? '', healthy: value(record, 'Health') === 'true', took: value(record, 'Took'), error: value(record, 'Error') },
      line,
    );
  } else if (value(record, 'ID') !== null && value(record, 'Name') !== null) {
    const member = idOf(value(record, 'ID'));
    const name = value(record, 'Name') ?? '';
    if (member !== null) {
      addMember(
        reading,
        {
          member,
          cluster,
          name: name === '' ? null : name,
          peerUrls: values(record, 'PeerURL'),
          clientUrls: values(record, 'ClientURL'),
          learner: value(record, 'IsLearner') === 'true',
          started: name !== '',
        },
        line,
      );
    }
  } else if (value(record, 'Keys') !== null && value(record, 'Size') !== null) {
    addSnapshotStatus(
      reading,
      { path: snapshotPathOf(reading.command), hash: number('Hash'), revision: number('Revision'), totalKeys: number('Keys'), sizeBytes: number('Size') },
      line,
    );
  } else if (value(record, 'Hash') !== null && value(record, 'Endpoint') !== null) {
    const hash = number('Hash');
    if (hash !== null)
      addHash(
        reading,
        {
          endpoint: value(record, 'Endpoint') ?? '',
          member: idOf(value(record, 'MemberID')),
          hash,
          revision: number('Revision'),
          compactRevision: number('CompactRevision'),
          atRevision: number('HashRevision'),
        },
        line,
      );
  } else if (alarm !== null) {
    reading.kinds.add('alarm-list');
    if (alarm === 'NOSPACE' || alarm === 'CORRUPT') addAlarm(reading, alarm, idOf(value(record, 'MemberID') ?? value(record, 'AlarmMember')), line);
  } else reading.kinds.add('text');
}

/** Go's `%v` of a string list: `[]`, `[etcdserver: no leader]`, alarms one after the other. */
function errorsOf(text: string): readonly string[] {
  const inner = text.replace(/^\[|\]$/g, '').trim();
  if (inner === '') return [];
  const alarms = inner.match(/memberID:\d+ alarm:[A-Z]+/g);
  return alarms ?? [inner.replace(/^"|"$/g, '')];
}
