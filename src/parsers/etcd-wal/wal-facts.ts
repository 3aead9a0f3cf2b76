import type { FactMap, FactType } from '../../model/fact.ts';
import type { ClusterId, MemberId, SourceId } from '../../model/ids.ts';
import { cut, printable } from '../../model/text.ts';
import type { EpochMicros, TimeMeaning } from '../../model/time.ts';
import { formatRfc3339 } from '../../model/time.ts';
import type { ParseSink, Place } from '../contract.ts';
import { Committed } from './committed.ts';
import { LeaseTrack } from './lease-track.ts';
import { MemberBook } from './member-book.ts';
import type { ConfChange, HardState, RaftEntry, WalSnapshot } from './raft-records.ts';
import { confChanges, hardState, raftEntry, walMetadata, walSnapshot } from './raft-records.ts';
import type { WalRequest } from './requests.ts';
import { decodeRequest } from './requests.ts';
import type { WalRecord } from './segment.ts';

const NO_TIME: { readonly at: EpochMicros | null; readonly meaning: TimeMeaning } = { at: null, meaning: 'observed' };
const MAX_TEXT = 400;

/** Turns the records of one segment into facts. A segment has no clock: only Lease renewals carry times. */
export class WalFacts {
  readonly #sink: ParseSink;
  readonly #source: SourceId;
  readonly #committed = new Committed();
  readonly #book = new MemberBook<Place>();
  readonly #leases: LeaseTrack<Place>;
  #member: MemberId | null = null;
  #cluster: ClusterId | null = null;
  #metadata: Place | null = null;
  #told: HardState | null = null;
  #last: { readonly state: HardState; readonly place: Place } | null = null;
  #voters = '';
  #entries = 0;
  #bootstrap = 0;
  #forcedAt = -1;
  #undecoded = 0;
  #sound = true;

