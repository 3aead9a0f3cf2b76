import type { FactType } from '../model/fact.ts';
import { phrase, quoted, type Phrase } from '../model/phrases.ts';

/** Facts that rules of the catalogue cite without a derivation between them. */
const LABELS: Partial<Record<FactType, Phrase>> = {
  'db.content': phrase('what the database file holds'),
  'peer.member-id-mismatch': phrase('a peer met another member id than it expected'),
};

/** What a line shows that a rule matched by itself; a rule of a user's own may match any fact, which its name tells. */
export function factLabel(type: FactType): Phrase {
  return LABELS[type] ?? quoted(type);
}
