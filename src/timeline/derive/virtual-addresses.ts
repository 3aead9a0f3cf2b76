import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { phrase } from '../../model/phrases.ts';
import { formatDuration, MINUTE, SECOND } from '../../model/time.ts';
import type { EpochMicros } from '../../model/time.ts';
import { defineDerivation } from '../derivation.ts';
import type { DerivationContext, TimedFact } from '../derivation.ts';
import { groupBy } from '../group.ts';
import { within } from '../search.ts';

/** Three default advert intervals: a change of master may overlap by less. */
const OVERLAP = 3 * SECOND;
const FLAPS = 4;
const FLAP_WINDOW = 10 * MINUTE;
const MOST_CITED = 6;
const UNIT = /^keepalived(?:@.*)?\.service$/;

/** A stretch in which one node held an address. */
interface Reign {
  readonly instance: string;
  readonly node: string;
  readonly began: TimedFact<'vip.state'>;
  readonly from: EpochMicros;
  /** the line that ended it; null where none did */
  ended: TimedFact<'vip.state' | 'vip.advert' | 'systemd.unit'> | null;
  /** until when it is known to have held the address */
  to: EpochMicros;
  /** it may have held it for longer: until then, or for ever */
  possiblyTo: number;
}

/** Virtual addresses that two nodes held at once, or that kept moving. */
export const virtualAddressesDerivation = defineDerivation({
  id: 'virtual-addresses',
  reads: ['vip.state', 'vip.advert', 'systemd.unit'],
  gives: ['vip.two-masters', 'vip.flapping', 'vip.moved'],
  *derive(context): Generator<Derived<'vip.two-masters' | 'vip.flapping' | 'vip.moved'>> {
    const reigns = reignsOf(context);
    yield* moves(reigns, context);
    yield* twoMasters(context, reigns);
    yield* flapping(context, reigns);
  },
});

/** Until when anything was heard of a node's keepalived: its log goes on, or the host's log it stands in. */
function heardUntil(context: DerivationContext, fact: TimedFact<'vip.state'>): EpochMicros | null {
  const to = context.source(fact.source)?.to ?? null;
  return to === null ? null : context.correct(fact.node, to);
}

function reignsOf(context: DerivationContext): readonly Reign[] {
  const reigns: Reign[] = [];
  const current = new Map<string, Reign>();
  const end = (reign: Reign, fact: NonNullable<Reign['ended']>, certain: boolean): void => {
    current.delete(`${reign.instance} ${reign.node}`);
    reign.ended = fact;
    reign.possiblyTo = fact.when ?? reign.possiblyTo;
    if (certain && fact.when !== null) reign.to = fact.when;
  };
  for (const fact of context.facts(['vip.state', 'vip.advert', 'systemd.unit'])) {
    const { node, when } = fact;
    if (node === null || when === null) continue;
    if (fact.type === 'systemd.unit') {
      const { unit, state } = fact.data;
      if (!UNIT.test(unit) || state === 'starting') continue;
      for (const reign of Array.from(current.values()))
        if (reign.node === node && (state !== 'started' || when > reign.from + SECOND)) end(reign, fact, state !== 'started');
      continue;
    }
    if (fact.type === 'vip.advert') {
      const reign = current.get(`${fact.data.instance} ${node}`);
      // only a master says so: it still was one
      if (reign !== undefined) reign.to = when;
      continue;
    }
    const { instance, state } = fact.data;
    const known = [...current.values()].filter((reign) => reign.node === node && (instance === '' || reign.instance === instance));
    if (state === 'MASTER') {
      // it was started anew, and nothing says when the one before ended
      for (const reign of known) end(reign, fact, false);
      const reign: Reign = { instance, node, began: fact, from: when, ended: null, to: when, possiblyTo: Infinity };
      current.set(`${instance} ${node}`, reign);
      reigns.push(reign);
    } else for (const reign of known) end(reign, fact, true);
  }
  // no word that it let go: it held the address for as long as its log goes on
  for (const reign of current.values()) reign.to = Math.max(reign.to, heardUntil(context, reign.began) ?? reign.to) as EpochMicros;
  return reigns;
}

