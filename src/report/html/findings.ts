import { unwrapped } from '../unwrapped.ts';
import type { Finding } from '../../model/finding.ts';
import { parseRfc3339 } from '../../model/time.ts';
import { clockTime, DASH, durationOf } from '../format.ts';
import type { Say, StringKey } from '../strings.ts';
import { lagText, placeOf, RISK } from '../phrases.ts';
import type { Report, ReportEvidence, ReportFinding } from '../types.ts';
import type { Excerpts } from './excerpts.ts';
import { type Html, html, slug } from './markup.ts';

/** Evidence shown at once; the rest folds away. */
const AT_ONCE = 6;

interface Context {
  readonly report: Report;
  readonly say: Say;
  readonly excerpts: Excerpts;
}

/** Findings worst first, each sentence of evidence leading to its line below. `sources` are the case's findings, by id. */
export function drawFindings(report: Report, sources: ReadonlyMap<string, Finding>, excerpts: Excerpts, say: Say): Html {
  const context = { report, say, excerpts };
  return html`${report.findings.map((f) => drawFinding(context, f, sources.get(f.id)))}`;
}

function drawFinding(context: Context, f: ReportFinding, source: Finding | undefined): Html {
  const { say } = context;
  const span = durationOf(f.start, f.end);
  const when =
    f.start === null
      ? DASH
      : `${clockTime(f.start, null)} → ${f.end === null ? say('ongoing') : clockTime(f.end, f.start)}${span === null ? '' : ` (${span})`}`;
  const from = f.start === null ? null : parseRfc3339(f.start);
  const to = f.end === null ? from : parseRfc3339(f.end);
  return html`<article class="finding ${f.severity}" id="f-${slug(f.id)}" aria-labelledby="h-${slug(f.id)}">
<h3 id="h-${slug(f.id)}"><span class="badge ${f.severity}">${say(f.severity)}</span> ${f.title}</h3>
<p class="meta"><a href="#f-${slug(f.id)}"><code>${f.id}</code></a> <span>${when}</span> ${f.nodes.map((n) => html`<span class="node">${n}</span> `)}${from !== null && html`<button type="button" class="zoom" hidden data-f="${from}" data-t="${to ?? from}">${say('zoomTo')}</button>`}</p>
<p class="summary">${f.summary}</p>
${causes(context, f)}${effects(context, f)}
<details${f.severity !== 'info' && html` open`}><summary>${say('evidence')} (${f.evidence.length + f.counterEvidence.length}), ${say('nextSteps')} (${f.remediation.length})</summary>
${evidenceList(context, f.id, 'evidence', f.evidence, source?.evidence)}${evidenceList(context, f.id, 'counterEvidence', f.counterEvidence, source?.counterEvidence)}
${steps(f, say)}
</details>
</article>
`;
}

function link(report: Report, id: string): Html {
  const known = report.findings.find((f) => f.id === id);
  return known === undefined ? html`<code>${id}</code>` : html`<a href="#f-${slug(id)}">${known.title}</a> <code>${id}</code>`;
}

function causes({ report, say }: Context, f: ReportFinding): Html | null {
  if (f.causesDetail.length === 0) return null;
  return html`<ul class="causes" aria-label="${say('causedBy')}">${f.causesDetail.map(
    (c) =>
      html`<li><span class="rel">${say('causedBy')}</span> ${link(report, c.finding)}${c.lagMs !== null && html` <span class="lag">(${lagText(c.lagMs, say)})</span>`} ${c.why}</li>`,
  )}</ul>`;
}

function effects({ report, say }: Context, f: ReportFinding): Html | null {
  const down = report.findings.filter((g) => g.causes.includes(f.id));
  if (down.length === 0) return null;
  return html`<ul class="causes" aria-label="${say('leadsTo')}">${down.map((g) => html`<li><span class="rel">${say('leadsTo')}</span> ${link(report, g.id)}</li>`)}</ul>`;
}

function evidenceList(
  { excerpts, say, report }: Context,
  id: string,
  heading: StringKey,
  items: readonly ReportEvidence[],
  sources: Finding['evidence'] | undefined,
): Html | null {
  if (items.length === 0) return null;
  const rows = items.map((item, i) => {
    const ref = sources?.[i]?.ref;
    const anchor = ref === undefined ? null : excerpts.cite(ref, item.text, id);
    const written = item.writtenTime === undefined ? null : html` <span class="written">${say('written')} ${clockTime(item.writtenTime, item.time)}</span>`;
    const where = anchor === null ? html`<code>${placeOf(item)}</code>` : html`<a class="place" href="#${anchor}"><code>${placeOf(item)}</code></a>`;
    const why = anchor === null ? html`${item.why}` : html`<a class="why" href="#${anchor}">${item.why}</a>`;
    return html`<li>${why} <span class="at">${item.time === null ? '' : clockTime(item.time, report.incident.since)}${written}</span><br>${where}<code class="line">${item.text === '' ? say('textNotKept') : shorten(unwrapped(item.text))}</code></li>
`;
  });
  const rest = rows.slice(AT_ONCE);
  return html`<h4>${say(heading)}</h4><ol class="evidence">${rows.slice(0, AT_ONCE)}</ol>${rest.length > 0 && html`<details class="more"><summary>${say('showLines', { n: rest.length })}</summary><ol class="evidence" start="${AT_ONCE + 1}">${rest}</ol></details>`}`;
}

/** The list shows the beginning; the whole line stands in its surroundings, one click away. */
function shorten(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

function steps(f: ReportFinding, say: Say): Html | null {
  if (f.remediation.length === 0) return null;
  return html`<h4>${say('nextSteps')}</h4><ol class="steps">${f.remediation.map(
    (
      r,
    ) => html`<li>${r.step} <span class="risk ${r.risk}">${say('risk')}: ${say(RISK[r.risk])}</span>${r.riskNote !== null && html` <span class="note">${r.riskNote}</span>`}${r.command !== null && html`<pre><code>${r.command.split('\n').map((line, i) => html`${i > 0 && LINE_BREAK}${line}`)}</code></pre>`}</li>
`,
  )}</ol>`;
}

const LINE_BREAK: Html = { markup: '\n' };
