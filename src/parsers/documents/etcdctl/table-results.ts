import { memberIdFromHex } from '../../../model/ids.ts';
import type { MemberId } from '../../../model/ids.ts';
import { humanBytes, integer } from '../numbers.ts';
import { snapshotPathOf } from './commands.ts';
import { nowOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { addHash, addHealth, addMember, addSnapshotStatus, addStatus } from './status-facts.ts';
import type { Table, TableRow } from './table.ts';

/** Facts of an etcdctl table, by header name: 3.3 to 3.6 differ in columns. False when its headers are unknown. */
export function readTableResult(reading: Reading, table: Table): boolean {
  const has = (name: string): boolean => table.headers.includes(name);
  if (has('ENDPOINT') && has('RAFT TERM')) {
    reading.kinds.add('endpoint-status');
    const leaders = leadersByTerm(table);
    for (const row of table.rows) statusRow(reading, row, leaders);
  } else if (has('ENDPOINT') && has('HEALTH')) {
    reading.kinds.add('endpoint-health');
    for (const row of table.rows) {
      addHealth(
        reading,
        { endpoint: cell(row, 'ENDPOINT'), healthy: cell(row, 'HEALTH') === 'true', took: cell(row, 'TOOK'), error: cell(row, 'ERROR') },
        row.line,
      );
    }
  } else if (has('ENDPOINT') && has('HASH')) {
    reading.kinds.add('endpoint-hashkv');
    for (const row of table.rows) {
      const hash = integer(cell(row, 'HASH'));
      if (hash !== null)
        addHash(
          reading,
          { endpoint: cell(row, 'ENDPOINT'), member: null, hash, revision: null, compactRevision: null, atRevision: integer(cell(row, 'HASH REVISION')) },
          row.line,
        );
    }
  } else if (has('PEER ADDRS')) {
    reading.kinds.add('member-list');
    for (const row of table.rows) memberRow(reading, row);
  } else if (has('HASH') && has('TOTAL KEYS')) {
    reading.kinds.add('snapshot-status');
    for (const row of table.rows) {
      const hash = /^[0-9a-f]{1,8}$/.test(cell(row, 'HASH')) ? Number.parseInt(cell(row, 'HASH'), 16) : null;
      addSnapshotStatus(
        reading,
        {
          path: snapshotPathOf(reading.command),
          hash,
          revision: integer(cell(row, 'REVISION')),
          totalKeys: integer(cell(row, 'TOTAL KEYS')),
          sizeBytes: humanBytes(cell(row, 'TOTAL SIZE')),
        },
        row.line,
      );
    }
  } else if (has('HASH') && has('COMPACT REVISION')) {
    reading.kinds.add('text');
    for (const row of table.rows) hashOfFile(reading, row);
  } else return false;
  return true;
}

function cell(row: TableRow, name: string): string {
  return row.cells.get(name) ?? '';
}

/** A raft term has one leader at most: the row that claims to lead names it for the others of its term. */
function leadersByTerm(table: Table): ReadonlyMap<number, MemberId> {
  const leaders = new Map<number, MemberId>();
  const claimed = new Set<number>();
  for (const row of table.rows) {
    const member = memberIdFromHex(cell(row, 'ID'));
    const raftTerm = integer(cell(row, 'RAFT TERM'));
    if (cell(row, 'IS LEADER') !== 'true' || member === null || raftTerm === null) continue;
    // two that claim one term contradict each other: neither is believed for a third
    if (claimed.has(raftTerm)) leaders.delete(raftTerm);
    else leaders.set(raftTerm, member);
    claimed.add(raftTerm);
  }
  return leaders;
}

function statusRow(reading: Reading, row: TableRow, leaders: ReadonlyMap<number, MemberId>): void {
  const member = memberIdFromHex(cell(row, 'ID'));
  const raftTerm = integer(cell(row, 'RAFT TERM'));
  if (member === null || raftTerm === null) {
    reading.problems.push({ line: row.line, detail: 'a row of the status table has no member id or raft term' });
    return;
  }
  const isLeader = cell(row, 'IS LEADER') === 'true';
  const errors = splitErrors(cell(row, 'ERRORS'));
  const leaderless = errors.some((error) => error.includes('no leader'));
  addStatus(
    reading,
    {
      endpoint: cell(row, 'ENDPOINT').replaceAll(' ', ''),
      member,
      cluster: null,
      version: cell(row, 'VERSION') || null,
      dbSizeBytes: humanBytes(cell(row, 'DB SIZE')),
      dbSizeInUseBytes: humanBytes(cell(row, 'IN USE')),
      quotaBytes: humanBytes(cell(row, 'QUOTA')) || null,
      leader: isLeader ? member : leaderless ? null : (leaders.get(raftTerm) ?? null),
      learner: cell(row, 'IS LEARNER') === 'true',
      raftTerm,
      raftIndex: integer(cell(row, 'RAFT INDEX')),
      appliedIndex: integer(cell(row, 'RAFT APPLIED INDEX')),
      revision: null,
      errors,
      isLeader,
    },
    row.line,
  );
}

/** Errors in tables and simple lines are joined by a comma; a wrapped alarm keeps its two words. */
export function splitErrors(text: string): readonly string[] {
  return text
    .split(/,(?=\s|$)/)
    .map((error) => error.replace(/\s+/g, ' ').trim())
    .filter((error) => error !== '');
}

function memberRow(reading: Reading, row: TableRow): void {
  const member = memberIdFromHex(cell(row, 'ID'));
  if (member === null) return;
  const name = cell(row, 'NAME');
  addMember(
    reading,
    {
      member,
      cluster: null,
      name: name === '' ? null : name,
      peerUrls: urls(cell(row, 'PEER ADDRS')),
      clientUrls: urls(cell(row, 'CLIENT ADDRS')),
      learner: cell(row, 'IS LEARNER') === 'true',
      started: cell(row, 'STATUS') === 'started',
    },
    row.line,
  );
}

export function urls(text: string): readonly string[] {
  return text.split(/[,\s]+/).filter((url) => url !== '');
}

function hashOfFile(reading: Reading, row: TableRow): void {
  const hash = integer(cell(row, 'HASH'));
  const revision = integer(cell(row, 'HASH REVISION'));
  if (hash === null || revision === null) return;
  const when = nowOf(reading);
  const data = { path: snapshotPathOf(reading.command) ?? '', hash, revision, compactRevision: integer(cell(row, 'COMPACT REVISION')) ?? 0 };
  reading.drafts.push((emitter) => emitter.fact('db.hashkv', data, row.line, when));
}