  constructor(sink: ParseSink, source: SourceId) {
    this.#sink = sink;
    this.#source = source;
    this.#leases = new LeaseTrack((key, fact, place) => {
      const renewed = fact.renewedAt;
      this.#fact(
        'k8s-lease.object',
        fact,
        place,
        `Lease ${key} held by ${fact.holder ?? 'nobody'}, renewed ${renewed === null ? 'never' : formatRfc3339(renewed)}`,
        { at: renewed, meaning: 'renewed' },
      );
    });
  }

  get undecoded(): number {
    return this.#undecoded;
  }

  get replaced(): number {
    return this.#committed.replaced;
  }

  record(record: WalRecord): void {
    this.#sound = record.sound;
    const place: Place = { line: null, offset: record.offset, length: record.length };
    if (record.type === 'entry') this.#entry(this.#decoded(raftEntry(record.data)), place);
    else if (record.type === 'state') this.#state(this.#decoded(hardState(record.data)), place);
    else if (record.type === 'snapshot') this.#snapshot(this.#decoded(walSnapshot(record.data)), place);
    else if (record.type === 'metadata') {
      const metadata = this.#decoded(walMetadata(record.data));
      this.#member = metadata?.member ?? this.#member;
      this.#cluster = metadata?.cluster ?? this.#cluster;
      this.#metadata ??= place;
    }
  }

  finish(): void {
    if (this.#last !== null && this.#last.state !== this.#told) this.#tellState(this.#last.state, this.#last.place);
    this.#leases.finish();
    for (const m of this.#book.list()) {
      const { id, name, peerUrls, clientUrls, learner } = m;
      this.#fact(
        'member.listed',
        { member: id, cluster: this.#cluster, name, peerUrls, clientUrls, learner, started: name !== null },
        m.where,
        `member ${id} name ${name ?? '(not published)'} peers ${peerUrls.join(',')}`,
      );
    }
    if (this.#member === null || this.#metadata === null) return;
    const own = this.#book.get(this.#member);
    const data = {
      member: this.#member,
      cluster: this.#cluster,
      name: own?.name ?? null,
      version: null,
      peerUrls: own?.peerUrls ?? [],
      clientUrls: own?.clientUrls ?? [],
    };
    this.#fact('etcd.identified', data, this.#metadata, `metadata: member ${this.#member} of cluster ${this.#cluster ?? '?'}`);
  }

  #decoded<T>(value: T | null): T | null {
    // what the checksum already refused is told by that
    if (value === null && this.#sound) this.#undecoded += 1;
    return value;
  }

  #fact<Type extends FactType>(
    type: Type,
    data: FactMap[Type],
    place: Place,
    text: string,
    time: { readonly at: EpochMicros | null; readonly meaning: TimeMeaning } = NO_TIME,
  ): void {
    this.#sink.cite(place, cut(printable(`WAL record at ${place.offset}: ${text}`), MAX_TEXT));
    this.#sink.fact(type, data, { ...time, source: this.#source, place });
  }

  /** The nearest clock: the last Lease renewal before this record. */
  #near(): string {
    const newest = this.#leases.newest;
    const at = newest?.fact.renewedAt ?? null;
    return newest === null || at === null ? '' : `; after ${newest.key} was renewed at ${formatRfc3339(at)}`;
  }

  #state(state: HardState | null, place: Place): void {
    if (state === null) return;
    this.#committed.commit(state.commitIndex);
    this.#last = { state, place };
    if (this.#told === null || this.#told.raftTerm !== state.raftTerm || this.#told.vote !== state.vote) this.#tellState(state, place);
  }

  #tellState(state: HardState, place: Place): void {
    this.#told = state;
    if (this.#member === null) return;
    const { raftTerm, vote, commitIndex } = state;
    this.#fact(
      'raft.state',
      { member: this.#member, raftTerm, vote, commitIndex },
      place,
      `HardState term ${raftTerm}, vote ${vote ?? 'none'}, commit ${commitIndex}${this.#near()}`,
    );
  }

  #snapshot(snapshot: WalSnapshot | null, place: Place): void {
    if (snapshot === null) return;
    const { raftIndex, raftTerm, confState } = snapshot;
    // `snapshot restore` writes the members' additions and right behind them a snapshot of exactly these entries
    if (raftTerm === 1 && raftIndex > 0 && raftIndex === this.#entries && raftIndex === this.#bootstrap) {
      this.#fact(
        'restore.finished',
        { path: null },
        place,
        `snapshot record at term 1, index ${raftIndex}, right behind the bootstrap entries: the data directory was restored`,
      );
    }
    if (confState === null || confState.voters.length === 0 || this.#member === null) return;
    const seen = `${confState.voters.join()}|${confState.learners.join()}`;
    if (seen === this.#voters) return;
    this.#voters = seen;
    this.#fact(
      'raft.configuration',
      { member: this.#member, ...confState },
      place,
      `snapshot at index ${raftIndex}, term ${raftTerm}: voters ${confState.voters.join(' ')}, learners ${confState.learners.join(' ')}`,
    );
  }

  #entry(entry: RaftEntry | null, place: Place): void {
    if (entry === null) return;
    this.#entries += 1;
    const { raftTerm, raftIndex } = entry;
    if (entry.type !== 'normal') {
      const changes = confChanges(entry);
      if (raftTerm === 1 && changes.every((c) => c.change === 'add' && c.id === 0n)) this.#bootstrap += 1;
      this.#committed.append(raftIndex, () => changes.forEach((c) => this.#confChange(c, entry, place)));
      return;
    }
    if (entry.data.length === 0) {
      this.#committed.append(raftIndex, null);
      if (this.#member !== null)
        this.#fact(
          'raft.term-began',
          { member: this.#member, raftTerm, raftIndex },
          place,
          `empty entry: a leader began term ${raftTerm} at index ${raftIndex}${this.#near()}`,
        );
      return;
    }
    const request = this.#decoded(decodeRequest(entry.data));
    this.#committed.append(raftIndex, request === null || !tells(request) ? null : () => this.#request(request, entry, place));
  }

  #confChange(c: ConfChange, entry: RaftEntry, place: Place): void {
    this.#book.change(c, place);
    // the first members' additions at bootstrap are how every log begins, not changes
    if (this.#member === null || (entry.raftTerm === 1 && c.id === 0n && c.change === 'add')) return;
    const forced = c.id === 0n && c.change === 'remove';
    const text = `entry ${entry.raftIndex}, term ${entry.raftTerm}: ${c.change} ${c.member} ${c.name ?? ''}${forced ? ' (no request id: --force-new-cluster)' : ''}${this.#near()}`;
    this.#fact('raft.configuration-changed', { member: this.#member, change: c.change, subject: c.member }, place, text);
    // one restart removes every other member, entry by entry
    if (forced && entry.raftIndex !== this.#forcedAt + 1)
      this.#fact('etcd.restarted-from-wal', { member: this.#member, cluster: this.#cluster, commitIndex: entry.raftIndex, forced: true }, place, text);
    if (forced) this.#forcedAt = entry.raftIndex;
  }

  #request(request: WalRequest, entry: RaftEntry, place: Place): void {
    const where = `entry ${entry.raftIndex}, term ${entry.raftTerm}`;
    if (request.kind === 'alarm' && request.alarm !== null && request.action !== 'get') {
      const { alarm, member } = request;
      const text = `${where}: alarm ${alarm} ${request.action}d for ${member ?? 'every member'}${this.#near()}`;
      this.#fact(request.action === 'activate' ? 'alarm.raised' : 'alarm.disarmed', { alarm, member, raftIndex: entry.raftIndex }, place, text);
    } else if (request.kind === 'compaction') {
      const data = { revision: request.revision, took: null, dbSizeBytes: null, dbSizeInUseBytes: null };
      this.#fact('db.compaction-finished', data, place, `${where}: compaction at revision ${request.revision}${this.#near()}`);
    } else if (request.kind === 'member-attributes' && request.member !== null) this.#book.publish(request.member, request.name, request.clientUrls, place);
    else this.#leases.apply(request, place);
  }
}

/** Whether a request can become a fact; the others need not wait for their commit. */
function tells(request: WalRequest): boolean {
  return request.kind !== 'range' && request.kind !== 'lease-grant' && request.kind !== 'other' && request.kind !== 'v2';
}
