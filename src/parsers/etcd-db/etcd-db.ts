import { printable } from '../../model/text.ts';
import type { SourceId } from '../../model/ids.ts';
import type { BinaryParser, EntryContext, ParseSink, Place, RandomAccess } from '../contract.ts';
import { defineParser } from '../contract.ts';
import { together } from './commands.ts';
import type { DbContents, DbPlace } from './contents.ts';
import { compactRevisionOf, ContentsObserver, currentRevisionOf } from './contents.ts';
import { databaseOrigin, openDatabase } from './database.ts';
import type { Database } from './database.ts';
import { hashLadder, missingRevision } from './hash-ladder.ts';
import { LeaseObserver } from './lease-objects.ts';
import { looksLikeBbolt } from './meta.ts';
import { guessPageSize, isTreeLost, salvage } from './salvage.ts';
import { snapshotStatus } from './status.ts';
import type { SnapshotStatus } from './status.ts';
import { checkTrailer } from './trailer.ts';
import type { TrailerCheck } from './trailer.ts';
import { UsageObserver } from './usage.ts';
import type { Space, UsageRow } from './usage.ts';

const TOP = { bucket: 20, prefix: 12, resource: 20 } as const;
const SECOND_META = [1024, 2048, 4096, 8192, 16_384, 32_768];

/** A member's `db` or a file of `etcdctl snapshot save`. */
export const etcdDb: BinaryParser = defineParser({
  kind: 'binary',
  id: 'etcd-db',
  title: "etcd database (bbolt): a member's db, or a saved snapshot",
  accepts: (head) => looksLikeBbolt(head) || SECOND_META.some((at) => looksLikeBbolt(head, at)) || guessPageSize(head) !== null,
  parse,
});

interface Reading {
  readonly db: Database;
  readonly origin: 'data-dir' | 'snapshot';
  readonly sink: ParseSink;
  readonly source: SourceId;
  readonly path: string;
  readonly contents: DbContents;
  /** several things may be said of one place */
  readonly cites: Map<string, { readonly place: Place; text: string }>;
}

function parse(file: RandomAccess, sink: ParseSink, context: EntryContext): void {
  const db = openDatabase(file);
  const source = sink.source({ host: null, component: 'etcd' });
  const contents = new ContentsObserver();
  const usage = new UsageObserver();
  const leases = new LeaseObserver();
  const status = snapshotStatus(db, 'auto', together(contents, usage, leases));
  const trailer = checkTrailer(file);
  const origin = context.path.endsWith('member/snap/db') ? 'data-dir' : databaseOrigin(db);
  const reading: Reading = { db, origin, sink, source, path: context.path, contents: contents.contents, cites: new Map() };
  for (const problem of db.problems.list) sink.diagnostic(problem.code, problem.detail, { offset: problem.offset });
  const unlisted = db.problems.count - db.problems.list.length;
  if (unlisted > 0) sink.diagnostic('DB_PAGE_INVALID', 'further damaged pages', undefined, unlisted);
  for (const { detail, place } of contents.invalid) sink.diagnostic('DB_VALUE_INVALID', detail, placeOf(place));
  if (trailer.sha256 === 'mismatch') {
    sink.diagnostic('DB_CHECKSUM_MISMATCH', `SHA-256 at the end ${trailer.expected ?? ''}, of the content ${trailer.computed ?? ''}`, {
      offset: file.size - 32,
      length: 32,
    });
  }
  damaged(reading, trailer, context);
  // without its root tree nothing is known of what the file holds
  if (db.meta !== null && reading.contents.buckets.length > 0) {
    content(reading, status, trailer);
    membership(reading);
    spaceFacts(reading, usage.space(db.meta.pageSize, db.bytes));
    leaseFacts(reading, leases);
    // a hash over what is left of a damaged file would only look like a difference between members
    if (db.problems.count === 0 && trailer.sha256 !== 'mismatch') hashes(reading, status);
  }
  if (isTreeLost(db, reading.contents, status)) salvaged(reading);
  for (const { place, text } of reading.cites.values()) sink.cite(place, printable(text));
}

