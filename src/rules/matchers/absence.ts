import { clockSlack } from '../clock-order.ts';
import { BY_SCHEMA, defineMatcher, DURATION, grouped, select, SELECTION, timed, type Doubt, type Match, type TimedFact } from '../matcher.ts';
import { epochMicros } from '../../model/time.ts';
import { COMPONENTS_SCHEMA, componentsOf } from '../components.ts';

/** A that no B follows within the time, where the sources prove that B would have been seen; undecidable where they do not. */
export const absenceMatcher = defineMatcher({
  id: 'absence',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['of', 'notFollowedBy', 'within', 'covered'],
    properties: { of: SELECTION, notFollowedBy: SELECTION, within: DURATION, by: BY_SCHEMA, covered: COMPONENTS_SCHEMA },
  },
  pick: (raw) => raw.absence,
  compile(raw, compiler, path) {
    const first = compiler.selection(raw.of, [...path, 'of']);
    const then = compiler.selection(raw.notFollowedBy, [...path, 'notFollowedBy']);
    const by = compiler.by(raw.by, [first, then], [...path, 'by']);
    const within = compiler.duration(raw.within, [...path, 'within']);
    const components = componentsOf(raw.covered);
    return {
      types: [...first.types, ...then.types],
      rules: [],
      values: ['waited'],
      evaluate(context) {
        const firsts = select(first, context);
        const seconds = select(then, context);
        const doubts: Doubt[] = [...firsts.doubts, ...seconds.doubts];
        const matches: Match[] = [];
        const followers = grouped(timed(seconds.facts).timed, by, (one, name) => then.field(one.fact, name));
        for (const [key, group] of grouped(firsts.facts, by, (one, name) => first.field(one, name))) {
          const later = followers.get(key) ?? [];
          for (const fact of group) {
            const say = (en: string, zh: string): void => void doubts.push({ because: context.lang === 'zh' ? zh : en, nodes: fact.nodes });
            if (fact.at === null) {
              say(`${fact.type} carries no time`, `${fact.type} 没有时间`);
              continue;
            }
            const from = fact.at;
            const to = epochMicros(from + within);
            const near = (slack: (one: TimedFact) => number): boolean =>
              later.some((one) => one.fact !== fact && one.at >= from - slack(one) && one.at <= to + slack(one));
            if (near(() => 0)) continue;
            const answer = context.coveredBetween(fact.node, components, from, to);
            if (near((one) => clockSlack(context.history, fact.node, one.fact.node)))
              say('a follower lies at the edge of the window, closer than the clocks are known', '后续事件落在窗口边缘，时钟精度不足以判断');
            else if (!answer.covered)
              say(
                `the evidence of ${answer.uncovered ?? ''} does not reach over the ${raw.within} after it`,
                `${answer.uncovered ?? ''} 的证据未覆盖其后的 ${raw.within}`,
              );
            else matches.push({ facts: [fact], at: fact.at, until: to, values: { waited: within } });
          }
        }
        return { matches, doubts };
      },
      describe: (lang) =>
        lang === 'zh'
          ? `${first.describe(lang)}，而 ${raw.within} 内（含两端）没有出现 ${then.describe(lang)}；仅在 ${components.join('、')} 的证据覆盖该时段时成立`
          : `${first.describe(lang)} not followed by ${then.describe(lang)} within ${raw.within} (both ends included), where the evidence of ${components.join(', ')} covers that time`,
    };
  },
});
