import type { Envelope } from './envelope.ts';
import { compose, cri, dockerJson, timestamps } from './envelopes/container.ts';
import { journalJson } from './envelopes/journal-json.ts';
import { dmesgTime, journalFull, journalIso, journalShort, journalUnix, monotonic, nodeLogs, rfc5424 } from './envelopes/journal-text.ts';

/** Every wrapper around a line, the more telling first: ties in the vote go to the earlier. */
export const envelopes: readonly Envelope[] = [
  cri,
  dockerJson,
  journalJson,
  journalIso,
  journalShort,
  journalFull,
  journalUnix,
  rfc5424,
  dmesgTime,
  monotonic,
  timestamps,
  nodeLogs,
  compose,
];
