import { BY_SCHEMA, defineMatcher, DURATION, endOf, grouped, select, SELECTION, timed, type Doubt, type Match, type TimedFact } from '../matcher.ts';
import type { Selection } from '../compiler.ts';
import type { RuleFact } from '../context.ts';

function tally(facts: readonly RuleFact[], distinct: string | undefined, selection: Selection): number {
  if (distinct === undefined) return facts.length;
  return new Set(facts.map((fact) => JSON.stringify(selection.field(fact, distinct) ?? null)).filter((key) => key !== 'null')).size;
}

/** Maximal runs of facts covered by windows that hold enough of them; both edges belong to the window. */
function runs(facts: readonly TimedFact[], within: number, enough: (window: readonly RuleFact[]) => boolean): TimedFact[][] {
  const found: { first: number; last: number }[] = [];
  let end = 0;
  for (let start = 0; start < facts.length; start += 1) {
    const from = facts[start]?.at ?? 0;
    end = Math.max(end, start);
    while (end + 1 < facts.length && (facts[end + 1]?.at ?? Infinity) - from <= within) end += 1;
    const open = found.at(-1);
    if (open !== undefined && open.last >= end) continue;
    if (!enough(facts.slice(start, end + 1).map((one) => one.fact))) continue;
    if (open !== undefined && open.last >= start) open.last = end;
    else found.push({ first: start, last: end });
  }
  return found.map(({ first, last }) => facts.slice(first, last + 1));
}

/** At least N facts (or N different values of a field) within a sliding window, counted group by group; the run they form may have to last. */
export const countMatcher = defineMatcher({
  id: 'count',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['of', 'atLeast'],
    properties: { of: SELECTION, atLeast: { type: 'integer', minimum: 1 }, within: DURATION, spanning: DURATION, by: BY_SCHEMA, distinct: { type: 'string' } },
  },
  pick: (raw) => raw.count,
  compile(raw, compiler, path) {
    const selection = compiler.selection(raw.of, [...path, 'of']);
    const by = compiler.by(raw.by, [selection], [...path, 'by']);
    if (raw.distinct !== undefined) compiler.by([raw.distinct], [selection], [...path, 'distinct']);
    const within = raw.within === undefined ? null : compiler.duration(raw.within, [...path, 'within']);
    const spanning = raw.spanning === undefined ? 0 : compiler.duration(raw.spanning, [...path, 'spanning']);
    const long = (facts: readonly TimedFact[]): boolean => spanning === 0 || (facts.at(-1)?.at ?? 0) - (facts[0]?.at ?? 0) >= spanning;
    const enough = (facts: readonly RuleFact[]): boolean => tally(facts, raw.distinct, selection) >= raw.atLeast;
    const match = (facts: readonly RuleFact[]): Match[] => {
      const [first, ...rest] = facts;
      if (first === undefined) return [];
      return [{ facts: [first, ...rest], at: first.at, until: endOf(facts), values: { count: tally(facts, raw.distinct, selection) } }];
    };
    return {
      types: selection.types,
      rules: [],
      values: ['count'],
      evaluate(context) {
        const { facts, doubts } = select(selection, context);
        const open: Doubt[] = [...doubts];
        const matches: Match[] = [];
        for (const group of grouped(facts, by, (one, name) => selection.field(one, name)).values()) {
          if (within === null) {
            if (enough(group) && long(timed(group).timed)) matches.push(...match(group));
            continue;
          }
          const { timed: known, untimed } = timed(group);
          const found = runs(known, within, enough).filter(long);
          for (const run of found) matches.push(...match(run.map((one) => one.fact)));
          if (found.length === 0 && untimed > 0 && enough(group)) {
            open.push({
              because:
                context.lang === 'zh'
                  ? `${untimed} 条 ${selection.describe('zh')} 没有时间，无法判断是否在 ${raw.within ?? ''} 之内`
                  : `${untimed} of ${group.length} facts carry no time, so whether they fall within ${raw.within ?? ''} cannot be told`,
              nodes: [...new Set(group.flatMap((fact) => fact.nodes))],
            });
          }
        }
        return { matches, doubts: open };
      },
      describe: (lang) => {
        const what = raw.distinct === undefined ? '' : lang === 'zh' ? `不同的 ${raw.distinct} ` : `different values of ${raw.distinct} in `;
        const group = by.length === 0 ? '' : lang === 'zh' ? `（按 ${by.join('、')} 分组）` : ` for the same ${by.join(', ')}`;
        const window = raw.within === undefined ? '' : lang === 'zh' ? `，在 ${raw.within} 之内（含两端）` : ` within ${raw.within}, both ends included`;
        const span = raw.spanning === undefined ? '' : lang === 'zh' ? `，首尾相隔至少 ${raw.spanning}` : `, the first and last at least ${raw.spanning} apart`;
        return lang === 'zh'
          ? `至少 ${raw.atLeast} 个${what}${selection.describe(lang)}${group}${window}${span}`
          : `at least ${raw.atLeast} ${what}${selection.describe(lang)}${group}${window}${span}`;
      },
    };
  },
});
