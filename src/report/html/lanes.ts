import { printable } from '../../model/text.ts';
import type { Finding } from '../../model/finding.ts';
import type { History, RoleStretch } from '../../model/history.ts';
import type { CaseReader } from '../../model/ports.ts';
import { epochMicros } from '../../model/time.ts';
import { clockTime, formatDuration, timestamp } from '../format.ts';
import type { Say, StringKey } from '../strings.ts';
import { type DensityLayer, densityLayers, drawDensity, layersOf } from './density.ts';
import { type Html, html, slug } from './markup.ts';
import { worstFirst } from '../../timeline/story.ts';
import { sideLanes } from '../../timeline/side-lanes.ts';
import type { SideKind, SideLane } from '../../timeline/side-lanes.ts';
import { leaderlessStretches } from '../../timeline/unavailability.ts';
import { axisMarks, BOX, chooseView, fixed, type Range, type View } from './scale.ts';

/** Colours for leaders, by term; more terms begin again. */
const TERM_COLOURS = 6;
const MARKS = 9;

const ROLE_LETTER = { follower: 'F', candidate: 'C', 'pre-candidate': 'P', leader: 'L', down: '✕', unknown: '?' } as const satisfies Record<
  RoleStretch['role'],
  string
>;

interface Canvas {
  readonly view: View;
  readonly say: Say;
}

/** The lanes: a row for each node with its member's role and its density of events, hatched where nobody led, findings below. Null without times. */
export function drawLanes(reader: CaseReader, say: Say): Html | null {
  const history = reader.history();
  const findings = [...reader.findings()].sort(worstFirst).filter((f) => f.start !== null);
  const view = chooseView(history, findings);
  if (view === null) return null;
  const canvas: Canvas = { view, say };
  const rows = laneRows(history, densityLayers(reader, view));
  let y = BOX.top;
  const lanes = rows.map((row) => {
    const drawn = drawRow(canvas, row, y);
    y += row.height + BOX.gap;
    return drawn;
  });
  const lanesEnd = y - BOX.gap / 2;
  const others = sideLanes(history).map((lane) => {
    const drawn = drawOther(canvas, lane, y);
    y += OTHER + 4;
    return drawn;
  });
  const marks = findings.map((f, i) => drawFinding(canvas, f, y + 4 + i * BOX.finding));
  const height = y + 8 + findings.length * BOX.finding;
  const { all, first } = view;
  const names = { from: instant(first.from, null), to: instant(first.to, null), allFrom: instant(all.from, null), allTo: instant(all.to, null) };
  return html`<figure class="lanes" id="lanes-figure">
<div class="tools" hidden><button type="button" data-do="in">${say('zoomIn')}</button><button type="button" data-do="out">${say('zoomOut')}</button><button type="button" data-do="left">${say('panLeft')}</button><button type="button" data-do="right">${say('panRight')}</button><button type="button" data-do="first">${say('incidentRange')}</button><button type="button" data-do="all">${say('wholeRange')}</button></div>
<div class="scroll" tabindex="0" role="group" aria-label="${say('lanes')}. ${say('lanesHelp')}">
<svg id="lane-drawing" viewBox="0 0 ${BOX.width} ${height}" role="img" aria-label="${say('lanesAlt')}" data-all-from="${all.from}" data-all-to="${all.to}" data-from="${first.from}" data-to="${first.to}" data-left="${BOX.left}" data-plot="${BOX.plot}" data-marks="${MARKS}" data-height="${height}">
<defs><clipPath id="plot"><rect x="${BOX.left}" y="0" width="${BOX.plot}" height="${height}"/></clipPath>
<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-a" width="7" height="7"/><rect class="hatch-b" width="2.5" height="7"/></pattern></defs>
<g id="axis">${axisMarks(first, MARKS).map((m) => axisMark(m.at, m.label, first, height))}</g>
<g clip-path="url(#plot)">${leaderlessStretches(history).map((s) => drawLeaderless(canvas, s.from ?? all.from, s.to ?? all.to, lanesEnd, s.data.duration))}</g>
${lanes}
${others}
<g clip-path="url(#plot)">${marks}</g>
${findings.length > 0 && html`<text class="lane-name" x="${BOX.left - 10}" y="${y + 17}" text-anchor="end">${say('findingsLane')}</text>`}
</svg></div>
<figcaption><p id="lane-view" data-phrase="${say('viewOf', { allFrom: names.allFrom, allTo: names.allTo })}" aria-live="polite">${say('viewOf', names)}</p>${legend(say)}${others.length > 0 && html`<p class="quiet">${say('otherLanes')}.</p>`}</figcaption>
</figure>
`;
}

interface LaneRow {
  readonly label: string;
  readonly roles: readonly RoleStretch[];
  readonly layers: readonly DensityLayer[];
  readonly height: number;
  /** how far the corrected times of this row may be off, in microseconds; 0 where that is not known */
  readonly slack: number;
}

