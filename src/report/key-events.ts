import { wordsIn } from '../model/phrases.ts';
import type { EvidenceRef } from '../model/evidence.ts';
import type { Severity } from '../model/finding.ts';
import type { CaseReader } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import { correction } from '../timeline/clock/correct.ts';
import { worstFirst } from '../timeline/story.ts';
import { KEY_FACTS, factWords } from './fact-words.ts';
import type { KeyFact } from './fact-words.ts';
import type { Lang } from '../model/lang.ts';
import { nodeOfEntries } from './placement.ts';

/** A moment worth a row: cited by a finding, or one of the facts that tell a cluster's story. */
export interface KeyEvent {
  /** corrected; rows without a time are not key events */
  readonly at: EpochMicros;
  readonly written: EpochMicros;
  readonly node: string | null;
  readonly severity: Severity | 'fact';
  /** fact type, or the rule that cites the place */
  readonly kind: string;
  readonly text: string;
  readonly ref: EvidenceRef;
  /** id of the finding that cites it */
  readonly finding: string | null;
  /** the line, where its raw text is kept */
  readonly line: string;
}

/** Of one kind on one node the first and the last few are rows; those between are counted. */
const FIRST = 16;
const LAST = 8;

/** Key events in order of corrected time, and how many more of the same kinds the case holds. */
export function keyEvents(reader: CaseReader, lang: Lang): { readonly events: readonly KeyEvent[]; readonly left: number } {
  const history = reader.history();
  const correct = correction(history.clocks);
  const nodeOf = nodeOfEntries(reader);
  const names = new Map<string, string>(history.members.flatMap((m) => (m.id === null ? [] : [[m.id, m.name] as const])));
  const name = (id: string | null): string => (id === null ? (lang === 'zh' ? '未知成员' : 'a member') : (names.get(id) ?? id));
  const events: KeyEvent[] = [];
  const cited = new Set<string>();
  for (const finding of [...reader.findings()].sort(worstFirst)) {
    for (const citation of finding.evidence) {
      const key = placeKey(citation.ref);
      if (citation.at === null || cited.has(key)) continue;
      cited.add(key);
      const node = nodeOf(citation.ref);
      events.push({
        at: correct(node, citation.at),
        written: citation.at,
        node,
        severity: finding.severity,
        kind: finding.rule,
        text: wordsIn(lang, citation.why),
        ref: citation.ref,
        finding: finding.id,
        line: reader.text(citation.ref) ?? citation.text ?? '',
      });
    }
  }
  const { facts, left } = sample(reader);
  for (const fact of facts) {
    const key = placeKey(fact.ref);
    if (fact.at === null || cited.has(key)) continue;
    cited.add(key);
    events.push({
      at: correct(fact.node, fact.at),
      written: fact.at,
      node: fact.node,
      severity: 'fact',
      kind: fact.type,
      text: factWords(fact, name, lang),
      ref: fact.ref,
      finding: null,
      line: reader.text(fact.ref) ?? '',
    });
  }
  events.sort((a, b) => a.at - b.at || a.ref.entry - b.ref.entry || a.ref.offset - b.ref.offset);
  return { events, left };
}

function placeKey(ref: EvidenceRef): string {
  return `${ref.entry}:${ref.offset}`;
}

function sample(reader: CaseReader): { facts: KeyFact[]; left: number } {
  const groups = new Map<string, { first: KeyFact[]; last: KeyFact[] }>();
  let left = 0;
  for (const fact of reader.facts(KEY_FACTS)) {
    if (fact.at === null) continue;
    const key = `${fact.type} ${fact.node ?? ''}`;
    const group = groups.get(key) ?? { first: [], last: [] };
    groups.set(key, group);
    if (group.first.length < FIRST) group.first.push(fact);
    else {
      group.last.push(fact);
      if (group.last.length > LAST) {
        group.last.shift();
        left += 1;
      }
    }
  }
  return { facts: [...groups.values()].flatMap((g) => [...g.first, ...g.last]), left };
}
