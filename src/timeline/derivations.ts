import { compositionDerivation } from './cluster/composition.ts';
import { hashesDerivation } from './cluster/hashes.ts';
import type { Derivation } from './derivation.ts';

/** Every derivation, in the order they run. The raft room's own conclusions come first; a new one is a line here. */
export const DERIVATIONS: readonly Derivation[] = [compositionDerivation, hashesDerivation];
