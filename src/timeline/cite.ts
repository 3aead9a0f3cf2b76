import type { Citation } from '../model/evidence.ts';
import type { PlacedFact } from '../model/fact.ts';
import type { Phrase } from '../model/phrases.ts';

/** The place and the written time of a fact; `why` says in a few words what the line shows. */
export function cite(fact: PlacedFact, why: Phrase): Citation {
  return { ref: fact.ref, at: fact.at, why };
}
