import type { Note } from '../../model/note.ts';
import { formatBytes } from '../../model/text.ts';
import { clockTime, DASH, durationOf, formatDuration, signedMillis, timestamp } from '../format.ts';
import type { KeyEvent } from '../key-events.ts';
import { paragraphOf } from '../paragraph.ts';
import type { Lang } from '../../model/lang.ts';
import type { Say } from '../strings.ts';
import {
  endText,
  inMinutes,
  namedTitle,
  placeOf,
  remarkText,
  rootCauseOf,
  alsoUpstream,
  severalClusters,
  tagText,
  unavailableDetail,
  onlyPlanned,
  unavailableText,
} from '../phrases.ts';
import type { Report, ReportCoverage, ReportFinding } from '../types.ts';
import type { Excerpts } from './excerpts.ts';
import { type Html, html, slug } from './markup.ts';

type Cell = Html | string;

function table(caption: string, head: readonly string[], rows: readonly (readonly Cell[])[], id: string): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${caption}"><table id="${id}"><caption class="unseen">${caption}</caption><thead><tr>${head.map((h) => html`<th scope="col">${h}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row">${cell}</th>` : html`<td>${cell}</td>`))}</tr>
`,
  )}</tbody></table></div>
`;
}

/** Verdict and the four figures people ask for first. */
export function drawOverview(report: Report, lang: Lang, say: Say): Html {
  const { incident, unavailability } = report;
  const worst = report.findings.find((f) => f.id === incident.finding);
  const root = rootCauseOf(report);
  const also = alsoUpstream(report);
  const link = (one: ReportFinding): Html => html`<a href="#f-${slug(one.id)}">${namedTitle(one)}</a>`;
  const took = worst === undefined ? null : durationOf(worst.start, worst.end);
  const card = (name: string, value: Cell, small: Cell): Html => html`<div class="card"><dt>${name}</dt><dd>${value}<small>${small}</small></dd></div>`;
  const title = incident.title ?? say('cleanTitle');
  return html`<div class="verdict ${incident.verdict}"><p class="badge ${incident.verdict}">${say(incident.verdict)}</p><p class="headline">${worst === undefined ? title : html`<a href="#f-${slug(worst.id)}">${title}</a>`}</p></div>
<p class="told">${paragraphOf(report, lang)}</p>
<dl class="cards">${worst !== undefined && card(say('since'), clockTime(worst.start, null), worst.end === null ? say('ongoing') : `${say('until')} ${clockTime(worst.end, worst.start)}${took === null ? '' : ` · ${took}`}`)}
${card(say('unavailable'), unavailability.stretches.length === 0 || onlyPlanned(report) ? DASH : formatDuration(unavailability.totalMs * 1000), unavailability.stretches.length === 0 || onlyPlanned(report) ? unavailableText(report, say) : `${inMinutes(unavailability.totalMs, say)}; ${unavailableDetail(report, say)}`)}
${worst !== undefined && card(say('on'), worst.nodes.join(', ') || DASH, worst.rule)}
${root !== null && card(say('rootCause'), link(root), html`${incident.chain.join(' → ')}${also.length > 0 && html`<br>${say('alsoUpstream')}: ${also.map((one, i) => html`${i > 0 && '; '}${link(one)}`)}`}`)}
${card(say('findings'), html`${(['critical', 'warning', 'info'] as const).map((s) => html`<span class="count ${s}">${report.findings.filter((f) => f.severity === s).length} ${say(s)}</span> `)}`, report.undecided.length === 0 ? '' : `${say('couldNotTell')}: ${report.undecided.length}`)}</dl>
`;
}

/** The findings above info as a story, in the order they began; null when there are none. */
export function drawStory(report: Report): Html | null {
  const { incident } = report;
  if (incident.narrative.length === 0) return null;
  return html`<ol class="story">${incident.narrative.map((n) => html`<li><time>${clockTime(n.time, incident.since)}</time> <span><a href="#f-${slug(n.finding)}">${n.text}</a><br><span class="quiet">${report.findings.find((f) => f.id === n.finding)?.summary ?? ''}</span></span></li>`)}</ol>