function laneRows(history: History, layers: readonly DensityLayer[]): LaneRow[] {
  const rows: LaneRow[] = [];
  const add = (node: string | null, label: string, roles: readonly RoleStretch[], withDensity: boolean): void => {
    const own = withDensity ? layersOf(layers, node) : [];
    if (roles.length === 0 && own.length === 0) return;
    rows.push({
      label,
      roles,
      slack: slackOf(history, roles[0]?.node ?? node),
      layers: own,
      height: (roles.length > 0 ? BOX.role : 0) + (own.length > 0 ? BOX.density : 0),
    });
  };
  const nodes = new Set([...history.nodes, ...layers.flatMap((l) => l.bins.flatMap((b) => (b.node === null ? [] : [b.node])))]);
  const placed = new Set<string>();
  for (const node of nodes) {
    const members = [...new Set(history.roles.filter((r) => (r.node ?? r.member) === node).map((r) => r.member))];
    members.forEach((member, i) => {
      placed.add(member);
      add(
        node,
        member === node ? node : `${member} · ${node}`,
        history.roles.filter((r) => r.member === member),
        i === 0,
      );
    });
    if (members.length === 0) add(node, node, [], true);
  }
  for (const member of new Set(history.roles.map((r) => r.member))) {
    if (!placed.has(member))
      add(
        null,
        member,
        history.roles.filter((r) => r.member === member),
        false,
      );
  }
  return rows;
}

function drawRow(canvas: Canvas, row: LaneRow, y: number): Html {
  const { view } = canvas;
  const density = y + (row.roles.length > 0 ? BOX.role : 0);
  const label = printable(row.label);
  return html`<g class="lane"><text class="lane-name" x="${BOX.left - 10}" y="${y + 15}" text-anchor="end">${label.length > 19 ? `${label.slice(0, 18)}…` : label}<title>${row.label}</title></text>
<g clip-path="url(#plot)">${row.roles.map((r) => drawRole(canvas, r, y))}${drawEdges(canvas, row, y)}</g>
${row.layers.map((layer) => drawDensity(view.first, layer, density))}</g>
`;
}

function slackOf(history: History, node: string | null): number {
  const clock = history.clocks.find((one) => one.node === node);
  return clock === undefined || clock.reference || clock.low === null || clock.high === null ? 0 : (clock.high - clock.low) / 2;
}

/** Shorter edges are thinner than a line even when zoomed in far. */
const LEAST_EDGE = 1000;

/** Around each change of role the stretch in which it may have come, as far as the clock is known. */
function drawEdges({ view, say }: Canvas, row: LaneRow, y: number): readonly Html[] {
  if (row.slack < LEAST_EDGE) return [];
  return row.roles.slice(1).map((stretch) =>
    drawStretch(view.first, {
      from: stretch.from - row.slack,
      to: stretch.from + row.slack,
      y,
      height: BOX.role - 2,
      colour: 'edge',
      label: '',
      title: `±${formatDuration(row.slack)}: ${say('uncertain')}`,
    }),
  );
}

const SIDE = {
  'lease-lost': ['leaseLost', 'warning'],
  'lease-two-holders': ['leaseTwo', 'critical'],
  'lease-stale': ['leaseStale', 'warning'],
  'api-down': ['apiDown', 'warning'],
  'lb-down': ['lbDown', 'warning'],
  'lb-all-down': ['lbDown', 'critical'],
  'vip-two-masters': ['vipTwo', 'critical'],
  'vip-flapping': ['vipFlap', 'warning'],
  'backup-failed': ['backupFailed', 'critical'],
  'backup-good': ['backupNewest', 'fine'],
  'backup-bad': ['backupNewest', 'warning'],
  'certificate-expired': ['certExpired', 'critical'],
  'certificate-early': ['certEarly', 'warning'],
} as const satisfies Record<SideKind, readonly [StringKey, string]>;

const SIDE_NAME = { lease: null, api: 'apiLane', lb: 'lbLane', vip: 'vipLane', backup: 'backups', certificate: 'certificates' } as const satisfies Record<
  SideLane['subject'],
  StringKey | null
>;

/** Height of the lanes below the members. */
const OTHER = 14;

function drawOther({ view, say }: Canvas, lane: SideLane, y: number): Html {
  const name = SIDE_NAME[lane.subject];
  const label = printable(`${name === null ? '' : say(name)} ${lane.name}`.trim());
  const marks = lane.marks.map((mark) => {
    const from = mark.from ?? view.all.from;
    const to = mark.to ?? view.all.to;
    return drawStretch(view.first, {
      from,
      to,
      y,
      height: OTHER - 2,
      colour: `other ${SIDE[mark.kind][1]}`,
      label: '',
      title: `${say(SIDE[mark.kind][0])}${mark.about === '' ? '' : `: ${mark.about}`}, ${instant(from, view)} – ${instant(to, view)} (${formatDuration(to - from)})`,
    });
  });
  return html`<g class="lane"><text class="lane-name small" x="${BOX.left - 10}" y="${y + 10}" text-anchor="end">${label.length > 20 ? `${label.slice(0, 19)}…` : label}<title>${label}</title></text>
<g clip-path="url(#plot)"><line class="base" x1="${BOX.left}" x2="${BOX.left + BOX.plot}" y1="${y + 6}" y2="${y + 6}"/>${marks}</g></g>
`;
}

