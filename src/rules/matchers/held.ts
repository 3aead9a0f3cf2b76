import { COMPONENTS_SCHEMA, componentsOf } from '../components.ts';
import { BY_SCHEMA, defineMatcher, DURATION, grouped, select, SELECTION, timed, type Doubt, type Match } from '../matcher.ts';
import { epochMicros } from '../../model/time.ts';

/** A state that begins with A and ends with B held at least so long; where no B is seen, only as long as the evidence reaches. */
export const heldMatcher = defineMatcher({
  id: 'held',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['from', 'until', 'lasted', 'covered'],
    properties: { from: SELECTION, until: SELECTION, lasted: DURATION, by: BY_SCHEMA, covered: COMPONENTS_SCHEMA },
  },
  pick: (raw) => raw.held,
  compile(raw, compiler, path) {
    const opens = compiler.selection(raw.from, [...path, 'from']);
    const closes = compiler.selection(raw.until, [...path, 'until']);
    const by = compiler.by(raw.by, [opens, closes], [...path, 'by']);
    const lasted = compiler.duration(raw.lasted, [...path, 'lasted']);
    const components = componentsOf(raw.covered);
    return {
      types: [...opens.types, ...closes.types],
      rules: [],
      values: ['held'],
      evaluate(context) {
        const starts = select(opens, context);
        const ends = select(closes, context);
        const doubts: Doubt[] = [...starts.doubts, ...ends.doubts];
        const matches: Match[] = [];
        const closers = grouped(timed(ends.facts).timed, by, (one, name) => closes.field(one.fact, name));
        for (const [key, group] of grouped(timed(starts.facts).timed, by, (one, name) => opens.field(one.fact, name))) {
          const ending = closers.get(key) ?? [];
          let closedAt = -Infinity;
          for (const { fact, at } of group) {
            if (at < closedAt) continue;
            const close = ending.find((one) => one.at >= at && one.fact !== fact);
            closedAt = close?.at ?? Infinity;
            if (close !== undefined) {
              if (close.at - at >= lasted) matches.push({ facts: [fact, close.fact], at, until: close.at, values: { held: close.at - at } });
              continue;
            }
            const end = context.history.collectedAt ?? context.history.to;
            if (end === null || end - at < lasted) continue;
            const answer = context.coveredBetween(fact.node, components, at, epochMicros(at + lasted));
            if (answer.covered) matches.push({ facts: [fact], at, until: null, values: { held: end - at } });
            else
              doubts.push({
                because:
                  context.lang === 'zh'
                    ? `${answer.uncovered ?? ''} 的证据未覆盖其后的 ${raw.lasted}，不知状态是否已结束`
                    : `the evidence of ${answer.uncovered ?? ''} does not reach over the ${raw.lasted} after it, so the state may have ended unseen`,
                nodes: fact.nodes,
              });
          }
        }
        return { matches, doubts };
      },
      describe: (lang) =>
        lang === 'zh'
          ? `从 ${opens.describe(lang)} 到 ${closes.describe(lang)} 至少持续 ${raw.lasted}`
          : `from ${opens.describe(lang)} until ${closes.describe(lang)}, lasting at least ${raw.lasted}`,
    };
  },
});