`;
}

/** The key events as a table the page's script can filter; every row leads to its line. */
export function drawEvents(
  events: readonly KeyEvent[],
  left: number,
  report: Report,
  excerpts: Excerpts,
  reader: { entry(id: KeyEvent['ref']['entry']): { readonly path: string } | null },
  say: Say,
): Html {
  if (events.length === 0) return html`<p>${say('noEvents')}</p>`;
  const nodes = [...new Set(events.flatMap((e) => (e.node === null ? [] : [e.node])))].sort();
  const kinds = (['critical', 'warning', 'info'] as const).filter((s) => events.some((e) => e.severity === s));
  const base = report.incident.since ?? report.incident.from;
  const rows = events.map((e) => {
    const anchor = excerpts.cite(e.ref, e.line, e.finding);
    const time = clockTime(timestamp(e.at), base);
    const place = `${reader.entry(e.ref.entry)?.path ?? ''}${e.ref.line === null ? `@${e.ref.offset}` : `:${e.ref.line}`}`;
    return html`<tr data-node="${e.node ?? ''}" data-severity="${e.severity}"><th scope="row"><time>${time}</time>${e.written !== e.at && html`<br><span class="written">${say('written')} ${clockTime(timestamp(e.written), base)}</span>`}</th><td>${e.node ?? DASH}</td><td>${e.severity === 'fact' ? '' : html`<span class="badge ${e.severity}">${say(e.severity)}</span>`}</td><td><code class="kind">${e.kind}</code> ${e.text}${e.finding !== null && html` <a href="#f-${slug(e.finding)}">${e.finding}</a>`}</td><td class="where"><a href="#${anchor}"><code>${place}</code></a></td></tr>
`;
  });
  return html`<div id="filters" class="filters" role="search" aria-label="${say('filters')}" hidden>