function drawRole({ view, say }: Canvas, stretch: RoleStretch, y: number): Html {
  const to = stretch.to ?? view.all.to;
  const term = stretch.raftTerm === null ? '' : String(stretch.raftTerm);
  const label = stretch.role === 'leader' ? `L ${term}` : ROLE_LETTER[stretch.role];
  const colour = stretch.role === 'leader' ? `leader t${(stretch.raftTerm ?? 0) % TERM_COLOURS}` : stretch.role;
  const title = `${stretch.member}: ${roleName(stretch.role, say)}${term === '' ? '' : `, ${say('term')} ${term}`}, ${instant(stretch.from, view)} – ${stretch.to === null ? say('ongoing') : instant(stretch.to, view)} (${formatDuration(to - stretch.from)})`;
  return drawStretch(view.first, { from: stretch.from, to, y, height: BOX.role - 2, colour: `role ${colour}`, label, title });
}

function roleName(role: RoleStretch['role'], say: Say): string {
  const names = {
    follower: say('follower'),
    candidate: say('candidate'),
    'pre-candidate': say('preCandidate'),
    leader: say('leader'),
    down: say('roleDown'),
    unknown: say('unknown'),
  } satisfies Record<RoleStretch['role'], string>;
  return names[role];
}

function drawLeaderless({ view, say }: Canvas, from: number, to: number, bottom: number, duration: number): Html {
  const title = `${say('leaderless')}: ${instant(from, view)} – ${instant(to, view)} (${formatDuration(duration)})`;
  return drawStretch(view.first, { from, to, y: BOX.top - 6, height: bottom - BOX.top + 6, colour: 'leaderless', label: '', title });
}

interface Box {
  readonly from: number;
  readonly to: number;
  readonly y: number;
  readonly height: number;
  readonly colour: string;
  readonly label: string;
  readonly title: string;
}

function drawStretch(range: Range, box: Box): Html {
  const [x, width] = place(range, box.from, box.to);
  const shown = Math.max(x, BOX.left);
  const room = Math.min(x + width, BOX.left + BOX.plot) - shown;
  return html`<g class="st ${box.colour}" data-f="${box.from}" data-t="${box.to}"><title>${box.title}</title><rect x="${fixed(x)}" y="${box.y}" width="${fixed(width)}" height="${box.height}"/>${box.label !== '' && html`<text x="${fixed(shown + room / 2)}" y="${box.y + 14.5}" text-anchor="middle"${room < box.label.length * 8 + 2 && html` display="none"`}>${box.label}</text>`}</g>
`;
}

function drawFinding({ view, say }: Canvas, f: Finding, y: number): Html {
  const from = f.start ?? view.all.from;
  const to = f.end ?? (f.severity === 'info' ? from : view.all.to);
  const [x, width] = place(view.first, from, to);
  const title = `${say(f.severity)}: ${f.title} — ${instant(from, view)}`;
  const label = printable(f.id);
  const after = x + width + 6 + label.length * 7 < BOX.left + BOX.plot;
  const before = x - 6 - label.length * 7 > BOX.left;
  const textX = after ? Math.max(BOX.left, x + width) + 6 : before ? x - 6 : Math.max(BOX.left, x) + 6;
  return html`<a href="#f-${slug(f.id)}"><g class="fi ${f.severity}" data-f="${from}" data-t="${to}"><title>${title}</title><rect x="${fixed(x)}" y="${y}" width="${fixed(Math.max(width, 4))}" height="11" rx="2"/><text x="${fixed(textX)}" y="${y + 10}" text-anchor="${after || !before ? 'start' : 'end'}">${label}</text></g></a>
`;
}

function axisMark(at: number, label: string, range: Range, height: number): Html {
  const [x] = place(range, at, at);
  return html`<g class="mark"><line x1="${fixed(x)}" x2="${fixed(x)}" y1="20" y2="${height}"/><text x="${fixed(x)}" y="14" text-anchor="middle">${label}</text></g>`;
}

function legend(say: Say): Html {
  const item = (colour: string, letter: string, name: string): Html => html`<li><span class="key ${colour}">${letter}</span> ${name}</li>`;
  return html`<ul class="legend" aria-label="${say('legend')}">${item('leader t0', 'L', say('roleLeader'))}${item('follower', 'F', say('follower'))}${item('pre-candidate', 'P', say('preCandidate'))}${item('candidate', 'C', say('candidate'))}${item('down', '✕', say('roleDown'))}${item('leaderless', '', say('leaderless'))}${item('dens', '', say('density'))}</ul>`;
}

function place(range: Range, from: number, to: number): [number, number] {
  const scale = BOX.plot / (range.to - range.from);
  return [BOX.left + (from - range.from) * scale, Math.max(1, (to - from) * scale)];
}

function instant(at: number, view: View | null): string {
  return clockTime(timestamp(epochMicros(at)), view === null ? null : timestamp(epochMicros(view.first.from)));
}