/** What leaf pages tell although nothing leads to them; marked as such wherever it is shown. */
function salvaged(reading: Reading): void {
  const { db, sink, source, path, origin } = reading;
  const found = salvage(db);
  if (found === null) return;
  const { revision, contents, leaves } = found;
  const { members, consistentIndex, raftTerm } = contents;
  const what = `its tree is lost; ${leaves} leaf pages found by their own headers tell of ${revision === null ? 'no revision' : `revision ${revision} at least`}`;
  const place = placeOf(found.place ?? { page: 0, offset: 0, length: 1 });
  sink.diagnostic('DB_PAGE_INVALID', `${what}, and of members: ${members.map(({ id, name }) => `${id} ${name ?? ''}`.trim()).join(', ') || 'none'}`, place);
  cite(reading, place, cited(found.place?.page ?? 0, `salvaged: ${what}`));
  sink.fact(
    'db.salvaged',
    { path, origin, leaves, revision, consistentIndex, raftTerm, members: members.length },
    { at: null, meaning: 'observed', source, place },
  );
  for (const member of members) {
    const { id, name, peerUrls, clientUrls, learner } = member;
    const where = placeOf(member.place);
    cite(reading, where, cited(member.place.page, `salvaged, may be out of date: ${id} name ${name ?? '(not published)'} peers ${peerUrls.join(',')}`));
    const data = { member: id, cluster: null, name, peerUrls, clientUrls, learner, started: name !== null };
    sink.fact('member.listed', data, { at: null, meaning: 'observed', source, place: where });
  }
}

function leaseFacts(reading: Reading, leases: LeaseObserver): void {
  const { sink, source } = reading;
  for (const lease of leases.leases()) {
    const place = placeOf(lease.place);
    cite(
      reading,
      place,
      cited(lease.place.page, `key ${lease.key}, revision ${lease.fact.resourceVersion ?? '?'}: Lease held by ${lease.fact.holder ?? 'nobody'}`),
    );
    sink.fact('k8s-lease.object', lease.fact, { at: lease.renewedAt, meaning: 'renewed', source, place });
  }
}

function cite(reading: Reading, place: Place, text: string): void {
  const key = `${place.offset}:${place.length}`;
  const known = reading.cites.get(key);
  if (known === undefined) reading.cites.set(key, { place, text });
  else if (!known.text.includes(text)) known.text += `; ${text}`;
}

const placeOf = (place: DbPlace): Place => ({ line: null, offset: place.offset, length: place.length });
const cited = (page: number, what: string): string => `page ${page}, ${what}`;

/** The meta page the file is read by. */
function metaPlace(db: Database): Place {
  return { line: null, offset: db.meta?.offset ?? 0, length: db.meta?.pageSize ?? 4096 };
}

function damaged(reading: Reading, trailer: TrailerCheck, context: EntryContext): void {
  const { db, sink, source, path, origin } = reading;
  // cut by the archive it came in, so nothing is known of the file itself
  if (context.size !== null && db.file.size < context.size) return;
  const first = db.problems.list[0];
  const reason =
    trailer.sha256 === 'mismatch'
      ? 'the SHA-256 at its end does not match its content'
      : db.truncated
        ? `it has ${db.file.size} of ${db.bytes} bytes`
        : db.meta === null
          ? 'neither meta page is readable'
          : first !== undefined && first.code !== 'DB_META_INVALID'
            ? first.detail
            : null;
  // a member's file copied while etcd wrote to it looks torn too: that stays a diagnostic
  if (reason === null || origin !== 'snapshot') return;
  const place: Place =
    trailer.sha256 === 'mismatch'
      ? { line: null, offset: db.file.size - 32, length: 32 }
      : { line: null, offset: Math.min(first?.offset ?? 0, Math.max(0, db.file.size - 1)), length: 1 };
  cite(reading, place, `database snapshot: ${reason}`);
  sink.fact('backup.damaged', { path, reason }, { at: null, meaning: 'observed', source, place });
}

