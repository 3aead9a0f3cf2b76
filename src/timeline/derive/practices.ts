import { phrase } from '../../model/phrases.ts';
import type { Derived } from '../../model/derived.ts';
import type { Citation } from '../../model/evidence.ts';
import type { FactType } from '../../model/fact.ts';
import { defineDerivation, type DerivationContext } from '../derivation.ts';

/** Somebody saves snapshots, or tries to, by whatever means. */
const BACKUPS = ['backup.saved', 'backup.failed', 'backup.served', 'backup.status', 'backup.file-listed'] as const satisfies readonly FactType[];
const MOST_CITED = 6;

/** Good practices that the API's own objects show to be absent: a list that was collected and is empty, zones that are all one. */
export const practicesDerivation = defineDerivation({
  id: 'practices',
  reads: ['node.zone', 'k8s.listed', 'schedule.seen', ...BACKUPS],
  gives: ['practice.missing'],
  *derive(context): Iterable<Derived<'practice.missing'>> {
    const zones = new Map<string, { readonly zone: string | null; readonly evidence: Citation }>();
    for (const fact of context.facts(['node.zone'])) {
      const { node, zone, controlPlane } = fact.data;
      if (controlPlane)
        zones.set(node, {
          zone,
          evidence: context.cite(fact, zone === null ? phrase('{node} names no zone', { node }) : phrase('{node} is in zone {zone}', { node, zone })),
        });
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
      if (fact.data.count === 0 && empty.length < 4) empty.push(context.cite(fact, phrase('the list of PodDisruptionBudgets is empty')));
    }
    if (budgets === 0 && empty.length > 0) {
      yield { type: 'practice.missing', from: null, to: null, nodes: [], data: { practice: 'pod-disruption-budget', subject: null }, evidence: empty };
    }
    yield* noBackupSchedule(context);
  },
});

/**
 * CronJobs and systemd timers were both listed, and none of them speaks of backups. Where only one of the two was, the other may hold it;
 * where snapshots are taken, something takes them.
 */
function* noBackupSchedule(context: DerivationContext): Iterable<Derived<'practice.missing'>> {
  const listed = new Map<string, Citation[]>();
  for (const fact of context.facts(['schedule.seen'])) {
    const { kind, name, backup, suspended } = fact.data;
    if (backup && !suspended) return;
    if (!fact.data.listed) continue;
    const cited = listed.get(kind) ?? [];
    listed.set(kind, cited);
    const why =
      name === null
        ? phrase('the list of {kind}s is empty', { kind })
        : backup
          ? phrase('{kind} {name} is suspended', { kind, name })
          : phrase('{kind} {name} backs nothing up', { kind, name });
    if (cited.length < MOST_CITED / 2) cited.push(context.cite(fact, why));
  }
  if (listed.size === 0) return;
  const [taken] = context.facts(BACKUPS);
  if (taken !== undefined) return;
  const [only, second] = listed.keys();
  if (second === undefined) {
    context.undecided(
      'no-backup-schedule',
      only === 'CronJob'
        ? phrase('whether etcd is backed up on a schedule: the CronJobs do not, and the systemd timers (systemctl list-timers) are not in the case')
        : phrase('whether etcd is backed up on a schedule: the systemd timers do not, and the CronJobs (kubectl get cronjobs -A) are not in the case'),
      [],
    );
    return;
  }
  const evidence = [...listed.values()].flat();
  yield { type: 'practice.missing', from: null, to: null, nodes: [], data: { practice: 'backup-schedule', subject: null }, evidence };
}
