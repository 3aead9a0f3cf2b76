import type { EvidenceRef } from '../../model/evidence.ts';
import type { EntryId } from '../../model/ids.ts';
import type { CaseReader } from '../../model/ports.ts';
import { cut } from '../../model/text.ts';
import type { Say } from '../strings.ts';
import { type Html, html, slug } from './markup.ts';

/** Lines shown before and after a cited one. */
const AROUND = 3;
/** Places whose surroundings are read; further ones show their own line. */
const SURROUNDED = 600;
const LINE_LIMIT = 3000;

interface Line {
  text: string;
  /** ids of the findings that cite it; null = it is only surroundings */
  citedBy: Set<string> | null;
}

interface Place {
  readonly ref: EvidenceRef;
  readonly text: string;
  readonly citedBy: Set<string>;
}

interface EntryExcerpts {
  readonly lines: Map<number, Line>;
  readonly binary: Map<number, Place>;
}

/** The lines the page leads to. Cite everything first, then draw. */
export interface Excerpts {
  /** notes a place as cited by a finding (null: by the timeline) and gives the fragment that leads to it */
  cite(ref: EvidenceRef, text: string, finding: string | null): string;
  draw(): Html;
}

/** Fragment of a place: by line, or by byte in a binary entry. */
export function fragment(ref: EvidenceRef): string {
  return ref.line === null ? `e${ref.entry}-b${ref.offset}` : `e${ref.entry}-${ref.line}`;
}

export function excerpts(reader: CaseReader, say: Say): Excerpts {
  const entries = new Map<EntryId, EntryExcerpts>();
  let surrounded = 0;
  return {
    cite(ref, text, finding) {
      const entry = entries.get(ref.entry) ?? { lines: new Map<number, Line>(), binary: new Map<number, Place>() };
      entries.set(ref.entry, entry);
      const by = citedBy(entry, ref, text);
      if (finding !== null) {
        by.add(finding);
        if (ref.line !== null && surrounded < SURROUNDED) {
          surrounded += 1;
          for (const near of reader.surroundings(ref, AROUND, AROUND)) {
            if (!entry.lines.has(near.line)) entry.lines.set(near.line, { text: near.text, citedBy: null });
          }
        }
      }
      return fragment(ref);
    },
    draw: () =>
      html`${[...entries]
        .map(([id, entry]) => ({ id, entry, path: reader.entry(id)?.path ?? '', sha256: reader.entry(id)?.sha256 ?? '' }))
        .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.id - b.id))
        .map((row) => drawEntry(row, say))}`,
  };
}

function citedBy(entry: EntryExcerpts, ref: EvidenceRef, text: string): Set<string> {
  if (ref.line === null) {
    const place = entry.binary.get(ref.offset) ?? { ref, text, citedBy: new Set<string>() };
    entry.binary.set(ref.offset, place);
    return place.citedBy;
  }
  const line = entry.lines.get(ref.line) ?? { text, citedBy: null };
  line.citedBy ??= new Set();
  entry.lines.set(ref.line, line);
  return line.citedBy;
}

function drawEntry({ id, entry, path, sha256 }: { id: EntryId; entry: EntryExcerpts; path: string; sha256: string }, say: Say): Html {
  const numbers = [...entry.lines.keys()].sort((a, b) => a - b);
  const rows = numbers.map((n, i) => {
    const line = entry.lines.get(n);
    const gap = i > 0 && n !== (numbers[i - 1] ?? 0) + 1;
    return line === undefined
      ? null
      : html`${gap && html`<li class="gap" aria-hidden="true">⋯</li>`}${drawLine(`e${id}-${n}`, String(n), line.text, line.citedBy, say)}`;
  });
  const places = [...entry.binary.values()]
    .sort((a, b) => a.ref.offset - b.ref.offset)
    .map((p) => drawLine(fragment(p.ref), `@${p.ref.offset}`, p.text, p.citedBy, say));
  return html`<section class="excerpt" aria-labelledby="x${id}"><h3 id="x${id}" class="path">${path}</h3><p class="hash">sha256 ${sha256}</p>
<ol class="log">${rows}${places}</ol></section>
`;
}

function drawLine(id: string, label: string, text: string, by: Set<string> | null, say: Say): Html {
  const body = text === '' && by !== null ? say('textNotKept') : cut(text, LINE_LIMIT);
  const links =
    by === null || by.size === 0
      ? null
      : html`<span class="by">${say('citedBy')} ${[...by].map((f, i) => html`${i > 0 && ', '}<a href="#f-${slug(f)}">${f}</a>`)}</span>`;
  return html`<li id="${id}"${by !== null && html` class="cited"`}><a class="no" href="#${id}">${label}</a><code>${body}</code>${links}</li>
`;
}
