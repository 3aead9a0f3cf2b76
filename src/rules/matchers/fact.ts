import { defineMatcher, select, SELECTION } from '../matcher.ts';

/** Every fact that satisfies the conditions is a match of its own. */
export const factMatcher = defineMatcher({
  id: 'fact',
  schema: SELECTION,
  pick: (raw) => raw.fact,
  compile(raw, compiler, path) {
    const selection = compiler.selection(raw, path);
    return {
      types: selection.types,
      rules: [],
      values: [],
      evaluate(context) {
        const { facts, doubts } = select(selection, context);
        return { matches: facts.map((fact) => ({ facts: [fact], at: fact.at, until: fact.until, values: {} })), doubts };
      },
      describe: (lang) => (lang === 'zh' ? `每个 ${selection.describe(lang)}` : `each ${selection.describe(lang)}`),
    };
  },
});
