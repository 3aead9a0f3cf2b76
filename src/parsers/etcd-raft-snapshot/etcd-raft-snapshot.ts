import type { MemberId } from '../../model/ids.ts';
import { memberIdFromHex } from '../../model/ids.ts';
import { printable } from '../../model/text.ts';
import type { BinaryParser, EntryContext, ParseSink, Place, RandomAccess } from '../contract.ts';
import { defineParser } from '../contract.ts';
import type { RaftSnapshot } from './raft-snapshot.ts';
import { looksLikeRaftSnapshot, readRaftSnapshot } from './raft-snapshot.ts';
import type { StoreMember } from './v2-store.ts';

const NAME = /(?:^|\/)[0-9a-f]{16}-[0-9a-f]{16}\.snap(?:\.broken)?$/;
const MAX_BYTES = 64 << 20;

/** A `.snap` file: where a member's log begins, and in 3.4 and 3.5 the membership as the v2 store had it. */
export const etcdRaftSnapshot: BinaryParser = defineParser({
  kind: 'binary',
  id: 'etcd-raft-snapshot',
  title: 'etcd raft snapshot (.snap)',
  accepts: (head, context) => looksLikeRaftSnapshot(head, context.size) || (NAME.test(context.path) && isBinary(head)),
  parse,
});

/** Cut off, or with its first bytes broken: then only its name says what it was. */
function isBinary(head: Uint8Array): boolean {
  return head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte > 0x7e);
}

function parse(file: RandomAccess, sink: ParseSink, context: EntryContext): void {
  const source = sink.source({ host: null, component: 'etcd' });
  const snapshot = readRaftSnapshot(file.read(0, Math.min(file.size, MAX_BYTES)));
  const whole: Place = { line: null, offset: 0, length: Math.min(file.size, MAX_BYTES) };
  if (snapshot.problem !== null) {
    sink.diagnostic('RAFT_SNAPSHOT_INVALID', snapshot.problem, whole);
    sink.cite(whole, printable(`raft snapshot: ${snapshot.problem}`));
    sink.fact('raft-snapshot.damaged', { reason: snapshot.problem, path: context.path }, { at: null, meaning: 'observed', source, place: whole });
    return;
  }
  for (const member of snapshot.members) {
    const place: Place = { line: null, offset: member.offset, length: member.length };
    sink.cite(place, printable(describe(snapshot, member)));
    const { name, peerUrls, clientUrls, learner } = member;
    sink.fact(
      'member.listed',
      { member: member.id, cluster: null, name, peerUrls, clientUrls, learner, started: name !== null },
      { at: null, meaning: 'observed', source, place },
    );
  }
  const known = new Set<MemberId>(snapshot.members.map((m) => m.id));
  for (const id of [...snapshot.voters, ...snapshot.learners]) {
    if (known.has(id) || memberIdFromHex(id) === null) continue;
    const learner = snapshot.learners.includes(id);
    sink.cite(whole, printable(`raft snapshot at index ${snapshot.raftIndex}, term ${snapshot.raftTerm}: ConfState voters ${snapshot.voters.join(' ')}`));
    sink.fact(
      'member.listed',
      { member: id, cluster: null, name: null, peerUrls: [], clientUrls: [], learner, started: false },
      { at: null, meaning: 'observed', source, place: whole },
    );
  }
}

function describe(snapshot: RaftSnapshot, member: StoreMember): string {
  return `raft snapshot at index ${snapshot.raftIndex}, term ${snapshot.raftTerm}: member ${member.id} name ${member.name ?? '(not published)'} peers ${member.peerUrls.join(',')}`;
}
