import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import type { EpochMicros } from '../../model/time.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import type { VoiceFact } from './voice.ts';

/**
 * Why a connection was lost, as far as the error text says: `silent` = nothing came back (a cut wire, a hung process),
 * `closed` = the other side's kernel answered that nobody is there (a dead process), `refused-identity` = TLS or cluster id.
 */
export type LossKind = 'silent' | 'closed' | 'refused-identity' | 'unknown';

/** A stretch in which `observer` could not reach `peer`, by the observer's own log. */
export interface LinkLoss {
  readonly observer: Member;
  readonly peer: Member;
  readonly from: EpochMicros;
  /** null = still so when the observer's log ends */
  to: EpochMicros | null;
  readonly kinds: Set<LossKind>;
  readonly first: VoiceFact;
  last: VoiceFact;
  ended: VoiceFact | null;
  /** declared inactive, or polls failed again and again; a single lost stream or failed poll is not yet a loss */
  firm: boolean;
  /** the peer was declared inactive, so its return will be logged too */
  declared: boolean;
}

/** Polls of a peer (probes every 5 s while they fail, version requests every 4 s) that fail no more have ended by then. */
const POLL_GAP = 12 * SECOND;
const POLL_ROUND = 5 * SECOND;
/** One round of failed polls may be a hiccup; the next comes 4 to 5 s later. */
const FIRM_AFTER = 3 * SECOND;

/** Keeps who could not reach whom. */
export class LinkBook {
  readonly losses: LinkLoss[] = [];
  private readonly byPeer = new Map<Member, LinkLoss[]>();
  private readonly byObserver = new Map<Member, LinkLoss[]>();
  private readonly open = new Map<string, LinkLoss>();
  private readonly met = new Set<Member>();

  hear(observer: Member, fact: VoiceFact, memberOf: (id: MemberId | null) => Member | null): void {
    switch (fact.type) {
      case 'peer.became-inactive':
        this.lost(observer, memberOf(fact.data.peer), fact, fact.data.error, true);
        break;
      case 'peer.stream-lost':
        this.lost(observer, memberOf(fact.data.peer), fact, fact.data.error, false);
        break;
      case 'peer.probe-failed':
        this.polled(observer, memberOf(fact.data.peer), fact, fact.data.error);
        break;
      case 'peer.unreachable':
        this.polled(observer, memberOf(fact.data.peer), fact, fact.data.error);
        break;
      case 'peer.became-active':
        this.found(observer, memberOf(fact.data.peer), fact, true);
        break;
      case 'raft.leader-elected':
      case 'raft.leader-changed':
        // Whoever follows a leader hears it.
        this.found(observer, memberOf(fact.data.leader), fact, false);
        break;
      case 'peer.stream-established':
        this.found(observer, memberOf(fact.data.peer), fact, false);
        break;
      default:
        break;
    }
  }

  /** A restarted observer begins anew: what it does not say again is over as far as it knows. */
  restarted(observer: Member, fact: VoiceFact): void {
    for (const [key, loss] of this.open) {
      if (loss.observer !== observer) continue;
      loss.to ??= fact.when;
      this.open.delete(key);
    }
  }

  /** Ends losses known from polls alone, where the observer's log reaches on without them. */
  close(logReaches: (observer: Member) => number): void {
    for (const loss of this.open.values()) {
      if (!loss.declared && logReaches(loss.observer) > loss.last.when + POLL_GAP) loss.to = epochMicros(loss.last.when + POLL_ROUND);
    }
  }

  /** firm losses of a peer by others that touch the stretch */
  ofPeer(peer: Member, from: number, to: number): readonly LinkLoss[] {
    return this.allOfPeer(peer).filter((l) => l.firm && l.from <= to && (l.to ?? Infinity) >= from);
  }

  /** losses of a peer by others, firm or not, in order of their beginning */
  allOfPeer(peer: Member): readonly LinkLoss[] {
    return this.byPeer.get(peer) ?? [];
  }

  /** what a member lost, firm or not, in order of its beginning */
  ofObserver(observer: Member): readonly LinkLoss[] {
    return this.byObserver.get(observer) ?? [];
  }

  /** whether anybody ever had a connection with it */
  wasMet(peer: Member): boolean {
    return this.met.has(peer) || this.allOfPeer(peer).some((l) => l.first.type === 'peer.stream-lost');
  }

  private lost(observer: Member, peer: Member | null, fact: VoiceFact, error: string | null, declared: boolean): void {
    // A member that stops closes its own streams and says so in the same words.
    if (peer === null || peer === observer || error?.includes('context canceled') === true) return;
    const loss = this.touch(observer, peer, fact, error);
    if (declared) loss.firm = loss.declared = true;
  }

  private polled(observer: Member, peer: Member | null, fact: VoiceFact, error: string | null): void {
    if (peer === null || peer === observer || error === null || error === '') return;
    const loss = this.touch(observer, peer, fact, error);
    if (fact.when - loss.from >= FIRM_AFTER) loss.firm = true;
  }

  private found(observer: Member, peer: Member | null, fact: VoiceFact, active: boolean): void {
    if (peer === null) return;
    this.met.add(peer);
    const key = `${observer.id ?? ''} ${peer.id ?? ''}`;
    const loss = this.open.get(key);
    if (loss === undefined || (loss.declared && !active)) return;
    loss.to = fact.when;
    loss.ended = fact;
    this.open.delete(key);
  }

  private touch(observer: Member, peer: Member, fact: VoiceFact, error: string | null): LinkLoss {
    const key = `${observer.id ?? ''} ${peer.id ?? ''}`;
    let loss = this.open.get(key);
    if (loss !== undefined && !loss.declared && fact.when - loss.last.when > POLL_GAP) {
      loss.to = epochMicros(loss.last.when + POLL_ROUND);
      loss = undefined;
    }
    if (loss === undefined) {
      loss = { observer, peer, from: fact.when, to: null, kinds: new Set(), first: fact, last: fact, ended: null, firm: false, declared: false };
      this.open.set(key, loss);
      this.losses.push(loss);
      append(this.byPeer, peer, loss);
      append(this.byObserver, observer, loss);
    }
    loss.last = fact;
    loss.kinds.add(lossKind(error));
    return loss;
  }
}

function append<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

const SILENT = /timeout|timed out|no route to host|network is unreachable|deadline exceeded/i;
const IDENTITY = /x509|tls:|certificate|cluster id|member id/i;
const CLOSED = /EOF|refused|reset by peer|broken pipe|closed/i;

export function lossKind(error: string | null): LossKind {
  if (error === null) return 'unknown';
  if (IDENTITY.test(error)) return 'refused-identity';
  if (SILENT.test(error)) return 'silent';
  return CLOSED.test(error) ? 'closed' : 'unknown';
}
