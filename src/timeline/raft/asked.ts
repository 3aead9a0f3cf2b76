import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import type { EpochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { TimedFact } from '../derivation.ts';
import type { Identity } from '../identity/identify.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Reign } from './leadership.ts';
import type { VoicesInput } from './voices.ts';

type Failure = TimedFact<'endpoint.health' | 'endpoint.status-failed'>;

/** What members made of being asked with etcdctl when the bundle was collected: such output carries no time of its own. */
export interface Asked {
  readonly answering: ReadonlySet<Member>;
  /** those that did not, where others did */
  readonly silent: ReadonlyMap<Member, readonly Failure[]>;
}

/** The client could not get through, or nothing came back; a refusal (TLS, alarm, no leader, learner) is an answer. */
const SILENT = /deadline exceeded|connection refused|no route to host|i\/o timeout|timed out|unreachable|unavailable/i;
const ANSWER = /x509|tls:|certificate|alarm|no leader|permission|auth|learner|etcdserver:/i;
const LOOPBACK = /\/\/(?:127\.|localhost|\[::1\])/;

/** Who answered `endpoint status` and `endpoint health`, and who did not. Upstream: etcdctl `ep_command.go`. */
export function askedAtCollection(timed: VoicesInput['timed'], identity: Identity): Asked {
  const answering = new Set<Member>();
  const failures = new Map<Member, Failure[]>();
  for (const fact of timed(['endpoint.status', 'endpoint.health', 'endpoint.status-failed'])) {
    if (fact.type === 'endpoint.status') {
      const member = fact.when === null ? identity.member(fact.data.member) : null;
      if (member !== null) answering.add(member);
      continue;
    }
    const member = LOOPBACK.test(fact.data.endpoint) ? null : identity.byText(fact.data.endpoint);
    if (member === null) continue;
    if (fact.type === 'endpoint.health' && fact.data.healthy) {
      if (fact.when === null) answering.add(member);
      continue;
    }
    const error = fact.data.error ?? '';
    if (!SILENT.test(error) || ANSWER.test(error)) continue;
    const list = failures.get(member) ?? [];
    failures.set(member, list);
    list.push(fact);
  }
  const silent = new Map([...failures].filter(([member]) => !answering.has(member) && member.removedAt === null));
  return { answering, silent: answering.size === 0 ? new Map() : silent };
}

/** Members that did not answer, where nothing else says that they were away: mostly all that is known is that they were at collection. */
export function silentDowns({ silent }: Asked, known: readonly DownStretch[], reigns: readonly Reign[], endOfCase: EpochMicros): readonly DownStretch[] {
  return [...silent].flatMap(([member, failures]): DownStretch[] => {
    if (known.some((d) => d.member === member && d.to === null)) return [];
    const evidence = failures.slice(0, 4).map((f) => cite(f, phrase('{member} did not answer at {endpoint}', { member: member.name, endpoint: f.data.endpoint })));
    // a leader was missed by its followers at once
    const reign = reigns.findLast((r) => r.own && r.leader === member && r.endReason === 'unknown' && r.to !== null);
    const missed = reign !== undefined && reign === reigns.findLast((r) => r.leader === member) ? reign.to : null;
    if (missed !== null)
      return [{ member, from: missed, to: null, how: 'unreachable', planned: false, evidence: [...(reign?.evidence.slice(-1) ?? []), ...evidence] }];
    return [{ member, from: endOfCase, to: null, how: 'silent', planned: false, evidence }];
  });
}
