import type { Derived } from '../../model/derived.ts';
import { phrase } from '../../model/phrases.ts';
import { MINUTE, type EpochMicros } from '../../model/time.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { append } from '../group.ts';
import { LOOPBACK, REFUSED, isSilence } from '../client-errors.ts';

type Answer = TimedFact<'endpoint.status' | 'endpoint.health' | 'endpoint.status-failed'>;

/** outputs of one collection lie closer together */
const RECENT = 10 * MINUTE;

/** `host:port` of a client URL; null for one that means another machine wherever it is read. */
function addressOf(endpoint: string): string | null {
  return LOOPBACK.test(endpoint) ? null : endpoint.replace(/^\w+:\/\//, '').replace(/\/.*$/, '');
}

const failed = (fact: Answer): boolean => fact.type === 'endpoint.status-failed' || (fact.type === 'endpoint.health' && !fact.data.healthy);
const errorOf = (fact: Answer): string => (fact.type === 'endpoint.status' ? '' : (fact.data.error ?? ''));

/** Whoever refused: the client's balancer may tell of another endpoint than the one it was asked for. */
function refusing(address: string, fact: Answer | undefined): string | null {
  const error = fact === undefined ? '' : errorOf(fact);
  return REFUSED.test(error) ? (/dial tcp (\S+): connect: connection refused/i.exec(error)?.[1] ?? address) : null;
}

/**
 * A cluster of which nothing is known but the endpoints that were asked at collection, since every command failed. A refused connection
 * proves that the machine was reached and nobody listened there; a deadline alone may as well be the way from where it was asked.
 */
export function* sizeByEndpoints(context: DerivationContext): Iterable<Derived<'cluster.size'>> {
  const asked = new Map<string, Answer[]>();
  for (const fact of context.facts(['endpoint.status', 'endpoint.health', 'endpoint.status-failed'])) {
    const address = addressOf(fact.data.endpoint);
    if (address === null || (fact.when !== null && context.collectedAt !== null && fact.when < context.collectedAt - RECENT)) continue;
    append(asked, address, fact);
  }
  const endpoints = [...asked];
  const quorum = Math.floor(endpoints.length / 2) + 1;
  const silent = endpoints.filter(([, facts]) => facts.every((fact) => failed(fact) && isSilence(errorOf(fact))));
  const healthy = endpoints.length - silent.length;
  if (endpoints.length < 2 || healthy >= quorum) return;
  const refused = new Set(silent.flatMap(([address, facts]) => facts.flatMap((fact) => refusing(address, fact) ?? [])));
  const nodes = silent.map(([address]) => address);
  if (endpoints.length - refused.size >= quorum) {
    const because = phrase('{silent} of the {asked} endpoints asked did not answer; whether they could be reached from there is not seen', {
      silent: silent.length,
      asked: endpoints.length,
    });
    context.undecided('quorum-lost', because, nodes);
    return;
  }
  yield {
    type: 'cluster.size',
    from: silent
      .flatMap(([, facts]) => facts.flatMap((fact) => fact.when ?? []))
      .reduce<EpochMicros | null>((first, when) => (first === null || when < first ? when : first), null),
    to: null,
    nodes,
    data: { cluster: null, voters: endpoints.length, learners: 0, healthy, quorum },
    evidence: silent.flatMap(([address, facts]) => {
      const fact = facts.find((one) => refusing(address, one) !== null) ?? facts[0];
      const closed = refusing(address, fact);
      const why = closed === null ? phrase('no answer from {address}', { address }) : phrase('nothing listens at {address}', { address: closed });
      return fact === undefined ? [] : [context.cite(fact, why)];
    }),
  };
}
