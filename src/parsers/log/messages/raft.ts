import { memberIdFromDecimal, memberIdFromHex } from '../../../model/ids.ts';
import type { MemberId } from '../../../model/ids.ts';
import type { RaftRole } from '../../../model/facts/raft.ts';
import { SECOND } from '../../../model/time.ts';
import type { Message, MessageRule } from '../message.ts';
import { defineMessages } from '../message.ts';

/**
 * The raft library's sentences: the same text in etcd 3.3 to 3.6, whatever the log format around them.
 * Upstream: `raft/raft.go`, `raft/node.go` (3.4, 3.5); etcd-io/raft `raft.go`, `node.go` (3.6).
 * In every pattern group 1 is the member that wrote the line.
 */
const ID = '([0-9a-f]{1,16})';
const VOTE = '(MsgVote|MsgPreVote)';
const term = (m: Message, group: number): number => Number(m.str('', group));
const hex = (m: Message, group: number): MemberId | null => m.id('', group);

/** A member that cannot reach a quorum asks again and again in the same words. */
const REPEATED = { every: 2 * SECOND };

const ROLES: Readonly<Record<string, RaftRole>> = { follower: 'follower', 'pre-candidate': 'pre-candidate', candidate: 'candidate', leader: 'leader' };

function decimals(text: string): readonly MemberId[] {
  return [...text.matchAll(/\d+/g)].map((m) => memberIdFromDecimal(m[0])).filter((id): id is MemberId => id !== null);
}

function vote(outcome: 'granted' | 'rejected' | 'ignored-lease'): NonNullable<MessageRule['read']> {
  return (m, emit) => {
    const member = hex(m, 1);
    const candidate = hex(m, 3);
    if (member !== null && candidate !== null)
      emit('raft.vote-cast', { member, candidate, raftTerm: term(m, 4), preVote: m.str('', 2) === 'MsgPreVote', outcome });
  };
}

