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
  readonly rule: string;
  /** rules of other chapters that it follows from */
  readonly causes: ReadonlySet<string>;
  /** it held before the evidence begins and did not end: a state, and no event */
  readonly standing: boolean;
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
  standing(what: string): string;
  what(title: string, nodes: string, lasted: string, after: string | null): string;
  lasted(span: string): string;
  readonly ongoing: string;
  nodes(first: readonly string[], then: readonly string[], left: number): string;
  leaderless(span: string): string;
  root(title: string, nodes: string): string;
  clean(from: string | null, to: string | null, open: number): string;
  readonly join: string;
}

const WORDS: Readonly<Record<Lang, Words>> = {
  en: {
    began: (time, what) => `It began at ${time} UTC with ${what}.`,
    later: (lag, what) => `${lag} later came ${what}.`,
    meanwhile: (what) => `At the same time came ${what}.`,
    undated: (what) => `Not dated: ${what}.`,
    standing: (what) => `All the while: ${what}.`,
    what: (title, nodes, lasted, after) => `“${title}”${nodes}${lasted}${after === null ? '' : `, following from “${after}”`}`,
    lasted: (span) => ` (${span})`,
    ongoing: ' (still so at collection)',
    nodes: (first, then, left) => ` on ${first.join(', ')}${then.length === 0 ? '' : `, then ${then.join(', ')}`}${left === 0 ? '' : ` and ${left} more`}`,
    leaderless: (span) => `The cluster was without a leader for ${span} in all.`,
    root: (title, nodes) => `As far as the evidence links them, it goes back to “${title}”${nodes}.`,
    clean: (from, to, open) =>
      `Nothing above info was found${from === null || to === null ? '' : ` in the evidence from ${from} to ${to} UTC`}.${open === 0 ? '' : ` ${open === 1 ? 'One thing' : `${open} things`} could not be told from it.`}`,
    join: ' ',
  },
  zh: {
    began: (time, what) => `UTC ${time}，首先出现${what}。`,
    later: (lag, what) => `${lag}后，出现${what}。`,
    meanwhile: (what) => `同时出现${what}。`,
    undated: (what) => `另有时间不明的${what}。`,
    standing: (what) => `全程存在：${what}。`,
    what: (title, nodes, lasted, after) => `“${title}”${nodes}${lasted}${after === null ? '' : `，起因是“${after}”`}`,
    lasted: (span) => `（${span}）`,
    ongoing: '（采集时仍未恢复）',
    nodes: (first, then, left) => `（${[...first, ...then].join('、')}${left === 0 ? '' : ` 等另外 ${left} 处`}）`,
    leaderless: (span) => `集群无领导者的时间共 ${span}。`,
    root: (title, nodes) => `就证据所能关联的范围，可追溯到“${title}”${nodes}。`,
    clean: (from, to, open) =>
      `没有发现高于 info 级别的问题${from === null || to === null ? '' : `（证据范围 UTC ${from} 至 ${to}）`}。${open === 0 ? '' : `另有 ${open} 项无法据此判断。`}`,
    join: '',
  },
};

