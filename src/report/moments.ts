import { parseRfc3339 } from '../model/time.ts';
import { clockTime } from './format.ts';
import { noteText, placeOf } from './phrases.ts';
import type { Say } from './strings.ts';
import type { Report, ReportFinding } from './types.ts';

/** A row of a postmortem's timeline. */
export interface Moment {
  /** RFC 3339 */
  readonly time: string;
  readonly written: string | undefined;
  readonly what: string;
  readonly node: string;
  /** `path:line`; empty where nothing is cited */
  readonly place: string;
}

/** From this many on, lines of one finding that say the same but for numbers are one row. */
const RUN = 3;

interface Told extends Moment {
  readonly finding: string;
}

/** What findings cite, notes and leaderships, in order of time: one row for a line however many findings cite it, and for a run of alike lines. */
export function momentsOf(report: Report, say: Say): readonly Moment[] {
  const cited = merged(report.findings.flatMap((finding) => citedBy(finding, say)));
  const told = new Set(cited.map(({ time, node }) => `${time} ${node}`));
  const leaders = report.leadership.flatMap((l): readonly Moment[] => {
    const [first] = l.evidence;
    const node = first?.node ?? l.leader;
    if (l.from === null || told.has(`${l.from} ${node}`)) return [];
    return [
      {
        time: l.from,
        written: first?.time === l.from ? first.writtenTime : undefined,
        what: say('leads', { leader: l.leader, term: l.term }),
        node,
        place: first === undefined ? '' : placeOf(first),
      },
    ];
  });
  const notes = report.notes.flatMap((n): readonly Moment[] =>
    n.time === null
      ? []
      : [
          {
            time: n.time,
            written: undefined,
            what: noteText(n, say),
            node: n.node ?? '',
            place: n.path === null ? '' : placeOf({ path: n.path, line: n.line, offset: n.offset ?? 0 }),
          },
        ],
  );
  return [...cited, ...leaders, ...notes]
    .map((m, i) => ({ m, i, at: parseRfc3339(m.time) ?? 0 }))
    .sort((a, b) => a.at - b.at || a.i - b.i)
    .map(({ m }) => m);
}

function citedBy(finding: ReportFinding, say: Say): readonly Told[] {
  const groups = new Map<string, Told[]>();
  for (const item of finding.evidence) {
    if (item.time === null) continue;
    const node = item.node ?? finding.nodes.join(', ');
    const key = `${node} ${item.why.replace(/\d+(?:\.\d+)?/g, '#')}`;
    const own = groups.get(key);
    const told: Told = { time: item.time, written: item.writtenTime, what: item.why, node, place: placeOf(item), finding: finding.id };
    if (own === undefined) groups.set(key, [told]);
    else own.push(told);
  }
  return [...groups.values()].flatMap((group) => {
    const ordered = group.toSorted((a, b) => (parseRfc3339(a.time) ?? 0) - (parseRfc3339(b.time) ?? 0));
    const [first] = ordered;
    const last = ordered.at(-1);
    if (first === undefined || last === undefined || ordered.length < RUN) return ordered;
    return [{ ...first, what: `${first.what}; ${say('timesUntil', { n: ordered.length, at: clockTime(last.time, first.time) })}` }];
  });
}

/** Rows of one place with the ids of all findings that cite it. */
function merged(told: readonly Told[]): readonly Moment[] {
  const rows = new Map<string, { readonly row: Told; readonly ids: string[] }>();
  for (const row of told) {
    const key = `${row.time} ${row.place} ${row.what}`;
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { row, ids: [row.finding] });
    else if (!known.ids.includes(row.finding)) known.ids.push(row.finding);
  }
  return [...rows.values()].map(({ row, ids }) => ({
    time: row.time,
    written: row.written,
    what: `${row.what} (${ids.join(', ')})`,
    node: row.node,
    place: row.place,
  }));
}
