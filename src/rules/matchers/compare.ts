import type { RuleFact } from '../context.ts';
import { BY_SCHEMA, defineMatcher, endOf, grouped, select, SELECTION, type Doubt, type Match } from '../matcher.ts';

interface Point {
  readonly fact: RuleFact;
  readonly value: number;
}

function pickOne(points: readonly Point[], pick: 'last' | 'max' | 'min'): Point | undefined {
  if (pick === 'last') return points.at(-1);
  const best = pick === 'max' ? (a: Point, b: Point) => b.value > a.value : (a: Point, b: Point) => b.value < a.value;
  return points.reduce<Point | undefined>((held, point) => (held === undefined || best(held, point) ? point : held), undefined);
}

/** How far a field lies apart over the members of a group: largest minus smallest (`spread`) or largest over smallest (`ratio`). */
export const compareMatcher = defineMatcher({
  id: 'compare',
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['of', 'field', 'by', 'measure', 'gte'],
    properties: {
      of: SELECTION,
      field: { type: 'string' },
      by: { ...BY_SCHEMA, minItems: 1 },
      measure: { enum: ['spread', 'ratio'] },
      pick: { enum: ['last', 'max', 'min'] },
      gte: { $ref: '#/$defs/scalar' },
      groups: { type: 'integer', minimum: 2 },
    },
  },
  pick: (raw) => raw.compare,
  compile(raw, compiler, path) {
    const selection = compiler.selection(raw.of, [...path, 'of']);
    const by = compiler.by(raw.by, [selection], [...path, 'by']);
    compiler.by([raw.field], [selection], [...path, 'field']);
    const kind = raw.measure === 'ratio' ? 'count' : (selection.kind(raw.field) ?? 'count');
    const read = compiler.value(raw.gte, kind, [...path, 'gte']);
    const limit = typeof read === 'number' ? read : Infinity;
    const needed = raw.groups ?? 2;
    return {
      types: selection.types,
      rules: [],
      values: ['value', 'largest', 'smallest'],
      evaluate(context) {
        const { facts, doubts } = select(selection, context);
        const open: Doubt[] = [...doubts];
        const points: Point[] = [];
        let silent = 0;
        for (const group of grouped(facts, by, (one, name) => selection.field(one, name)).values()) {
          const known = group.flatMap((fact) => {
            const value = selection.field(fact, raw.field);
            return typeof value === 'number' ? [{ fact, value }] : [];
          });
          const point = pickOne(known, raw.pick ?? 'last');
          if (point === undefined) silent += 1;
          else points.push(point);
        }
        points.sort((a, b) => b.value - a.value);
        const [top, bottom] = [points[0], points.at(-1)];
        if (top === undefined || bottom === undefined || points.length < needed) {
          if (silent > 0)
            open.push({
              because:
                context.lang === 'zh'
                  ? `只有 ${points.length} 方给出了 ${raw.field}，无法比较`
                  : `${raw.field} is known of ${points.length} only, too few to compare`,
              nodes: [...new Set(facts.flatMap((fact) => fact.nodes))],
            });
          return { matches: [], doubts: open };
        }
        const value = raw.measure === 'spread' ? top.value - bottom.value : bottom.value === 0 ? (top.value === 0 ? 1 : Infinity) : top.value / bottom.value;
        if (value < limit) return { matches: [], doubts: open };
        const [first, ...rest] = [top.fact, ...points.slice(1).map((point) => point.fact)];
        const times = points.flatMap((point) => (point.fact.at === null ? [] : [point.fact.at])).sort((a, b) => a - b);
        const match: Match = {
          facts: [first ?? top.fact, ...rest],
          at: times[0] ?? null,
          until: endOf(points.map((point) => point.fact)),
          values: { value, largest: top.value, smallest: bottom.value },
        };
        return { matches: [match], doubts: open };
      },
      describe: (lang) => {
        const measure =
          raw.measure === 'spread'
            ? lang === 'zh'
              ? '最大值与最小值之差'
              : 'largest minus smallest'
            : lang === 'zh'
              ? '最大值与最小值之比'
              : 'largest over smallest';
        return lang === 'zh'
          ? `${selection.describe(lang)} 的 ${raw.field} 在各 ${by.join('、')} 之间: ${measure} 至少 ${String(raw.gte)}`
          : `${raw.field} of ${selection.describe(lang)} across ${by.join(', ')}: ${measure} at least ${String(raw.gte)}`;
      },
    };
  },
});