export const raftMessages = defineMessages([
  {
    id: 'raft: became …',
    text: new RegExp(`^${ID} became (follower|pre-candidate|candidate|leader) at term (\\d+)`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 became leader at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const role = ROLES[m.str('', 2) ?? ''];
      if (member !== null && role !== undefined) emit('raft.became', { member, role, raftTerm: term(m, 3) });
    },
  },
  {
    id: 'raft: starting a new election',
    text: new RegExp(`^${ID} is starting a new election at term (\\d+)`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 is starting a new election at term 3' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      if (member !== null) emit('raft.election-started', { member, raftTerm: term(m, 2) });
    },
  },
  {
    id: 'raft: elected leader',
    text: new RegExp(`^raft\\.node: ${ID} elected leader ${ID} at term (\\d+)`),
    samples: [{ version: '3.5', line: 'raft.node: 146e974d9a20f516 elected leader 146e974d9a20f516 at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const leader = hex(m, 2);
      if (member !== null && leader !== null) emit('raft.leader-elected', { member, leader, raftTerm: term(m, 3) });
    },
  },
  {
    id: 'raft: lost leader',
    text: new RegExp(`^raft\\.node: ${ID} lost leader ${ID} at term (\\d+)`),
    samples: [{ version: '3.5', line: 'raft.node: 1fea2dc091eccdf lost leader 1fea2dc091eccdf at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const leader = hex(m, 2);
      if (member !== null && leader !== null) emit('raft.leader-lost', { member, leader, raftTerm: term(m, 3) });
    },
  },
  {
    id: 'raft: changed leader',
    text: new RegExp(`^raft\\.node: ${ID} changed leader from ${ID} to ${ID} at term (\\d+)`),
    samples: [{ version: '3.5', line: 'raft.node: 1fea2dc091eccdf changed leader from 1fea2dc091eccdf to 146e974d9a20f516 at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const from = hex(m, 2);
      const leader = hex(m, 3);
      if (member !== null && from !== null && leader !== null) emit('raft.leader-changed', { member, from, leader, raftTerm: term(m, 4) });
    },
  },
  {
    id: 'raft: vote request sent',
    throttle: REPEATED,
    text: new RegExp(`^${ID} \\[logterm: \\d+, index: \\d+\\] sent ${VOTE} request to ${ID} at term (\\d+)`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 [logterm: 3, index: 14] sent MsgVote request to 1fea2dc091eccdf at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const to = hex(m, 3);
      if (member !== null && to !== null) emit('raft.vote-requested', { member, to, raftTerm: term(m, 4), preVote: m.str('', 2) === 'MsgPreVote' });
    },
  },
  {
    id: 'raft: vote cast',
    throttle: REPEATED,
    text: new RegExp(`^${ID} \\[logterm: \\d+, index: \\d+, vote: [0-9a-f]+\\] cast ${VOTE} for ${ID} \\[.*?\\] at term (\\d+)`),
    samples: [{ version: '3.5', line: '1fea2dc091eccdf [logterm: 3, index: 14, vote: 0] cast MsgVote for 146e974d9a20f516 [logterm: 3, index: 14] at term 4' }],
    read: vote('granted'),
  },
  {
    id: 'raft: vote rejected',
    throttle: REPEATED,
    text: new RegExp(`^${ID} \\[logterm: \\d+, index: \\d+, vote: [0-9a-f]+\\] rejected ${VOTE} from ${ID} \\[.*?\\] at term (\\d+)`),
    samples: [
      { version: '3.5', line: '1fea2dc091eccdf [logterm: 3, index: 14, vote: 0] rejected MsgPreVote from 146e974d9a20f516 [logterm: 3, index: 12] at term 4' },
    ],
    read: vote('rejected'),
  },
  {
    id: 'raft: vote ignored, leader lease not expired',
    throttle: REPEATED,
    text: new RegExp(`^${ID} \\[logterm: \\d+, index: \\d+, vote: [0-9a-f]+\\] ignored ${VOTE} from ${ID} \\[.*?\\] at term (\\d+): lease is not expired`),
    samples: [
      {
        version: '3.5',
        line: '1fea2dc091eccdf [logterm: 3, index: 14, vote: 0] ignored MsgPreVote from 146e974d9a20f516 [logterm: 3, index: 12] at term 4: lease is not expired (remaining ticks: 6)',
      },
    ],
    read: vote('ignored-lease'),
  },
  {
    id: 'raft: vote answer received',
    throttle: REPEATED,
    text: new RegExp(`^${ID} received (MsgVoteResp|MsgPreVoteResp)( rejection)? from ${ID} at term (\\d+)`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 received MsgVoteResp rejection from 1fea2dc091eccdf at term 4' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const from = hex(m, 4);
      if (member !== null && from !== null)
        emit('raft.vote-received', { member, from, raftTerm: term(m, 5), preVote: m.str('', 2) === 'MsgPreVoteResp', granted: m.str('', 3) === null });
    },
  },
  {
    id: 'raft: votes counted',
    text: new RegExp(`^${ID} has received \\d+ (?:MsgVoteResp|MsgPreVoteResp) votes and \\d+ vote rejections`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 has received 2 MsgVoteResp votes and 0 vote rejections' }],
  },
  {
    id: 'raft: message with higher term received',
    text: new RegExp(`^${ID} \\[term: (\\d+)\\] received a (\\w+) message with higher term from ${ID} \\[term: (\\d+)\\]`),
    samples: [{ version: '3.5', line: '1fea2dc091eccdf [term: 3] received a MsgVote message with higher term from 146e974d9a20f516 [term: 4]' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const from = hex(m, 4);
      if (member !== null && from !== null)
        emit('raft.higher-term-seen', { member, from, message: m.str('', 3) ?? '', ownTerm: term(m, 2), raftTerm: term(m, 5) });
    },
  },
  {
    id: 'raft: message with lower term ignored',
    text: new RegExp(`^${ID} \\[term: (\\d+)\\] ignored a (\\w+) message with lower term from ${ID} \\[term: (\\d+)\\]`),
    samples: [{ version: '3.5', line: '1fea2dc091eccdf [term: 4] ignored a MsgAppResp message with lower term from 146e974d9a20f516 [term: 3]' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const from = hex(m, 4);
      if (member !== null && from !== null)
        emit('raft.lower-term-ignored', { member, from, message: m.str('', 3) ?? '', ownTerm: term(m, 2), raftTerm: term(m, 5) });
    },
  },
  {
    id: 'raft: stepped down, quorum not active',
    text: new RegExp(`^${ID} stepped down to follower since quorum is not active`),
    samples: [{ version: '3.4', line: '4721aea1fe144eac stepped down to follower since quorum is not active' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      if (member !== null) emit('raft.quorum-inactive', { member });
    },
  },
  {
    id: 'raft: leadership transfer started',
    text: new RegExp(`^${ID} \\[term (\\d+)\\] starts to transfer leadership to ${ID}`),
    samples: [{ version: '3.5', line: '1fea2dc091eccdf [term 3] starts to transfer leadership to 146e974d9a20f516' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const to = hex(m, 3);
      if (member !== null && to !== null) emit('raft.transfer-started', { member, to, raftTerm: term(m, 2) });
    },
  },
  {
    id: 'raft: MsgTimeoutNow sent',
    text: new RegExp(`^${ID} (?:sends|sent) MsgTimeoutNow to ${ID}`),
    samples: [
      { version: '3.5', line: '1fea2dc091eccdf sends MsgTimeoutNow to 146e974d9a20f516 immediately as 146e974d9a20f516 already has up-to-date log' },
      { version: '3.5', line: '1fea2dc091eccdf sent MsgTimeoutNow to 146e974d9a20f516 after received MsgAppResp' },
    ],
    read: (m, emit) => {
      const member = hex(m, 1);
      const to = hex(m, 2);
      if (member !== null && to !== null) emit('raft.timeout-now-sent', { member, to });
    },
  },
  {
    id: 'raft: MsgTimeoutNow received',
    text: new RegExp(`^${ID} \\[term (\\d+)\\] received MsgTimeoutNow from ${ID} and starts an election`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 [term 3] received MsgTimeoutNow from 1fea2dc091eccdf and starts an election to get leadership.' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      const from = hex(m, 3);
      if (member !== null && from !== null) emit('raft.timeout-now-received', { member, from, raftTerm: term(m, 2) });
    },
  },
  {
    id: 'raft: no leader, proposal dropped',
    throttle: REPEATED,
    text: new RegExp(`^${ID} (?:no leader|not forwarding to leader [0-9a-f]+) at term (\\d+); dropping`),
    samples: [{ version: '3.5', line: '146e974d9a20f516 no leader at term 3; dropping index reading msg' }],
    read: (m, emit) => {
      const member = hex(m, 1);
      if (member !== null) emit('raft.proposal-dropped', { member, raftTerm: term(m, 2) });
    },
  },
  {
    id: 'raft: tick missed to fire',
    text: new RegExp(`^${ID} (?:\\(leader \\w+\\) )?A tick missed to fire`),
    samples: [
      { version: '3.5', line: '146e974d9a20f516 A tick missed to fire. Node blocks too long!' },
      { version: '3.4', line: '146e974d9a20f516 (leader true) A tick missed to fire. Node blocks too long!' },
    ],
    read: (m, emit) => {
      const member = hex(m, 1);
      if (member !== null) emit('raft.tick-missed', { member });
    },
  },
  {
    id: 'raft: switched to configuration',
    text: new RegExp(`^${ID} switched to configuration voters=\\(([\\d ]*)\\)(?:&&\\([\\d ]*\\))?(?: learners=\\(([\\d ]*)\\))?`),
    samples: [
      { version: '3.5', line: '146e974d9a20f516 switched to configuration voters=(143731304051952863 1472280487750858006) learners=(2410268367823943061)' },
    ],
    read: (m, emit) => {
      const member = hex(m, 1);
      if (member !== null) emit('raft.configuration', { member, voters: decimals(m.str('', 2) ?? ''), learners: decimals(m.str('', 3) ?? '') });
    },
  },
  {
    id: 'raft: process started',
    text: /^newRaft ([0-9a-f]{1,16}) \[peers: \[[^\]]*\], term: (\d+), commit: (\d+), applied: (\d+), lastindex: (\d+), lastterm: (\d+)\]/,
    samples: [{ version: '3.5', line: 'newRaft 146e974d9a20f516 [peers: [], term: 3, commit: 14, applied: 0, lastindex: 14, lastterm: 3]' }],
    read: (m, emit) => {
      const member = memberIdFromHex(m.str('', 1) ?? '');
      if (member !== null) emit('raft.restarted', { member, raftTerm: term(m, 2), commitIndex: term(m, 3), appliedIndex: term(m, 4), lastIndex: term(m, 5) });
    },
  },
  {
    id: 'raft: commit index out of range',
    text: /^(?:[0-9a-f]{1,16} )?tocommit\((\d+)\) is out of range \[lastIndex\((\d+)\)\]/,
    samples: [{ version: '3.5', line: 'tocommit(8) is out of range [lastIndex(0)]. Was the raft log corrupted, truncated, or lost?' }],
    read: (m, emit) => emit('raft.commit-out-of-range', { member: null, commitIndex: term(m, 1), lastIndex: term(m, 2) }),
  },
]);
