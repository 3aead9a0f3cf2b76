import { formatDuration } from '../model/time.ts';
import { inLang } from './lang.ts';
import type { Lang } from '../model/lang.ts';
import type { Rule } from './rule.ts';

interface Words {
  readonly fires: string;
  readonly severity: string;
  readonly otherwise: string;
  readonly when: string;
  readonly thresholds: string;
  readonly joined: (by: string, join: string) => string;
  readonly needs: string;
  readonly causes: string;
  readonly within: (time: string) => string;
  readonly symptom: string;
  readonly sameNode: string;
  readonly false: string;
  readonly next: string;
  readonly risk: string;
  readonly references: string;
  readonly status: string;
}

const EN: Words = {
  fires: 'Fires on',
  severity: 'Severity',
  otherwise: 'otherwise',
  when: 'when',
  thresholds: 'Thresholds',
  joined: (by, join) => `Matches with the same ${by} that lie within ${join} of each other become one finding.`,
  needs: 'Without this evidence it cannot be told',
  causes: 'May follow from',
  within: (time) => `within ${time}`,
  symptom: 'Weighs info, as a symptom, while one of these holds',
  sameNode: ' (on the same node)',
  false: 'False positives',
  next: 'Next steps',
  risk: 'risk',
  references: 'References',
  status: 'Status',
};
const ZH: Words = {
  fires: '触发条件',
  severity: '严重程度',
  otherwise: '其他情况',
  when: '条件',
  thresholds: '阈值',
  joined: (by, join) => `${by} 相同且间隔不超过 ${join} 的匹配合并为一个结论。`,
  needs: '缺少以下证据时无法判断',
  causes: '可能的上游原因',
  within: (time) => `${time} 之内`,
  symptom: '以下结论成立时，本结论仅作为其表现 (info)',
  sameNode: '（同一节点）',
  false: '误报',
  next: '后续步骤',
  risk: '风险',
  references: '参考',
  status: '状态',
};

/** A rule in words, as `rules show` prints it: Markdown that also reads well as plain text. */
export function explainRule(rule: Rule, lang: Lang): string {
  const words = lang === 'zh' ? ZH : EN;
  const out: string[] = [`# ${rule.id}: ${inLang(rule.title, lang)}`, '', inLang(rule.description, lang).trim(), ''];
  const section = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) out.push(`## ${title}`, '', ...lines, '');
  };
  section(
    words.severity,
    rule.severity.map((one) =>
      one.when === null ? (rule.severity.length === 1 ? one.is : `- ${one.is}: ${words.otherwise}`) : `- ${one.is}: ${words.when} ${one.words}`,
    ),
  );
  const join = words.joined(rule.finding.group.join(', ') || '-', formatDuration(rule.finding.join));
  section(words.fires, [`${rule.detect.describe(lang)}.`, '', join]);
  section(words.thresholds, rule.thresholds === null ? [] : [inLang(rule.thresholds, lang).trim()]);
  section(words.needs, rule.needs === null ? [] : [`${rule.needs.facts.join(', ')}: ${inLang(rule.needs.otherwise, lang)}`]);
  section(
    words.false,
    rule.falsePositives.map((one) => `- ${inLang(one, lang)}`),
  );
  section(
    words.causes,
    rule.causes.map((one) => `- ${one.rule} (${words.within(formatDuration(one.within))}): ${inLang(one.why, lang)}`),
  );
  section(
    words.symptom,
    rule.symptomOf.map((one) => `- ${one.rule}${one.shared === 'node' ? words.sameNode : ''}`),
  );
  section(
    words.next,
    rule.remediation.flatMap((step, index) => {
      const note = step.riskNote === null ? '' : `: ${inLang(step.riskNote, lang)}`;
      return [
        `${index + 1}. ${inLang(step.step, lang)} (${words.risk} ${step.risk}${note})${step.when === null ? '' : `; ${words.when} ${step.words}`}`,
        ...(step.command === null ? [] : ['', '   ```sh', `   ${step.command}`, '   ```']),
      ];
    }),
  );
  section(
    words.references,
    rule.references.map((one) => `- <${one}>`),
  );
  return `${out.join('\n').trimEnd()}\n`;
}
