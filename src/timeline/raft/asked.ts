import { phrase } from '../../model/phrases.ts';
import type { Member } from '../../model/history.ts';
import { MINUTE, type EpochMicros } from '../../model/time.ts';
import { cite } from '../cite.ts';
import type { TimedFact } from '../derivation.ts';
import { LOOPBACK, isAnswer, isSilence } from '../client-errors.ts';
import type { Identity } from '../identity/identify.ts';
import type { DownStretch } from './down-stretch.ts';
import type { Reign } from './leadership.ts';
import type { Voices, VoicesInput } from './voices.ts';

type Failure = TimedFact<'endpoint.health' | 'endpoint.status-failed'>;

/** What members made of being asked with etcdctl when the bundle was collected: such output carries no time of its own. */
export interface Asked {
  readonly answering: ReadonlySet<Member>;
  /** those that did not, where others did */
  readonly silent: ReadonlyMap<Member, readonly Failure[]>;
}

/** outputs of one collection lie closer together */
const RECENT = 10 * MINUTE;

/** Who answered `endpoint status` and `endpoint health`, and who did not. Upstream: etcdctl `ep_command.go`. */
export function askedAtCollection(timed: VoicesInput['timed'], identity: Identity): Asked {
  const answering = new Set<Member>();
  /** when each answered last, where the output tells its time */
  const answered = new Map<Member, number>();
  const refusing = new Set<Member>();
  const failures = new Map<Member, Failure[]>();
  // the client's own warnings, printed before what it was asked for, tell the time of some outputs
  const answers = (member: Member, when: EpochMicros | null): void => {
    if (when === null) answering.add(member);
    else answered.set(member, Math.max(when, answered.get(member) ?? -Infinity));
  };
  for (const fact of timed(['endpoint.status', 'endpoint.health', 'endpoint.status-failed'])) {
    if (fact.type === 'endpoint.status') {
      const member = identity.member(fact.data.member);
      if (member !== null) answers(member, fact.when);
      continue;
    }
    const member = LOOPBACK.test(fact.data.endpoint) ? null : identity.byText(fact.data.endpoint);
    if (member === null) continue;
    if (fact.type === 'endpoint.health' && fact.data.healthy) {
      answers(member, fact.when);
      continue;
    }
    const error = fact.data.error ?? '';
    // another output may word the same refusal as a deadline
    if (isAnswer(error)) refusing.add(member);
    if (!isSilence(error)) continue;
    const list = failures.get(member) ?? [];
    failures.set(member, list);
    list.push(fact);
  }
  const silent = new Map<Member, readonly Failure[]>();
  for (const [member, list] of failures) {
    const last = list.filter((f) => f.when === null || f.when > (answered.get(member) ?? -Infinity));
    if (!answering.has(member) && !refusing.has(member) && member.removedAt === null && last.length > 0) silent.set(member, last);
  }
  return { answering, silent: answering.size + answered.size === 0 ? new Map() : silent };
}

/** Members that did not answer, where nothing else says that they were away: mostly all that is known is that they were at collection. */
export function silentDowns(
  { silent }: Asked,
  known: readonly DownStretch[],
  reigns: readonly Reign[],
  voices: Voices,
  endOfCase: EpochMicros,
): readonly DownStretch[] {
  return [...silent].flatMap(([member, asked]): DownStretch[] => {
    if (known.some((d) => d.member === member && d.to === null)) return [];
    // long ago, or while it was away for a known time: nothing of how it was in the end
    const spoke = voices.of(member)?.signs.at(-1) ?? -Infinity;
    const failures = asked.filter(
      ({ when }) =>
        when === null || (when > endOfCase - RECENT && when > spoke && !known.some((d) => d.member === member && d.from <= when && (d.to ?? Infinity) >= when)),
    );
    if (failures.length === 0) return [];
    const evidence = failures
      .slice(0, 4)
      .map((f) => cite(f, phrase('{member} did not answer at {endpoint}', { member: member.name, endpoint: f.data.endpoint })));
    // a leader was missed by its followers at once
    const reign = reigns.findLast((r) => r.own && r.leader === member && r.endReason === 'unknown' && r.to !== null);
    const missed = reign !== undefined && reign === reigns.findLast((r) => r.leader === member) ? reign.to : null;
    if (missed !== null)
      return [{ member, from: missed, to: null, how: 'unreachable', planned: false, evidence: [...(reign?.evidence.slice(-1) ?? []), ...evidence] }];
    return [{ member, from: endOfCase, to: null, how: 'silent', planned: false, evidence }];
  });
}
