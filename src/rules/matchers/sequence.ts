import { clockSlack } from '../clock-order.ts';
import { lowerBound } from '../../timeline/search.ts';
import type { Selection } from '../compiler.ts';
import type { RuleContext, RuleFact } from '../context.ts';
import { BY_SCHEMA, defineMatcher, DURATION, endOf, grouped, select, SELECTION, timed, type Doubt, type Match, type TimedFact } from '../matcher.ts';

interface Step extends TimedFact {
  readonly step: number;
  readonly selection: Selection;
}

/** From a start, the earliest fact of each further step, none used twice; null when the window (edges included) holds no such chain. */
function chain(steps: readonly (readonly Step[])[], times: readonly (readonly number[])[], start: Step, within: number): Step[] | null {
  const found = [start];
  const used = new Set<RuleFact>([start.fact]);
  let from = start.at;
  for (let step = 1; step < steps.length; step += 1) {
    const candidates = steps[step] ?? [];
    let index = lowerBound(times[step] ?? [], from, (time) => time);
    while (candidates[index] !== undefined && used.has(candidates[index]?.fact ?? start.fact)) index += 1;
    const next = candidates[index];
    if (next === undefined || next.at - start.at > within) return null;
    used.add(next.fact);
    found.push(next);
    from = next.at;
  }
  return found;
}

/** One fact for each step out of a window, none used twice (augmenting paths); null when there is no such choice. */
function assign(window: readonly Step[], steps: number): Step[] | null {
  const holder = new Map<RuleFact, Step>();
  const place = (step: number, tried: Set<RuleFact>): boolean => {
    for (const one of window) {
      if (one.step !== step || tried.has(one.fact)) continue;
      tried.add(one.fact);
      const held = holder.get(one.fact);
      if (held === undefined || place(held.step, tried)) {
        holder.set(one.fact, one);
        return true;
      }
    }
    return false;
  };
  for (let step = 0; step < steps; step += 1) if (!place(step, new Set())) return null;
  return [...holder.values()].sort((a, b) => a.at - b.at || a.step - b.step);
}

function ordered(all: readonly Step[], count: number, within: number): Step[][] {
  const steps = Array.from({ length: count }, (_, step) => all.filter((one) => one.step === step));
  const times = steps.map((list) => list.map((one) => one.at));
  const found: Step[][] = [];
  let after = -Infinity;
  for (const start of steps[0] ?? []) {
    if (start.at <= after) continue;
    const hit = chain(steps, times, start, within);
    if (hit === null) continue;
    found.push(hit);
    after = hit.at(-1)?.at ?? start.at;
  }
  return found;
}

function unordered(all: readonly Step[], count: number, within: number): Step[][] {
  const found: Step[][] = [];
  let after = -Infinity;
  for (let index = 0; index < all.length; index += 1) {
    const start = all[index];
    if (start === undefined || start.at <= after) continue;
    const seen = new Map<number, number>();
    const window: Step[] = [];
    for (let i = index; i < all.length && (all[i]?.at ?? Infinity) - start.at <= within; i += 1) {
      const one = all[i];
      if (one === undefined) break;
      const of = seen.get(one.step) ?? 0;
      if (of >= count) continue;
      seen.set(one.step, of + 1);
      window.push(one);
    }
    const hit = seen.size === count ? assign(window, count) : null;
    if (hit === null) continue;
    found.push(hit);
    after = hit.at(-1)?.at ?? start.at;
  }
  return found;
}

/** The pair of neighbours whose order the clocks do not settle; null when all are certain. */
function uncertainPair(hit: readonly Step[], context: RuleContext): string | null {
  for (let i = 1; i < hit.length; i += 1) {
    const [a, b] = [hit[i - 1], hit[i]];
    if (a !== undefined && b !== undefined && a.fact.node !== b.fact.node && b.at - a.at < clockSlack(context.history, a.fact.node, b.fact.node))
      return `${a.fact.node ?? '?'} / ${b.fact.node ?? '?'}`;
  }
  return null;
}

/** A then B then C (or, unordered, all of them) within a time; facts on nodes whose clocks do not settle the order make it undecidable. */
export const sequenceMatcher = defineMatcher({
  id: 'sequence',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['steps', 'within'],
    properties: { steps: { type: 'array', items: SELECTION, minItems: 2, maxItems: 8 }, within: DURATION, ordered: { type: 'boolean' }, by: BY_SCHEMA },
  },
  pick: (raw) => raw.sequence,
  compile(raw, compiler, path) {
    const selections = raw.steps.map((step, index) => compiler.selection(step, [...path, 'steps', index]));
    const by = compiler.by(raw.by, selections, [...path, 'by']);
    const within = compiler.duration(raw.within, [...path, 'within']);
    const inOrder = raw.ordered ?? true;
    return {
      types: [...new Set(selections.flatMap((selection) => selection.types))],
      rules: [],
      values: [],
      evaluate(context) {
        const doubts: Doubt[] = [];
        const steps: Step[] = [];
        selections.forEach((selection, step) => {
          const chosen = select(selection, context);
          doubts.push(...chosen.doubts);
          for (const one of timed(chosen.facts).timed) steps.push({ ...one, step, selection });
        });
        const matches: Match[] = [];
        for (const group of grouped(steps, by, (one, name) => one.selection.field(one.fact, name)).values()) {
          group.sort((a, b) => a.at - b.at || a.step - b.step);
          for (const hit of (inOrder ? ordered : unordered)(group, selections.length, within)) {
            const [first, ...rest] = hit.map((one) => one.fact);
            const pair = inOrder ? uncertainPair(hit, context) : null;
            if (first === undefined) continue;
            if (pair === null) matches.push({ facts: [first, ...rest], at: first.at, until: endOf([first, ...rest]), values: {} });
            else
              doubts.push({
                because: context.lang === 'zh' ? `时钟不足以确定先后次序: ${pair}` : `the clocks do not settle which came first: ${pair}`,
                nodes: [...new Set(hit.flatMap((one) => one.fact.nodes))],
              });
          }
        }
        return { matches, doubts };
      },
      describe: (lang) => {
        const joined = selections
          .map((selection) => selection.describe(lang))
          .join(inOrder ? (lang === 'zh' ? '，然后 ' : ', then ') : lang === 'zh' ? ' 与 ' : ' together with ');
        return lang === 'zh' ? `${joined}，在 ${raw.within} 之内（含两端）` : `${joined}, within ${raw.within}, both ends included`;
      },
    };
  },
});