/** Each change of holder: the one before is the latest that had let go by then, or of which nothing more was heard. */
function* moves(reigns: readonly Reign[], context: DerivationContext): Generator<Derived<'vip.moved'>> {
  const last = new Map<string, Reign>();
  for (const reign of reigns) {
    const before = last.get(reign.instance);
    last.set(reign.instance, reign);
    if (before === undefined || before.node === reign.node) continue;
    const { ended } = before;
    const stopped = ended !== null && ended.type === 'vip.state' && ended.data.state === 'STOPPED';
    yield {
      type: 'vip.moved' as const,
      from: reign.from,
      to: reign.from,
      nodes: [before.node, reign.node].toSorted(),
      data: { instance: reign.instance, from: before.node, to: reign.node, planned: stopped || ended?.type === 'systemd.unit' },
      evidence: [
        context.cite(reign.began, phrase('{node} became MASTER', { node: reign.node })),
        ...(ended === null ? [] : [context.cite(ended, phrase('{node} let go of it', { node: before.node }))]),
      ],
    };
  }
}

function* twoMasters(context: DerivationContext, reigns: readonly Reign[]): Generator<Derived<'vip.two-masters'>> {
  const now = context.collectedAt ?? Infinity;
  /** those before that may still have held it when the next one began */
  const holding = new Map<string, readonly Reign[]>();
  for (const second of reigns) {
    const { from } = second;
    const before = (holding.get(second.instance) ?? []).filter((reign) => reign.to > from || reign.possiblyTo - from >= OVERLAP);
    holding.set(second.instance, [...before, second]);
    for (const first of before) {
      if (first.node === second.node) continue;
      const to = Math.min(first.to, second.to, now) as EpochMicros;
      const nodes = [first.node, second.node].toSorted();
      if (to - from < OVERLAP) {
        const open = [first, second].find((reign) => reign.ended === null && reign.to < from + OVERLAP);
        if (open !== undefined && Math.min(first.possiblyTo, second.possiblyTo, now) - from >= OVERLAP) {
          const because = phrase(
            '{taker} took {instance} while nothing says that {holder} had let go of it: the log of {open} ends before, so it may have been gone by then or may have held it too',
            {
              taker: second.node,
              instance: first.instance,
              holder: first.node,
              open: open.node,
            },
          );
          context.undecided('split-brain-vip', because, nodes);
        }
        if (to <= from) continue;
      }
      const evidence: Citation[] = [
        context.cite(first.began, phrase('{node} became MASTER', { node: first.node })),
        context.cite(second.began, phrase('{node} became MASTER', { node: second.node })),
      ];
      for (const { node, ended } of [first, second])
        if (ended !== null && ended.when === to) evidence.push(context.cite(ended, phrase('{node} left MASTER', { node })));
      yield {
        type: 'vip.two-masters' as const,
        from,
        to,
        nodes,
        data: { instance: first.instance, nodes, overlap: Math.max(0, to - from) },
        evidence,
      };
    }
  }
}

function* flapping(context: DerivationContext, reigns: readonly Reign[]): Generator<Derived<'vip.flapping'>> {
  for (const [instance, list] of groupBy(reigns, (reign) => reign.instance)) {
    for (const first of list) {
      const run = [...within(list, first.from, first.from + FLAP_WINDOW, (reign) => reign.from)];
      const last = run.at(-1);
      if (run.length < FLAPS || last === undefined) continue;
      yield {
        type: 'vip.flapping' as const,
        from: first.from,
        to: last.from,
        nodes: [...new Set(run.map((reign) => reign.node))].toSorted(),
        data: { instance, transitions: run.length },
        evidence: run
          .slice(0, MOST_CITED)
          .map((reign) => context.cite(reign.began, phrase('{node} became MASTER within {window}', { node: reign.node, window: formatDuration(FLAP_WINDOW) }))),
      };
      break;
    }
  }
}