function content(reading: Reading, status: SnapshotStatus, trailer: TrailerCheck): void {
  const { db, sink, source, path, origin, contents } = reading;
  const { meta } = db;
  if (meta === null) return;
  const compact = compactRevisionOf(contents);
  const revision = currentRevisionOf(contents, status.revision);
  const place = metaPlace(db);
  cite(
    reading,
    place,
    `meta page ${meta.page}: txid ${meta.txid}, ${meta.pgid} pages of ${meta.pageSize} bytes; revision ${revision}` +
      `${compact > 0 ? `, compacted at ${compact}` : ''}; hash ${status.hash}; SHA-256 ${trailer.sha256}`,
  );
  const [only] = contents.members;
  sink.fact(
    'db.content',
    {
      member: contents.members.length === 1 && only !== undefined ? only.id : null,
      origin,
      path,
      revision,
      compactRevision: compact > 0 ? compact : null,
      totalKeys: status.totalKey,
      dbSizeBytes: status.totalSize,
      dbSizeInUseBytes: Math.min(status.totalSize, status.sizeInUse),
      hash: status.hash,
      sha256: trailer.sha256,
      raftTerm: contents.raftTerm,
      consistentIndex: contents.consistentIndex,
      version: contents.storageVersion ?? contents.clusterVersion,
    },
    { at: null, meaning: 'observed', source, place },
  );
}

function membership(reading: Reading): void {
  const { sink, source, contents, origin } = reading;
  for (const member of contents.members) {
    const place = placeOf(member.place);
    cite(reading, place, cited(member.place.page, `bucket members: ${member.id} name ${member.name ?? '(not published)'} peers ${member.peerUrls.join(',')}`));
    const { id, name, peerUrls, clientUrls, learner } = member;
    sink.fact(
      'member.listed',
      { member: id, cluster: null, name, peerUrls, clientUrls, learner, started: name !== null },
      { at: null, meaning: 'observed', source, place },
    );
  }
  const [only] = contents.members;
  const { confState } = contents;
  if (contents.members.length === 1 && only !== undefined && confState !== null) {
    const place = placeOf(confState.place);
    cite(reading, place, cited(confState.place.page, `bucket meta, confState: voters ${confState.voters.join(' ')} learners ${confState.learners.join(' ')}`));
    sink.fact(
      'raft.configuration',
      { member: only.id, voters: confState.voters, learners: confState.learners },
      { at: null, meaning: 'observed', source, place },
    );
  }
  // an alarm in a backup says nothing about today
  if (origin !== 'data-dir') return;
  for (const { alarm, member, place } of contents.alarms) {
    cite(reading, placeOf(place), cited(place.page, `bucket alarm: ${alarm} of ${member ?? 'unknown member'}`));
    sink.fact('alarm.listed', { alarm, member }, { at: null, meaning: 'observed', source, place: placeOf(place) });
  }
}

function spaceFacts(reading: Reading, space: Space): void {
  const { sink, source, path } = reading;
  for (const by of ['bucket', 'prefix', 'resource'] as const) {
    for (const row of space.rows.filter((r) => r.by === by && r.bytes > 0).slice(0, TOP[by])) {
      const place = placeOf(row.largest);
      cite(reading, place, cited(row.largest.page, `largest entry of ${describe(row)}`));
      const { name, keys, revisions, bytes, deadBytes } = row;
      sink.fact('db.usage', { path, by, name, keys, revisions, bytes, deadBytes }, { at: null, meaning: 'observed', source, place });
    }
  }
}

function describe(row: UsageRow): string {
  return `${row.by} ${row.name}: ${row.keys} keys, ${row.revisions} revisions, ${row.bytes} bytes, of these ${row.deadBytes} dead`;
}

function hashes(reading: Reading, status: SnapshotStatus): void {
  const { db, sink, source, path, contents } = reading;
  const place = metaPlace(db);
  const current = currentRevisionOf(contents, status.revision);
  const missing = missingRevision(db, compactRevisionOf(contents));
  if (missing !== null) {
    sink.diagnostic(
      'DB_VALUE_INVALID',
      `revision ${missing} is missing: the file was copied while etcd wrote to it, or is damaged; it is not compared with others`,
      place,
    );
    return;
  }
  for (const { hash, revision, compactRevision } of hashLadder(db, current, compactRevisionOf(contents))) {
    sink.fact('db.hashkv', { path, revision, compactRevision, hash }, { at: null, meaning: 'observed', source, place });
  }
}