/** The incident in one paragraph: what came when, on whom, and what it goes back to. Infos are left out. */
export function paragraphOf(report: Report, lang: Lang): string {
  const words = WORDS[lang];
  const { from, to } = report.incident;
  const chapters = chaptersOf(report);
  const [first] = chapters;
  if (first === undefined) return words.clean(from === null ? null : clockTime(from, null), to === null ? null : clockTime(to, null), report.undecided.length);
  const nodesOf = (nodes: readonly string[], then: readonly string[] = []): string => {
    const named = nodes.slice(0, MOST_NODES);
    const more = then.slice(0, MOST_NODES - named.length);
    return named.length === 0 ? '' : words.nodes(named, more, nodes.length + then.length - named.length - more.length);
  };
  const sentences = chapters.map((chapter, i) => {
    const { from, to, standing } = chapter;
    const span = durationOf(from, to);
    const lasted = from === null || standing ? '' : to === null ? words.ongoing : span === null ? '' : words.lasted(span);
    // without a time there is no first and no later
    const nodes = from === null || standing ? nodesOf([...chapter.nodes, ...chapter.others]) : nodesOf(chapter.nodes, chapter.others);
    const what = words.what(chapter.title, nodes, lasted, causeTold(chapter, chapters));
    if (from === null) return words.undated(what);
    if (standing) return words.standing(what);
    const before = chapters[i - 1]?.from ?? null;
    if (before === null) return words.began(clockTime(from, null), what);
    const lag = between(before, from) ?? 0;
    return lag < AT_ONCE ? words.meanwhile(what) : words.later(formatDuration(lag), what);
  });
  const { totalMs, plannedMs } = report.unavailability;
  if (totalMs - plannedMs >= WORTH_TELLING) sentences.push(words.leaderless(formatDuration(totalMs * 1000)));
  const root = rootCauseOf(report);
  // of two, the second has just been said to follow from the first
  if (root !== null && (chapters.length > 2 || !chapters.some((one) => one.rule === root.rule))) sentences.push(words.root(root.title, nodesOf(root.nodes)));
  return sentences.join(words.join);
}

/** The title of the chapter that this one follows from: of those told before it the last, else the next to come. */
function causeTold(chapter: Chapter, chapters: readonly Chapter[]): string | null {
  const causes = (one: Chapter): boolean => one !== chapter && chapter.causes.has(one.rule);
  const at = chapters.indexOf(chapter);
  return (chapters.slice(0, at).findLast(causes) ?? chapters.slice(at).find(causes))?.title ?? null;
}

/** The later of two ends; null, still so, is later than any. */
function later(a: Timestamp | null, b: Timestamp | null): Timestamp | null {
  return a === null || b === null ? null : (between(a, b) ?? 0) > 0 ? b : a;
}

/** By rule, in the order the first of each began; of those that began at once a cause before its effect. What has no time of its own comes last. */
function chaptersOf(report: Report): readonly Chapter[] {
  const told = report.incident.narrative.flatMap((one) => report.findings.filter((finding) => finding.id === one.finding));
  const byRule = new Map<string, ReportFinding[]>();
  for (const finding of told) {
    const own = byRule.get(finding.rule) ?? [];
    byRule.set(finding.rule, own);
    own.push(finding);
  }
  const chapters = [...byRule].flatMap(([rule, findings]): readonly Chapter[] => {
    const [first] = findings;
    if (first === undefined) return [];
    const causes = findings.flatMap((finding) => finding.causes).flatMap((id) => report.findings.find((one) => one.id === id)?.rule ?? []);
    const to = findings.map((finding) => finding.end).reduce(later);
    return [
      {
        title: first.title,
        rule,
        from: first.start,
        to,
        nodes: first.nodes,
        others: [...new Set(findings.flatMap((finding) => finding.nodes))].filter((node) => !first.nodes.includes(node)),
        causes: new Set(causes),
        standing: to === null && (between(report.incident.from, first.start) ?? AT_ONCE) < AT_ONCE,
      },
    ];
  });
  const events = chapters.filter((one) => one.from !== null && !one.standing);
  // where nothing else happened, what held all the while is what there is to tell
  const states = events.length === 0 ? [] : chapters.filter((one) => one.standing);
  const dated = events.length === 0 ? chapters.filter((one) => one.from !== null).map((one) => ({ ...one, standing: false })) : events;
  for (let i = 1; i < dated.length; i += 1) {
    const [before, chapter] = [dated[i - 1], dated[i]];
    if (before === undefined || chapter === undefined || !before.causes.has(chapter.rule) || (between(before.from, chapter.from) ?? AT_ONCE) >= AT_ONCE)
      continue;
    [dated[i - 1], dated[i]] = [chapter, before];
  }
  return [...dated, ...states, ...chapters.filter((one) => one.from === null)];
}
