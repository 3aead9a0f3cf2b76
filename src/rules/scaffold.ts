import { UsageError } from '../model/errors.ts';

/** The text of a new rule file that already passes `rules check` and `rules test`. Throws UsageError when `id` is no rule id. */
export function scaffoldRule(id: string): string {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    throw new UsageError(`"${id}" is no rule id: lower-case words joined by hyphens, such as slow-disk`, { subject: id });
  return `# The language is described in docs/rule-language.md; check with: inquest rules check ${id}.yaml
id: ${id}
status: experimental
severity: warning
title: { en: Name the symptom in a few words, zh: 用几个字说明症状 }
description:
  en: What this means for the cluster, and why it matters.
  zh: 说明其含义及影响。
falsePositives:
  - { en: When it may fire although nothing is wrong., zh: 何时可能误报。 }
detect:
  fact:
    type: member.down
    where: { planned: false, duration: { gte: 5s } }
finding:
  summary:
    en: "{member} was down for {duration}."
    zh: "{member} 停止运行 {duration}。"
  group: [member]
  join: 60s
remediation:
  - step: { en: Look at its log before the gap., zh: 查看中断前的日志。 }
    command: journalctl -u etcd --no-pager
    risk: none
examples:
  fires:
    - name: killed for ten seconds
      facts:
        - { type: member.down, at: T+3s, data: { member: etcd-1, how: killed, duration: 10s } }
  quiet:
    - name: a planned restart
      facts:
        - { type: member.down, at: T+3s, data: { member: etcd-1, how: stopped, planned: true, duration: 10s } }
`;
}