<label>${say('node')} <select id="filter-node"><option value="">${say('all')}</option>${nodes.map((n) => html`<option value="${n}">${n}</option>`)}</select></label>
<label>${say('severity')} <select id="filter-severity"><option value="">${say('all')}</option>${kinds.map((s) => html`<option value="${s}">${say(s)}</option>`)}</select></label>
<label>${say('filterText')} <input id="filter-text" type="search" autocomplete="off" spellcheck="false"></label>
<span id="filter-count" data-word="${say('shown')}" aria-live="polite"></span></div>
<div class="wide" tabindex="0" role="region" aria-label="${say('timeline')}"><table id="events"><caption class="quiet">${say('correctedNote')}</caption><thead><tr><th scope="col">${say('time')}</th><th scope="col">${say('node')}</th><th scope="col">${say('severity')}</th><th scope="col">${say('event')}</th><th scope="col">${say('place')}</th></tr></thead>
<tbody>${rows}</tbody></table></div>${left > 0 && html`<p class="quiet">${say('moreFacts', { n: left })}</p>`}
`;
}

export function drawLeadership(report: Report, say: Say): Html {
  if (report.leadership.length === 0) return html`<p>${say('noLeaderships')}</p>`;
  const base = report.incident.since ?? report.incident.from;
  const several = severalClusters(report);
  const rows = report.leadership.map((l): Cell[] => [
    ...(several ? [html`<code>${l.clusterId ?? DASH}</code>`] : []),
    html`<span class="key leader t${l.term % 6}">${l.term}</span>`,
    l.leader,
    clockTime(l.from, base),
    clockTime(l.to, base),
    durationOf(l.from, l.to) ?? DASH,
    endText(l.endReason, say),
  ]);
  return table(
    say('leadership'),
    [...(several ? [say('cluster')] : []), say('term'), say('leader'), say('from'), say('to'), say('duration'), say('endReason')],
    rows,
    'leadership-table',
  );
}

/** What people noted, each with a link to its line. */
export function drawNotes(report: Report, notes: readonly Note[], excerpts: Excerpts, say: Say): Html | null {
  if (report.notes.length === 0) return null;
  const base = report.incident.since ?? report.incident.from;
  const rows = report.notes.map((n, i): Cell[] => {
    const entry = notes[i]?.entry ?? null;
    const anchor = entry === null ? null : excerpts.cite({ entry, line: n.line, offset: n.offset ?? 0, length: 0 }, n.quote, null);
    const place = n.path === null ? DASH : placeOf({ path: n.path, line: n.line, offset: n.offset ?? 0 });
    return [
      clockTime(n.time, base),
      tagText(n.tag, say) ?? DASH,
      n.text === '' ? html`<code>${n.quote}</code>` : n.text,
      n.node ?? DASH,
      anchor === null ? place : html`<a href="#${anchor}"><code>${place}</code></a>`,
    ];
  });
  return table(say('notes'), [say('time'), say('event'), say('note'), say('node'), say('place')], rows, 'note-table');
}

export function drawClocks(report: Report, say: Say): Html {
  if (report.clock.length === 0) return html`<p>${say('noClocks')}</p>`;
  const rows = report.clock.map((c) => [
    c.reference ? `${c.node} (${say('reference')})` : c.node,
    c.offsetMs === null ? say('unknown') : signedMillis(c.offsetMs),
    c.lowMs === null && c.highMs === null ? DASH : `${signedMillis(c.lowMs)} … ${signedMillis(c.highMs)}`,
    c.basis.join(', ') || DASH,
  ]);
  return table(say('clocks'), [say('node'), say('offset'), say('bounds'), say('basis')], rows, 'clock-table');
}

export function drawMembers(report: Report, say: Say): Html {
  const rows = report.members.map((m): Cell[] => [
    m.name,
    html`<code>${m.id ?? DASH}</code>`,
    html`<code>${m.clusterId ?? DASH}</code>`,
    m.node ?? DASH,
    m.version ?? DASH,
  ]);
  return rows.length === 0
    ? html`<p>${say('none')}</p>`
    : table(say('members'), [say('name'), say('memberId'), say('clusterId'), say('node'), say('version')], rows, 'member-table');
}

export function drawUndecided(report: Report, say: Say): Html {
  if (report.undecided.length === 0) return html`<p>${say('none')}</p>`;
  return html`<ul class="undecided">${report.undecided.map((u) => html`<li><code>${u.about}</code> ${u.because}${u.nodes.length > 0 && html` <span class="quiet">(${u.nodes.join(', ')})</span>`}</li>`)}</ul>`;
}

export function drawCoverage(report: Report, say: Say): Html {
  const c = report.coverage;
  const list = (key: 'damaged' | 'skipped' | 'remarks', rows: ReportCoverage['damaged']): Html | false =>
    rows.length > 0 &&
    html`<details${(key === 'damaged' || rows.length <= 20) && html` open`}><summary>${say(key)} (${rows.length})</summary><ul class="paths">${rows.map((row) => html`<li><code>${row.path}</code> ${row.reason}</li>`)}</ul></details>`;
  return html`<p>${say('entries')}: <b>${c.entries}</b> (${formatBytes(c.bytes)}). ${say('lines')}: <b>${c.lines}</b> = ${c.events} ${say('events').toLowerCase()} + ${c.continuations} ${say('continuations').toLowerCase()} + ${c.unparsed} ${say('unparsed').toLowerCase()}.</p>
${list('damaged', c.damaged)}${list('skipped', c.skipped)}${list(
    'remarks',
    c.remarks.map((row) => ({ path: row.path, reason: remarkText(row) })),
  )}
${table(
  say('bundles'),
  [say('path'), say('layout'), say('bytes'), say('sha256'), say('collected')],
  report.bundles.map((b): Cell[] => [
    b.path,
    b.layout,
    formatBytes(b.bytes),
    html`<code class="hash">${b.sha256 ?? DASH}</code>`,
    clockTime(b.collectedAt, null),
  ]),
  'bundle-table',
)}
`;
}
