import { LANGS } from '../model/lang.ts';
import { matchers } from './matchers.ts';

const scalar = { type: ['string', 'number', 'boolean'] };
const operand = {
  anyOf: [
    { $ref: '#/$defs/scalar' },
    { type: 'object', additionalProperties: false, required: ['field'], properties: { field: { type: 'string' }, times: { type: 'number' } } },
  ],
};
const id = '^[a-z0-9]+(-[a-z0-9]+)*$';
const time = { type: 'string', pattern: '^T([+-]\\d+(\\.\\d+)?(us|ms|s|m|h|d|w))?$', description: 'relative to the start of the example: T, T+3s, T-2d' };

function object(properties: Record<string, object>, required: readonly string[], more: object = {}): object {
  return { type: 'object', additionalProperties: false, required, properties, ...more };
}

const list = (items: object, more: object = {}): object => ({ type: 'array', items, ...more });
const ref = (name: string): object => ({ $ref: `#/$defs/${name}` });

/** One schema for lists (or objects), another for the rest: mistakes then speak of the branch the author meant. */
function branch(type: 'array' | 'object', yes: object, no: object): object {
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { if: { type }, then: yes, else: no };
}

function operators(): object {
  const properties: Record<string, object> = {};
  for (const name of ['eq', 'ne', 'gt', 'gte', 'lt', 'lte']) properties[name] = operand;
  for (const name of ['in', 'notIn']) properties[name] = list(ref('scalar'), { minItems: 1 });
  for (const name of ['contains', 'startsWith', 'endsWith', 'regex']) properties[name] = { type: 'string', minLength: 1 };
  properties['exists'] = { type: 'boolean' };
  return object(properties, [], { minProperties: 1 });
}

function definitions(): Record<string, object> {
  const conditions = { type: 'object', minProperties: 1, additionalProperties: ref('test') };
  const detect: Record<string, object> = {};
  for (const matcher of matchers()) detect[matcher.id] = matcher.schema;
  return {
    ruleId: { type: 'string', pattern: id },
    severity: { enum: ['critical', 'warning', 'info'] },
    duration: { type: 'string', pattern: '^\\d+(\\.\\d+)? ?(us|µs|ms|s|m|h|d|w)$', description: '250ms, 3s, 5m, 30d' },
    text: object(Object.fromEntries(LANGS.map((lang) => [lang, { type: 'string', minLength: 1 }])), ['en']),
    scalar,
    test: branch('object', operators(), branch('array', list(ref('scalar'), { minItems: 1 }), ref('scalar'))),
    where: branch('array', list(conditions, { minItems: 1 }), conditions),
    selection: object(
      {
        type: branch('array', list({ type: 'string' }, { minItems: 1 }), { type: 'string' }),
        where: ref('where'),
        as: { type: 'object', additionalProperties: { type: 'string' } },
      },
      ['type'],
    ),
    detect: { type: 'object', additionalProperties: false, minProperties: 1, maxProperties: 1, properties: detect },
    step: object(
      { step: ref('text'), command: { type: 'string' }, risk: { enum: ['none', 'low', 'medium', 'high'] }, riskNote: ref('text'), when: ref('where') },
      ['step', 'risk'],
    ),
    cause: object({ rule: ref('ruleId'), within: ref('duration'), tolerance: ref('duration'), shared: { enum: ['node', 'none'] }, why: ref('text') }, [
      'rule',
      'within',
      'why',
    ]),
    localCause: object({ rule: ref('ruleId'), shared: { enum: ['node'] } }, ['rule', 'shared']),
    example: object(
      {
        name: { type: 'string', minLength: 1 },
        facts: list(
          object(
            { type: { type: 'string' }, at: time, until: time, nodes: list({ type: 'string' }), component: { type: 'string' }, data: { type: 'object' } },
            ['type'],
          ),
        ),
        findings: list(object({ rule: ref('ruleId'), start: time, end: time, nodes: list({ type: 'string' }), severity: ref('severity') }, ['rule'])),
        coverage: list(object({ node: { type: 'string' }, component: { type: 'string' }, from: time, to: time }, ['node', 'component', 'from', 'to'])),
        severity: ref('severity'),
        count: { type: 'integer', minimum: 1 },
        undecided: { type: 'boolean' },
      },
      ['name', 'facts'],
    ),
  };
}

/** The JSON Schema (2020-12) of a rule file, put together from the matchers; published as `schema/rule.schema.json`. */
export function ruleSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'inquest.rule/v1',
    title: 'inquest rule',
    ...object(
      {
        id: ref('ruleId'),
        status: { enum: ['stable', 'test', 'experimental'] },
        severity: branch('array', list(object({ when: ref('where'), is: ref('severity') }, ['is']), { minItems: 1 }), ref('severity')),
        title: ref('text'),
        description: ref('text'),
        thresholds: ref('text'),
        falsePositives: list(ref('text')),
        references: list({ type: 'string', pattern: '^https?://' }),
        needs: object({ facts: list({ type: 'string' }, { minItems: 1 }), otherwise: ref('text') }, ['facts', 'otherwise']),
        detect: ref('detect'),
        finding: object(
          {
            summary: ref('text'),
            group: list({ type: 'string' }),
            join: ref('duration'),
            nodes: list({ type: 'string' }),
            worst: { type: 'string' },
            words: { type: 'object', additionalProperties: { type: 'object', additionalProperties: ref('text') } },
          },
          ['summary'],
        ),
        remediation: list(ref('step'), { minItems: 1 }),
        causes: list(ref('cause')),
        symptomOf: list({ oneOf: [ref('ruleId'), ref('localCause')] }),
        examples: object({ fires: list(ref('example'), { minItems: 1 }), quiet: list(ref('example'), { minItems: 1 }) }, ['fires', 'quiet']),
      },
      ['id', 'status', 'severity', 'title', 'description', 'detect', 'finding', 'remediation', 'examples'],
    ),
    $defs: definitions(),
  };
}
