import type { Note } from '../../model/note.ts';
import type { CaseReader } from '../../model/ports.ts';
import { keyEvents } from '../key-events.ts';
import { sayIn, type StringKey } from '../strings.ts';
import type { Lang } from '../../model/lang.ts';
import { clockTime } from '../format.ts';
import { buildReport } from '../model.ts';
import { excerpts } from './excerpts.ts';
import { drawFindings } from './findings.ts';
import { drawLanes } from './lanes.ts';
import { type Html, html, ownText } from './markup.ts';
import { SCRIPT } from './script.ts';
import { drawClocks, drawCoverage, drawEvents, drawLeadership, drawMembers, drawNotes, drawOverview, drawStory, drawUndecided } from './sections.ts';
import { STYLE } from './style.ts';

export interface HtmlOptions {
  readonly version: string;
  readonly lang?: Lang;
  readonly notes?: readonly Note[];
  /** SHA-256 of the text's UTF-8 bytes, in base64, for the content security policy */
  readonly sha256Base64: (text: string) => string;
}

/**
 * One self-contained page: no request leaves it, only its own style and script run (by hash), everything from the bundle is escaped,
 * and the same case gives the same bytes.
 */
export function renderHtml(reader: CaseReader, options: HtmlOptions): string {
  const lang = options.lang ?? 'en';
  const notes = options.notes ?? [];
  const report = buildReport(reader, { version: options.version, lang, notes });
  const say = sayIn(lang);
  const cited = excerpts(reader, say);
  const { events, left } = keyEvents(reader, lang);
  const lanes = drawLanes(reader, say);
  const sections: readonly (readonly [string, StringKey, Html | null])[] = [
    ['overview', 'overview', drawOverview(report, lang, say)],
    ['lanes', 'lanes', lanes],
    ['story', 'narrative', drawStory(report)],
    ['findings', 'findings', drawFindings(report, new Map(reader.findings().map((f) => [f.id, f])), cited, say)],
    ['undecided', 'couldNotTell', drawUndecided(report, say)],
    ['notes', 'notes', drawNotes(report, notes, cited, say)],
    ['timeline', 'timeline', drawEvents(events, left, report, cited, reader, say)],
    ['leadership', 'leadership', drawLeadership(report, say)],
    ['clocks', 'clocks', drawClocks(report, say)],
    ['members', 'members', drawMembers(report, say)],
    ['evidence', 'evidenceAppendix', cited.draw()],
    ['coverage', 'coverage', drawCoverage(report, say)],
  ];
  const drawn = sections.filter((s): s is readonly [string, StringKey, Html] => s[2] !== null);
  const policy = `default-src 'none'; style-src 'sha256-${options.sha256Base64(STYLE)}'; script-src 'sha256-${options.sha256Base64(SCRIPT)}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const title = report.incident.title ?? say('cleanTitle');
  return html`<!doctype html>
<html lang="${lang === 'zh' ? 'zh-Hans' : 'en'}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${ownText(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="inquest ${report.generator.version}">
<title>${title} · inquest</title>
<style>${ownText(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">${say('skipToContent')}</a>
<header><h1>${say('report')}</h1><p class="quiet">${report.bundles.map((b) => b.path).join(', ')}${report.incident.collectedAt !== null && html` · ${say('collected')} ${clockTime(report.incident.collectedAt, null)} UTC`} · inquest ${report.generator.version}</p></header>
<nav aria-label="${say('contents')}"><ul>${drawn.map(([id, key]) => html`<li><a href="#${id}">${say(key)}</a></li>`)}</ul></nav>
<main id="main">
${drawn.map(
  ([id, key, body]) => html`<section id="${id}" aria-labelledby="${id}-h"><h2 id="${id}-h">${say(key)}</h2>
${body}</section>
`,
)}</main>
<footer><p class="quiet">${say('correctedNote')}</p></footer>
<script>${ownText(SCRIPT)}</script>
</body>
</html>
`.markup;
}
