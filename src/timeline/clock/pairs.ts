import { phrase, type Phrase } from '../../model/phrases.ts';
import type { FactType, PlacedFact } from '../../model/fact.ts';
import type { FactReader } from '../facts/reader.ts';
import { messageBound, type Bound, type Moment } from './bound.ts';
import type { MemberId } from '../../model/ids.ts';

const RAFT_TALK = [
  'raft.vote-requested',
  'raft.vote-cast',
  'raft.vote-received',
  'raft.higher-term-seen',
  'raft.became',
  'raft.leader-elected',
  'raft.leader-changed',
  'raft.transfer-started',
  'raft.timeout-now-sent',
  'raft.timeout-now-received',
  'raft-snapshot.sent',
  'raft-snapshot.received',
  'raft-snapshot.delivered',
] as const satisfies readonly FactType[];

interface Exchange {
  readonly sent: Moment[];
  readonly received: Moment[];
}

/** Keyed pairs of sends and receipts; a key names one message of one cluster's raft history. */
class Exchanges {
  private readonly byKey = new Map<string, Exchange>();
  private readonly why: Phrase;
  private readonly strength: Bound['strength'];

  constructor(why: Phrase, strength: Bound['strength']) {
    this.why = why;
    this.strength = strength;
  }

  sent(key: string, moment: Moment): void {
    this.at(key).sent.push(moment);
  }

  received(key: string, moment: Moment): void {
    this.at(key).received.push(moment);
  }

  /**
   * A message sent once is before each of its receipts. A key sent several times (pre-votes repeat in a term, terms repeat
   * when a cluster is made anew) cannot be paired without guessing and is left out; so is a weak one received several times.
   */
  *bounds(): Iterable<Bound> {
    for (const { sent, received } of this.byKey.values()) {
      const [only] = sent;
      if (only === undefined || sent.length > 1 || (this.strength === 'medium' && received.length > 1)) continue;
      for (const receipt of received) if (receipt.node !== only.node) yield messageBound(only, receipt, this.strength, this.why);
    }
  }

  private at(key: string): Exchange {
    let exchange = this.byKey.get(key);
    if (exchange === undefined) this.byKey.set(key, (exchange = { sent: [], received: [] }));
    return exchange;
  }
}

/**
 * Bounds from raft's own messages, as two members logged them. Upstream wording and order: etcd-io/raft `raft.go` (`campaign`,
 * `Step`, `becomeLeader`), etcd `rafthttp/snapshot_sender.go` and `http.go`.
 */
export function raftBounds(reader: FactReader, ownerOf: (fact: PlacedFact) => MemberId | null): readonly Bound[] {
  const requests = new Exchanges(phrase('a vote is asked for before it is considered'), 'strong');
  const answers = new Exchanges(phrase('a vote is cast before it is counted'), 'strong');
  const preRequests = new Exchanges(phrase('a pre-vote is asked for before it is considered'), 'medium');
  const preAnswers = new Exchanges(phrase('a pre-vote is cast before it is counted'), 'medium');
  const elections = new Exchanges(phrase('a leader leads before others learn of it'), 'strong');
  const candidacies = new Exchanges(phrase('a candidate enters its term before others see that term'), 'strong');
  const transfers = new Exchanges(phrase('a transfer is sent before it is received'), 'medium');
  const snapshots = new Exchanges(phrase('a snapshot is sent before it is received'), 'medium');
  const deliveries = new Exchanges(phrase('a snapshot is saved before its sender is told'), 'medium');

  // the line of a transfer's message names no term; the one before it does
  const transferring = new Map<MemberId, number>();

  for (const fact of reader.facts(RAFT_TALK)) {
    const { node, at, ref, meaning } = fact;
    if (node === null || at === null) continue;
    const moment: Moment = { node, at, ref, meaning };
    switch (fact.type) {
      case 'raft.vote-requested': {
        const { member, to, raftTerm, preVote } = fact.data;
        if (member !== to) (preVote ? preRequests : requests).sent(`${member} ${to} ${raftTerm}`, moment);
        break;
      }
      case 'raft.vote-cast': {
        const { member, candidate, raftTerm, preVote, outcome } = fact.data;
        // An ignored vote prints the voter's own term, not the candidate's, and is never answered.
        if (outcome === 'ignored-lease' || member === candidate) break;
        (preVote ? preRequests : requests).received(`${candidate} ${member} ${raftTerm}`, moment);
        (preVote ? preAnswers : answers).sent(`${member} ${candidate} ${raftTerm}`, moment);
        break;
      }
      case 'raft.vote-received': {
        const { member, from, raftTerm, preVote } = fact.data;
        if (member !== from) (preVote ? preAnswers : answers).received(`${from} ${member} ${raftTerm}`, moment);
        break;
      }
      case 'raft.higher-term-seen': {
        const { member, from, raftTerm, message } = fact.data;
        if (message === 'MsgVote') requests.received(`${from} ${member} ${raftTerm}`, moment);
        candidacies.received(`${from} ${raftTerm}`, moment);
        break;
      }
      case 'raft.became': {
        const { member, role, raftTerm } = fact.data;
        if (role === 'leader') elections.sent(`${member} ${raftTerm}`, moment);
        else if (role === 'candidate') candidacies.sent(`${member} ${raftTerm}`, moment);
        break;
      }
      case 'raft.leader-elected':
      case 'raft.leader-changed': {
        const { member, leader, raftTerm } = fact.data;
        if (member !== leader) elections.received(`${leader} ${raftTerm}`, moment);
        break;
      }
      case 'raft.transfer-started':
        if (fact.data.raftTerm !== null) transferring.set(fact.data.member, fact.data.raftTerm);
        break;
      case 'raft.timeout-now-sent': {
        const { member, to } = fact.data;
        const raftTerm = transferring.get(member);
        transferring.delete(member);
        if (raftTerm !== undefined) transfers.sent(`${member} ${to} ${raftTerm}`, moment);
        break;
      }
      case 'raft.timeout-now-received': {
        const { member, from, raftTerm } = fact.data;
        transfers.received(`${from} ${member} ${raftTerm}`, moment);
        break;
      }
      case 'raft-snapshot.sent':
        snapshots.sent(`${ownerOf(fact) ?? ''} ${fact.data.to} ${fact.data.raftIndex}`, moment);
        break;
      case 'raft-snapshot.received': {
        const { from, raftIndex, phase } = fact.data;
        const key = `${from} ${ownerOf(fact) ?? ''} ${raftIndex}`;
        if (phase === 'started') snapshots.received(key, moment);
        else deliveries.sent(key, moment);
        break;
      }
      case 'raft-snapshot.delivered':
        deliveries.received(`${ownerOf(fact) ?? ''} ${fact.data.to} ${fact.data.raftIndex}`, moment);
        break;
    }
  }
  return [requests, answers, preRequests, preAnswers, elections, candidacies, transfers, snapshots, deliveries].flatMap((e) => [...e.bounds()]);
}
