import type { Member } from '../../model/history.ts';
import type { MemberId } from '../../model/ids.ts';
import { SECOND, epochMicros } from '../../model/time.ts';
import { append } from '../group.ts';
import { lossKind, partingOf, type LinkLoss, type LossKind } from './loss.ts';
import type { VoiceFact } from './voice-fact.ts';

/** Polls of a peer (probes every 5 s while they fail, version requests every 4 s) that fail no more have ended by then. */
const POLL_GAP = 12 * SECOND;
const POLL_ROUND = 5 * SECOND;
/** One round of failed polls may be a hiccup; the next comes 4 to 5 s later. */
const FIRM_AFTER = 3 * SECOND;

/** What is said of a peer later than this is about its being away, no more about how it went. */
const PARTING = SECOND;

/** Keeps who could not reach whom. */
export class LinkBook {
  readonly losses: LinkLoss[] = [];
  private readonly byPeer = new Map<Member, LinkLoss[]>();
  private readonly byObserver = new Map<Member, LinkLoss[]>();
  private readonly open = new Map<string, LinkLoss>();
  /** whom an observer was connected with in this life of its process */
  private readonly contacts = new Map<Member, Set<Member>>();
  /** whom anybody was ever connected with */
  private readonly met = new Set<Member>();
  /** links that the observer itself closed */
  private readonly ended = new Set<string>();

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
    this.contacts.delete(observer);
    for (const key of this.ended) if (key.startsWith(keyOf(observer, null))) this.ended.delete(key);
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
    return this.met.has(peer);
  }

  private lost(observer: Member, peer: Member | null, fact: VoiceFact, error: string | null, declared: boolean): void {
    if (peer === null || peer === observer) return;
    // A member that stops, or removes a peer, closes its own streams and says so in the same words; 3.4 gives the reason in only one of them.
    const key = keyOf(observer, peer);
    if (error?.includes('context canceled') === true) {
      this.closeOwn(observer, peer, fact);
      return;
    }
    if (this.ended.has(key)) return;
    // a stream that was lost had been there, and only an active peer becomes inactive
    this.meet(observer, peer);
    const loss = this.touch(observer, peer, fact, error);
    if (loss.parting !== 'broken' && fact.when - loss.from <= PARTING) loss.parting = partingOf(error) ?? loss.parting;
    if (declared) loss.firm = loss.declared = true;
  }

  private polled(observer: Member, peer: Member | null, fact: VoiceFact, error: string | null): void {
    if (peer === null || peer === observer || error === null || error === '') return;
    const loss = this.touch(observer, peer, fact, error);
    if (fact.when - loss.from >= FIRM_AFTER) loss.firm = true;
  }

  private found(observer: Member, peer: Member | null, fact: VoiceFact, active: boolean): void {
    if (peer === null) return;
    this.meet(observer, peer);
    const key = keyOf(observer, peer);
    this.ended.delete(key);
    const loss = this.open.get(key);
    if (loss === undefined || (loss.declared && !active)) return;
    loss.to = fact.when;
    loss.ended = fact;
    this.open.delete(key);
  }

  /** The observer ended a link: what it had just begun to say of its loss is about that. */
  private closeOwn(observer: Member, peer: Member, fact: VoiceFact): void {
    const key = keyOf(observer, peer);
    this.ended.add(key);
    const loss = this.open.get(key);
    if (loss === undefined || loss.firm || fact.when - loss.from > PARTING) return;
    this.open.delete(key);
    for (const list of [this.losses, this.byPeer.get(peer) ?? [], this.byObserver.get(observer) ?? []]) list.splice(list.indexOf(loss), 1);
  }

  private meet(observer: Member, peer: Member): void {
    this.met.add(peer);
    const met = this.contacts.get(observer);
    if (met === undefined) this.contacts.set(observer, new Set([peer]));
    else met.add(peer);
  }

  private touch(observer: Member, peer: Member, fact: VoiceFact, error: string | null): LinkLoss {
    const key = keyOf(observer, peer);
    let loss = this.open.get(key);
    if (loss !== undefined && !loss.declared && fact.when - loss.last.when > POLL_GAP) {
      loss.to = epochMicros(loss.last.when + POLL_ROUND);
      loss = undefined;
    }
    if (loss === undefined) {
      const met = this.contacts.get(observer)?.has(peer) === true;
      const begun = { observer, peer, from: fact.when, to: null, kinds: new Set<LossKind>(), first: fact, last: fact, ended: null };
      loss = { ...begun, firm: false, declared: false, met, parting: null };
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

function keyOf(observer: Member, peer: Member | null): string {
  return `${observer.id ?? ''} ${peer?.id ?? ''}`;
}
