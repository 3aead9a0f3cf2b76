import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import { defineDerivation } from '../derivation.ts';

/** Good practices that the API's own objects show to be absent: a list that was collected and is empty, zones that are all one. */
export const practicesDerivation = defineDerivation({
  id: 'practices',
  reads: ['node.zone', 'k8s.listed'],
  gives: ['practice.missing'],
  *derive(context): Iterable<Derived<'practice.missing'>> {
    const zones = new Map<string, { readonly zone: string | null; readonly evidence: Citation }>();
    for (const fact of context.facts(['node.zone'])) {
      const { node, zone, controlPlane } = fact.data;
      if (controlPlane) zones.set(node, { zone, evidence: context.cite(fact, zone === null ? `${node} names no zone` : `${node} is in zone ${zone}`) });
    }
    const [only, second] = new Set([...zones.values()].map((z) => z.zone));
    if (zones.size > 1 && only != null && second === undefined) {
      yield {
        type: 'practice.missing',
        from: null,
        to: null,
        nodes: [...zones.keys()].toSorted(),
        data: { practice: 'zone-spread', subject: only },
        evidence: [...zones.values()].map((z) => z.evidence).slice(0, 6),
      };
    }
    const empty: Citation[] = [];
    let budgets = 0;
    for (const fact of context.facts(['k8s.listed'])) {
      if (fact.data.kind !== 'PodDisruptionBudget') continue;
      budgets += fact.data.count;
      if (fact.data.count === 0 && empty.length < 4) empty.push(context.cite(fact, 'the list of PodDisruptionBudgets is empty'));
    }
    if (budgets === 0 && empty.length > 0) {
      yield { type: 'practice.missing', from: null, to: null, nodes: [], data: { practice: 'pod-disruption-budget', subject: null }, evidence: empty };
    }
  },
});
