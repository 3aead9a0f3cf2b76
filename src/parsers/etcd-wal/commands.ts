import type { MemberId } from '../../model/ids.ts';
import type { RandomAccess } from '../contract.ts';
import { confChanges, hardState, raftEntry, walMetadata, walSnapshot } from './raft-records.ts';
import { decodeRequest, describeRequest } from './requests.ts';
import type { CrcChain, RecordType, WalDamage, WalRecord } from './segment.ts';
import { readSegment } from './segment.ts';

/** A segment to be read; `name` as it stands in the WAL directory. */
export interface WalFile {
  readonly name: string;
  readonly file: RandomAccess;
}

/** One row of `inquest wal dump`. */
export interface WalRow {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
  readonly type: RecordType | 'damage' | 'gap';
  readonly raftTerm: number | null;
  readonly raftIndex: number | null;
  /** in words; never a value */
  readonly text: string;
  /** the chain of checksums holds up to here */
  readonly sound: boolean;
  /** `gap`: segments are missing before this one */
  readonly damage: WalDamage['how'] | 'gap' | null;
}

/** One row of `inquest wal terms`. */
export interface WalTerm {
  readonly raftTerm: number;
  /** index of the empty entry its leader began with; null when the log has none */
  readonly firstIndex: number | null;
  readonly entries: number;
  readonly lastIndex: number | null;
  /** whom this member voted for */
  readonly vote: MemberId | null;
  readonly commitIndex: number | null;
  readonly file: string;
  readonly offset: number;
}

const SEGMENT = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal$/;

/** Segments in their order; a name that is none sorts behind. */
export function inSequence(files: readonly WalFile[]): readonly WalFile[] {
  const sequence = (f: WalFile): bigint => BigInt(`0x${SEGMENT.exec(f.name)?.[1] ?? 'ffffffffffffffff'}`);
  return [...files].sort((a, b) => (sequence(a) < sequence(b) ? -1 : sequence(a) > sequence(b) ? 1 : a.name < b.name ? -1 : 1));
}

interface Step {
  readonly file: string;
  readonly step: WalRecord | WalDamage | { readonly kind: 'gap'; readonly detail: string };
}

/** The records of all segments under one chain of checksums; a missing segment starts a new chain and is told. */
function* steps(files: readonly WalFile[]): Generator<Step, void, undefined> {
  const chain: CrcChain = { running: 0 };
  let before: bigint | null = null;
  for (const { name, file } of inSequence(files)) {
    const m = SEGMENT.exec(name);
    const sequence: bigint | null = m === null ? null : BigInt(`0x${m[1] ?? '0'}`);
    if (before !== null && (sequence === null || sequence !== before + 1n)) {
      chain.running = 0;
      yield { file: name, step: { kind: 'gap', detail: `segment ${(before + 1n).toString(16)} is missing before this one` } };
    }
    before = sequence;
    for (const step of readSegment(file, chain)) yield { file: name, step };
  }
}

/** `inquest wal dump DIR|FILE`. */
export function* dumpWal(files: readonly WalFile[]): Generator<WalRow, void, undefined> {
  for (const { file, step } of steps(files)) {
    const none = { file, raftTerm: null, raftIndex: null };
    if (step.kind === 'gap') yield { ...none, offset: 0, length: 0, type: 'gap', text: step.detail, sound: false, damage: 'gap' };
    else if (step.kind === 'damage') {
      yield { ...none, offset: step.offset, length: step.length, type: 'damage', text: step.detail, sound: false, damage: step.how };
    } else {
      const { offset, length, type, sound } = step;
      yield { file, offset, length, type, ...describeRecord(step), sound, damage: null };
    }
  }
}

type Described = Pick<WalRow, 'raftTerm' | 'raftIndex' | 'text'>;
const plain = (text: string): Described => ({ raftTerm: null, raftIndex: null, text });

/** A record in words. */
function describeRecord(record: WalRecord): Described {
  const { data } = record;
  if (record.type === 'crc') return plain(`chain goes on from ${record.crc.toString(16)}`);
  if (record.type === 'metadata') {
    const m = walMetadata(data);
    return plain(m === null ? 'does not decode' : `member ${m.member ?? '?'} of cluster ${m.cluster ?? '?'}`);
  }
  if (record.type === 'state') {
    const s = hardState(data);
    if (s === null) return plain('does not decode');
    return { raftTerm: s.raftTerm, raftIndex: null, text: `vote ${s.vote ?? 'none'}, commit ${s.commitIndex}` };
  }
  if (record.type === 'snapshot') {
    const s = walSnapshot(data);
    if (s === null) return plain('does not decode');
    const voters =
      s.confState === null
        ? ''
        : `, voters ${s.confState.voters.join(' ')}${s.confState.learners.length > 0 ? `, learners ${s.confState.learners.join(' ')}` : ''}`;
    return { raftTerm: s.raftTerm, raftIndex: s.raftIndex, text: `raft snapshot${voters}` };
  }
  const entry = raftEntry(data);
  if (entry === null) return plain('does not decode');
  const { raftTerm, raftIndex } = entry;
  if (entry.type !== 'normal') {
    const changes = confChanges(entry).map((c) => `${c.change} ${c.member}${c.name === null ? '' : ` (${c.name})`} ${c.peerUrls.join(',')}`.trim());
    return { raftTerm, raftIndex, text: changes.length === 0 ? 'configuration change that does not decode' : changes.join(', ') };
  }
  if (entry.data.length === 0) return { raftTerm, raftIndex, text: 'empty: a leader began its term' };
  const request = decodeRequest(entry.data);
  return { raftTerm, raftIndex, text: request === null ? 'no known request' : describeRequest(request) };
}

/** `inquest wal terms DIR|FILE`: who this member voted for and which terms had a leader. `onDamage` hears of each place that cannot be read. */
export function walTerms(files: readonly WalFile[], onDamage: (what: string) => void = () => undefined): readonly WalTerm[] {
  const terms = new Map<number, { -readonly [K in keyof WalTerm]: WalTerm[K] }>();
  const term = (raftTerm: number, file: string, offset: number): { -readonly [K in keyof WalTerm]: WalTerm[K] } => {
    const known = terms.get(raftTerm);
    if (known !== undefined) return known;
    const fresh = { raftTerm, firstIndex: null, entries: 0, lastIndex: null, vote: null, commitIndex: null, file, offset };
    terms.set(raftTerm, fresh);
    return fresh;
  };
  for (const { file, step } of steps(files)) {
    if (step.kind !== 'record') {
      onDamage(`${file}: ${step.detail}`);
      continue;
    }
    if (step.type === 'state') {
      const s = hardState(step.data);
      if (s === null) continue;
      const row = term(s.raftTerm, file, step.offset);
      row.vote = s.vote ?? row.vote;
      row.commitIndex = s.commitIndex;
    } else if (step.type === 'entry') {
      const e = raftEntry(step.data);
      if (e === null) continue;
      const row = term(e.raftTerm, file, step.offset);
      row.entries += 1;
      row.lastIndex = e.raftIndex;
      if (e.type === 'normal' && e.data.length === 0) row.firstIndex ??= e.raftIndex;
    }
  }
  return [...terms.values()].sort((a, b) => a.raftTerm - b.raftTerm);
}
