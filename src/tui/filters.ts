import { LEVELS } from '../model/event.ts';
import type { Level } from '../model/event.ts';
import type { FactType } from '../model/fact.ts';
import type { AppState, Filter, OnlyCited } from './state.ts';
import { NO_FILTER } from './state.ts';
import { formatDateTime } from './when.ts';

/** A removable condition, as its chip and as what remains without it. */
export interface Chip {
  readonly label: string;
  readonly without: Filter;
}

export function chipsOf(filter: Filter): readonly Chip[] {
  return [
    ...filter.nodes.map((node) => ({ label: `node ${node}`, without: { ...filter, nodes: filter.nodes.filter((one) => one !== node) } })),
    ...filter.components.map((component) => ({ label: component, without: { ...filter, components: filter.components.filter((one) => one !== component) } })),
    ...(filter.minLevel === null ? [] : [{ label: `${filter.minLevel} and up`, without: { ...filter, minLevel: null } }]),
    ...(filter.from === null && filter.to === null
      ? []
      : [
          {
            label: `${filter.from === null ? 'start' : formatDateTime(filter.from)} – ${filter.to === null ? 'end' : formatDateTime(filter.to)}`,
            without: { ...filter, from: null, to: null },
          },
        ]),
    ...(filter.only === null ? [] : [{ label: filter.only.label, without: { ...filter, only: null } }]),
    ...(filter.text === null ? [] : [{ label: `text “${filter.text}”`, without: { ...filter, text: null } }]),
  ];
}

/** One line of the filter menu. */
export interface FilterChoice {
  readonly group: 'node' | 'component' | 'level' | 'text' | 'time' | 'fact' | 'finding' | 'all';
  readonly label: string;
  readonly on: boolean;
  /** null asks for text first */
  readonly next: Filter | null;
  readonly asks?: 'filter-text' | 'filter-time';
}

/** Findings offered as a filter; the worst come first. */
const MENU_FINDINGS = 40;

function onlyChoice(filter: Filter, only: OnlyCited, label: string): FilterChoice {
  const on = filter.only?.kind === only.kind && filter.only.id === only.id;
  return { group: only.kind, label, on, next: { ...filter, only: on ? null : only } };
}

/** Facts that mark turns; what has its own condition elsewhere is left out. */
const MENU_FACTS = [
  'raft.leader-elected',
  'raft.leader-lost',
  'raft.election-started',
  'raft.quorum-inactive',
  'raft.transfer-started',
  'wal.fdatasync-slow',
  'etcd.started',
  'etcd.stopped',
  'etcd.crashed',
  'peer.became-inactive',
  'peer.became-active',
  'alarm.raised',
  'k8s-lease.acquired',
  'k8s-lease.lost',
  'apiserver.started',
  'lb.server-state',
  'vip.state',
  'clock.stepped',
  'backup.saved',
  'backup.failed',
] as const satisfies readonly FactType[];

/** The fact type of that name; null when the menu does not offer it. */
export function menuFact(id: string): FactType | null {
  return MENU_FACTS.find((type) => type === id) ?? null;
}

const MENU_LEVELS: readonly Level[] = ['info', 'warn', 'error'];

function toggled(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}

export function filterMenu(state: AppState): readonly FilterChoice[] {
  const { data, timeline } = state;
  if (data === null) return [];
  const { filter } = timeline;
  return [
    { group: 'all', label: 'show everything', on: chipsOf(filter).length === 0, next: NO_FILTER },
    ...MENU_LEVELS.map((level): FilterChoice => ({
      group: 'level',
      label: `${level} and up`,
      on: filter.minLevel === level,
      next: { ...filter, minLevel: filter.minLevel === level ? null : level },
    })),
    ...data.history.nodes.map((node): FilterChoice => ({
      group: 'node',
      label: node,
      on: filter.nodes.includes(node),
      next: { ...filter, nodes: toggled(filter.nodes, node) },
    })),
    ...data.components.map((one): FilterChoice => ({
      group: 'component',
      label: one,
      on: filter.components.includes(one),
      next: { ...filter, components: toggled(filter.components, one) },
    })),
    {
      group: 'text',
      label: filter.text === null ? 'text …' : `text “${filter.text}”`,
      on: filter.text !== null,
      next: filter.text === null ? null : { ...filter, text: null },
      asks: 'filter-text',
    },
    {
      group: 'time',
      label: 'from … to …',
      on: filter.from !== null || filter.to !== null,
      next: filter.from !== null || filter.to !== null ? { ...filter, from: null, to: null } : null,
      asks: 'filter-time',
    },
    ...data.findings
      .slice(0, MENU_FINDINGS)
      .map((one): FilterChoice => onlyChoice(filter, { kind: 'finding', id: one.id, label: `cited by ${one.id}` }, `${one.id}  ${one.title}`)),
    ...MENU_FACTS.map((type): FilterChoice => onlyChoice(filter, { kind: 'fact', id: type, label: type }, type)),
  ];
}

/** The lowest level shown, one step up or down. Up from no condition leads to warnings at once, which is what one wants. */
export function stepLevel(level: Level | null, by: 1 | -1): Level | null {
  if (level === null) return by === 1 ? 'warn' : null;
  const index = LEVELS.indexOf(level) + by;
  return index < LEVELS.indexOf('info') ? null : (LEVELS[Math.min(LEVELS.length - 1, index)] ?? null);
}
