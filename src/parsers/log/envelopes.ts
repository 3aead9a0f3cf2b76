import type { Envelope } from './envelope.ts';
import { cri, dockerJson, timestamps } from './envelopes/container.ts';
import { dated, dmesgIso, talosKernel } from './envelopes/dated.ts';
import { jsonRecord } from './envelopes/json-record.ts';
import { journalJson } from './envelopes/journal-json.ts';
import { dmesgTime, journalFull, journalIso, journalShort, journalUnix, monotonic, nodeLogs, rfc5424 } from './envelopes/journal-text.ts';

/** Every wrapper around a line, the more telling first: ties in the vote go to the earlier. */
export const envelopes: readonly Envelope[] = [
  cri,
  dockerJson,
  journalJson,
  jsonRecord,
  dmesgIso,
  journalIso,
  journalShort,
  journalFull,
  journalUnix,
  rfc5424,
  dmesgTime,
  monotonic,
  talosKernel,
  timestamps,
  nodeLogs,
  dated,
];
