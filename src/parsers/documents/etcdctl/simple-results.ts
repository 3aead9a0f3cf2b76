import { memberIdFromHex } from '../../../model/ids.ts';
import { humanBytes, integer } from '../numbers.ts';
import { snapshotPathOf } from './commands.ts';
import type { Reading, TextLine } from './reading.ts';
import { addAlarmText, addHash, addHealth, addMember, addSnapshotStatus, addStatus } from './status-facts.ts';
import { splitErrors, urls } from './table-results.ts';

const HEALTH = /^(\S+) is (healthy|unhealthy): (.*)$/;
const MEMBER = /^\s*([0-9a-f]{1,16}), (started|unstarted), /;
/** etcdctl with the v2 API, up to 3.3 the default (`etcdctl/ctlv2/command/member_commands.go`) */
const V2_MEMBER = /^([0-9a-f]{1,16})(\[unstarted\])?:(?: name=(\S*))? peerURLs=(\S*)(?: clientURLs=(\S*) isLeader=(?:true|false))?$/;
const V2_HEALTH = /^member [0-9a-f]{1,16} is healthy: got healthy result from (\S+)$|^failed to check the health of member [0-9a-f]{1,16} on (\S+): (.*)$/;
const STATUS = /^(\S+), ([0-9a-f]{1,16}), (\d+\.\d+\.\d+\S*|), (.*)$/;
const HASH = /^([a-z]+:\/\/\S+|[\w.-]+:\d+), (\d{1,10})(?:, (-?\d+))?$/;
const SNAPSHOT = /^([0-9a-f]{1,8}), (\d+), (\d+), (\d+(?:\.\d+)? ?[kMGT]?i?B)(?:, (\S*))?$/;

/** A line of etcdctl's default output; false when it is none. Upstream: `ctlv3/command/printer_simple.go`. */
export function readSimpleLine(reading: Reading, { text, line }: TextLine): boolean {
  const health = HEALTH.exec(text);
  if (health !== null) {
    const detail = health[3] ?? '';
    const healthy = health[2] === 'healthy';
    const took = /took = (\S+)/.exec(detail)?.[1] ?? null;
    addHealth(
      reading,
      { endpoint: health[1] ?? '', healthy, took, error: healthy ? null : detail.replace(/^failed to (?:commit proposal|connect): /, '') },
      line,
    );
    return true;
  }
  if (/^(?:memberID|alarm):/.test(text) && addAlarmText(reading, text, line)) {
    reading.kinds.add('alarm-list');
    return true;
  }
  return (
    memberLine(reading, text, line) ||
    v2Line(reading, text, line) ||
    statusLine(reading, text, line) ||
    hashLine(reading, text, line) ||
    snapshotLine(reading, text, line)
  );
}

function v2Line(reading: Reading, text: string, line: number): boolean {
  const m = V2_MEMBER.exec(text);
  const member = m === null ? null : memberIdFromHex(m[1] ?? '');
  if (m !== null && member !== null) {
    const peerUrls = urls(m[4] ?? '');
    addMember(
      reading,
      { member, cluster: null, name: m[3] || null, peerUrls, clientUrls: urls(m[5] ?? ''), learner: false, started: m[2] === undefined },
      line,
    );
    return true;
  }
  const health = V2_HEALTH.exec(text);
  if (health === null) return /^cluster is (?:healthy|degraded|unavailable|unhealthy)$|^member [0-9a-f]{1,16} is (?:unreachable|unhealthy): /.test(text);
  const [, well, ill, error] = health;
  addHealth(reading, { endpoint: well ?? ill ?? '', healthy: well !== undefined, took: null, error: error ?? null }, line);
  return true;
}

function memberLine(reading: Reading, text: string, line: number): boolean {
  if (!MEMBER.test(text)) return false;
  const parts = text.trim().split(', ');
  const member = memberIdFromHex(parts[0] ?? '');
  if (member === null) return false;
  const name = parts[2] ?? '';
  addMember(
    reading,
    {
      member,
      cluster: null,
      name: name === '' ? null : name,
      peerUrls: urls(parts[3] ?? ''),
      clientUrls: urls(parts[4] ?? ''),
      learner: parts[5] === 'true',
      started: parts[1] === 'started',
    },
    line,
  );
  return true;
}

function statusLine(reading: Reading, text: string, line: number): boolean {
  const m = STATUS.exec(text);
  if (m === null) return false;
  const member = memberIdFromHex(m[2] ?? '');
  const parts = (m[4] ?? '').split(', ');
  const flag = parts.findIndex((part) => part === 'true' || part === 'false');
  const sizes = parts.slice(0, flag).map(humanBytes);
  if (member === null || flag < 1) return false;
  // 3.3 has no learner column; 3.6 has storage version, in use, percentage and quota before the flags
  const learner = parts[flag + 1] === 'true' || parts[flag + 1] === 'false';
  const numbers = parts.slice(flag + (learner ? 2 : 1));
  const raftTerm = integer(numbers[0]);
  if (raftTerm === null) return false;
  const wide = flag >= 4;
  const errors = numbers.slice(3, wide ? -2 : undefined).join(', ');
  const isLeader = parts[flag] === 'true';
  addStatus(
    reading,
    {
      endpoint: m[1] ?? '',
      member,
      cluster: null,
      version: m[3] === '' ? null : (m[3] ?? null),
      dbSizeBytes: wide ? (sizes[1] ?? null) : (sizes[0] ?? null),
      dbSizeInUseBytes: wide ? (sizes[2] ?? null) : null,
      quotaBytes: wide ? sizes[4] || null : null,
      leader: isLeader ? member : null,
      learner: learner && parts[flag + 1] === 'true',
      raftTerm,
      raftIndex: integer(numbers[1]),
      appliedIndex: integer(numbers[2]),
      revision: null,
      errors: splitErrors(errors),
      isLeader,
    },
    line,
  );
  return true;
}

function hashLine(reading: Reading, text: string, line: number): boolean {
  const m = HASH.exec(text);
  const hash = integer(m?.[2]);
  if (m === null || hash === null) return false;
  addHash(reading, { endpoint: m[1] ?? '', member: null, hash, revision: null, compactRevision: null, atRevision: integer(m[3]) }, line);
  return true;
}

function snapshotLine(reading: Reading, text: string, line: number): boolean {
  const m = SNAPSHOT.exec(text.trim());
  if (m === null) return false;
  addSnapshotStatus(
    reading,
    {
      path: snapshotPathOf(reading.command),
      hash: Number.parseInt(m[1] ?? '', 16),
      revision: integer(m[2]),
      totalKeys: integer(m[3]),
      sizeBytes: humanBytes(m[4] ?? ''),
    },
    line,
  );
  return true;
}
