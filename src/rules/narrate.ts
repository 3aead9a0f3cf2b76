import type { Finding } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import { formatDuration, SECOND } from '../model/time.ts';
import type { Lang } from './lang.ts';
import { storyOf } from '../timeline/story.ts';
import { showTime } from './render.ts';

const MAX_TOLD = 10;

/** The summary without its closing full stop. */
const said = (finding: Finding): string => finding.summary.replace(/[.。]\s*$/, '');

function link(finding: Finding, told: ReadonlyMap<string, Finding>): Finding | null {
  for (const cause of finding.causes) {
    const known = told.get(cause.finding);
    if (known !== undefined && known.rule !== finding.rule) return known;
  }
  return null;
}

function opening(finding: Finding, before: Finding | null, told: ReadonlyMap<string, Finding>, lang: Lang): string {
  if (finding.start === null) return lang === 'zh' ? '另外，' : 'Besides: ';
  if (before === null || before.start === null) return lang === 'zh' ? `${showTime(finding.start)}，` : `At ${showTime(finding.start)}: `;
  const cause = link(finding, told);
  const later = finding.start - before.start;
  const when =
    later < SECOND / 2 ? (lang === 'zh' ? '同时，' : 'At the same time') : lang === 'zh' ? `${formatDuration(later)}后，` : `${formatDuration(later)} later`;
  if (cause === null) return lang === 'zh' ? when : `${when}: `;
  return lang === 'zh' ? `${when}由于“${cause.title}”，` : `${when}, following from “${cause.title}”: `;
}

/** One paragraph that tells the incident in order, in plain words; infos are left out. */
export function narrate(findings: readonly Finding[], history: History, lang: Lang): string {
  const grave = findings
    .filter((finding) => finding.severity !== 'info')
    .toSorted((a, b) => (a.start ?? Infinity) - (b.start ?? Infinity) || (a.id < b.id ? -1 : 1));
  if (grave.length === 0) {
    const span =
      history.from !== null && history.to !== null
        ? lang === 'zh'
          ? `（证据范围 ${showTime(history.from)} 至 ${showTime(history.to)}）`
          : ` in the evidence from ${showTime(history.from)} to ${showTime(history.to)}`
        : '';
    return lang === 'zh' ? `没有发现高于 info 级别的问题${span}。` : `Nothing above info was found${span}.`;
  }
  const told = new Map<string, Finding>();
  const perRule = new Map<string, number>();
  const sentences: string[] = [];
  let before: Finding | null = null;
  let left = 0;
  for (const finding of grave) {
    const times = (perRule.get(finding.rule) ?? 0) + 1;
    perRule.set(finding.rule, times);
    if (times > 2 || sentences.length >= MAX_TOLD) {
      left += 1;
      continue;
    }
    sentences.push(`${opening(finding, before, told, lang)}${said(finding)}${lang === 'zh' ? '。' : '.'}`);
    told.set(finding.id, finding);
    before = finding;
  }
  if (left > 0) sentences.push(lang === 'zh' ? `另有 ${left} 条结论，见下文。` : `${left} more finding${left === 1 ? ' is' : 's are'} listed below.`);
  const first = storyOf(findings)?.root ?? null;
  if (first !== null)
    sentences.push(
      lang === 'zh' ? `可追溯的起因是“${first.title}”（${first.id}）。` : `As far as the evidence links them, this began with “${first.title}” (${first.id}).`,
    );
  return sentences.join(lang === 'zh' ? '' : ' ');
}
