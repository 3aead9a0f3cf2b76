import { between, clockTime, durationOf, formatDuration } from './format.ts';
import { rootCauseOf } from './phrases.ts';
import type { Lang } from '../model/lang.ts';
import type { Report, ReportFinding, Timestamp } from './types.ts';

/** Findings of one rule, told together. */
interface Chapter {
  readonly title: string;
  readonly from: Timestamp | null;
  /** null: still so at collection, or never dated */
  readonly to: Timestamp | null;
  readonly nodes: readonly string[];
  /** nodes that only later findings of the rule name */
  readonly others: readonly string[];
  /** the title of an earlier chapter that it follows from */
  readonly after: string | null;
}

const AT_ONCE = 500_000;
const MOST_NODES = 7;
/** in milliseconds: an election takes about that long, and nobody notices */
const WORTH_TELLING = 1000;

interface Words {
  began(time: string, what: string): string;
  later(lag: string, what: string): string;
  meanwhile(what: string): string;
  undated(what: string): string;
  what(title: string, nodes: string, lasted: string, after: string | null): string;
  lasted(span: string): string;
  readonly ongoing: string;
  nodes(first: readonly string[], then: readonly string[], left: number): string;
  leaderless(span: string): string;
  root(title: string, nodes: string): string;
  clean(from: string | null, to: string | null): string;
  readonly join: string;
}

const WORDS: Readonly<Record<Lang, Words>> = {
  en: {
    began: (time, what) => `It began at ${time} UTC with ${what}.`,
    later: (lag, what) => `${lag} later came ${what}.`,
    meanwhile: (what) => `At the same time came ${what}.`,
    undated: (what) => `Not dated: ${what}.`,
    what: (title, nodes, lasted, after) => `“${title}”${nodes}${lasted}${after === null ? '' : `, following from “${after}”`}`,
    lasted: (span) => ` (${span})`,
    ongoing: ' (still so at collection)',
    nodes: (first, then, left) => ` on ${first.join(', ')}${then.length === 0 ? '' : `, then ${then.join(', ')}`}${left === 0 ? '' : ` and ${left} more`}`,
    leaderless: (span) => `The cluster was without a leader for ${span} in all.`,
    root: (title, nodes) => `As far as the evidence links them, it goes back to “${title}”${nodes}.`,
    clean: (from, to) => `Nothing above info was found${from === null || to === null ? '' : ` in the evidence from ${from} to ${to} UTC`}.`,
    join: ' ',
  },
  zh: {
    began: (time, what) => `UTC ${time}，首先出现${what}。`,
    later: (lag, what) => `${lag}后，出现${what}。`,
    meanwhile: (what) => `同时出现${what}。`,
    undated: (what) => `另有时间不明的${what}。`,
    what: (title, nodes, lasted, after) => `“${title}”${nodes}${lasted}${after === null ? '' : `，起因是“${after}”`}`,
    lasted: (span) => `（${span}）`,
    ongoing: '（采集时仍未恢复）',
    nodes: (first, then, left) => `（${[...first, ...then].join('、')}${left === 0 ? '' : ` 等另外 ${left} 处`}）`,
    leaderless: (span) => `集群无领导者的时间共 ${span}。`,
    root: (title, nodes) => `就证据所能关联的范围，可追溯到“${title}”${nodes}。`,
    clean: (from, to) => `没有发现高于 info 级别的问题${from === null || to === null ? '' : `（证据范围 UTC ${from} 至 ${to}）`}。`,
    join: '',
  },
};

/** The incident in one paragraph: what came when, on whom, and what it goes back to. Infos are left out. */
export function paragraphOf(report: Report, lang: Lang): string {
  const words = WORDS[lang];
  const { from, to } = report.incident;
  const chapters = chaptersOf(report);
  const [first] = chapters;
  if (first === undefined) return words.clean(from === null ? null : clockTime(from, null), to === null ? null : clockTime(to, null));
  const nodesOf = (nodes: readonly string[], then: readonly string[] = []): string => {
    const named = nodes.slice(0, MOST_NODES);
    const more = then.slice(0, MOST_NODES - named.length);
    return named.length === 0 ? '' : words.nodes(named, more, nodes.length + then.length - named.length - more.length);
  };
  const sentences = chapters.map((chapter, i) => {
    const span = durationOf(chapter.from, chapter.to);
    const lasted = chapter.from === null ? '' : chapter.to === null ? words.ongoing : span === null ? '' : words.lasted(span);
    const what = words.what(chapter.title, nodesOf(chapter.nodes, chapter.others), lasted, chapter.after);
    if (chapter.from === null) return words.undated(what);
    const before = chapters[i - 1]?.from ?? null;
    if (before === null) return words.began(clockTime(chapter.from, null), what);
    const lag = between(before, chapter.from) ?? 0;
    return lag < AT_ONCE ? words.meanwhile(what) : words.later(formatDuration(lag), what);
  });
  const { totalMs, plannedMs } = report.unavailability;
  if (totalMs - plannedMs >= WORTH_TELLING) sentences.push(words.leaderless(formatDuration(totalMs * 1000)));
  const root = rootCauseOf(report);
  if (root !== null) sentences.push(words.root(root.title, nodesOf(root.nodes)));
  return sentences.join(words.join);
}

/** The later of two ends; null, still so, is later than any. */
function later(a: Timestamp | null, b: Timestamp | null): Timestamp | null {
  return a === null || b === null ? null : (between(a, b) ?? 0) > 0 ? b : a;
}

/** By rule, in the order the first of each began, those without a time last. */
function chaptersOf(report: Report): readonly Chapter[] {
  const told = report.incident.narrative.flatMap((one) => report.findings.filter((finding) => finding.id === one.finding));
  const byRule = new Map<string, ReportFinding[]>();
  for (const finding of told) {
    const own = byRule.get(finding.rule) ?? [];
    byRule.set(finding.rule, own);
    own.push(finding);
  }
  const before = new Set<string>();
  return [...byRule].flatMap(([rule, findings]) => {
    const [first] = findings;
    if (first === undefined) return [];
    const causes = findings.flatMap((finding) => finding.causesDetail.map((cause) => report.findings.find((one) => one.id === cause.finding)));
    const cause = causes.find((one) => one !== undefined && before.has(one.rule));
    before.add(rule);
    return {
      title: first.title,
      from: first.start,
      to: findings.map((finding) => finding.end).reduce(later),
      nodes: first.nodes,
      others: [...new Set(findings.flatMap((finding) => finding.nodes))].filter((node) => !first.nodes.includes(node)),
      after: cause?.title ?? null,
    };
  });
}
