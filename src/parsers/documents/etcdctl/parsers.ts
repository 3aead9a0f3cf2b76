import { defineParser } from '../../contract.ts';
import type { DocumentParser, DocumentText, ParseSink } from '../../contract.ts';
import { emitterFor } from '../emitter.ts';
import type { Reading, ResultKind } from './reading.ts';
import { readTranscript } from './transcript.ts';

type ParserId =
  | 'etcdctl-endpoint-status'
  | 'etcdctl-endpoint-health'
  | 'etcdctl-endpoint-hashkv'
  | 'etcdctl-member-list'
  | 'etcdctl-alarm-list'
  | 'etcdctl-snapshot-status'
  | 'etcdctl-transcript'
  | 'etcdctl-text'
  | 'etcd-backup-log';

const RESULTS: readonly ResultKind[] = ['endpoint-status', 'endpoint-health', 'endpoint-hashkv', 'member-list', 'alarm-list', 'snapshot-status'];

// no etcdctl output has less than one of these; spares reading heads that cannot be one
const HINT =
  /"(?:Endpoint|endpoint|members|alarms|totalKey|hashRevision|header|cluster_id|health|etcdserver|stderr|level|error)"|"\w+" : |[+┌][-─]{3,}|is (?:un)?healthy: | peerURLs=|memberID:|^alarm:[A-Z]|, (?:started|unstarted), |Error: |error: |Failed to |Deprecated: Use `etcdutl|compacted revision|Finished defragmenting|Leadership transferred|Member +[0-9a-f]|Snapshot saved|etcd(?:ctl|utl)|, \d+|panic: |fatal error: |^\/registry\/|\tinfo\t|restor(?:ing|ed) snapshot|Throughput (?:is|too)|Approximate system memory/;

/** Which of the parsers below reads this text; null when none does. They share one reader, so that at most one accepts. */
export function classify(text: string): ParserId | null {
  if (!HINT.test(text) || /^(?:apiVersion|kind): /m.test(text.slice(0, 4000))) return null;
  const reading = readTranscript(wholeLines(text), true);
  if (reading.server > 0) return null;
  if (reading.kinds.has('backup')) return 'etcd-backup-log';
  const results = RESULTS.filter((kind) => reading.kinds.has(kind));
  const prompted = /(?:^|\n)[^\n]{0,120}?[$#+] .*\betcd(?:ctl|utl)\b/.test(text);
  if (results.length > 0) {
    if (!prompted && reading.unknown > reading.known) return null;
    const [only] = results;
    return results.length > 1 || only === undefined ? 'etcdctl-transcript' : idOf(only);
  }
  if (reading.kinds.has('text') && reading.noise <= reading.failures + reading.clientLogs + 5 && (prompted || reading.unknown <= reading.known))
    return 'etcdctl-text';
  return isKeyAndValue(text) ? 'etcdctl-text' : null;
}

function idOf(kind: ResultKind): ParserId | null {
  if (kind === 'backup') return 'etcd-backup-log';
  return `etcdctl-${kind}`;
}

/** The head may end within a line; a result on one long line is read as far as it goes. */
function wholeLines(head: string): string {
  if (head.length < 60_000) return head;
  const end = head.lastIndexOf('\n');
  return end < head.length / 2 ? head : head.slice(0, end);
}

/** `etcdctl get` prints the key, then the value. */
function isKeyAndValue(text: string): boolean {
  return /^\/registry\/[\w.-]+\/\S+\r?\n\S/.test(text);
}

function parse(document: DocumentText, sink: ParseSink, keep: 'all' | 'cited', component: 'etcdctl' | 'backup'): void {
  const emitter = emitterFor(document, sink, { host: null, component }, keep);
  const reading: Reading = readTranscript(document.text);
  for (const draft of reading.drafts) draft(emitter);
  for (const problem of reading.problems) emitter.diagnostic('DOCUMENT_INVALID', problem.detail, problem.line);
  if (reading.zoneInferred) emitter.diagnostic('TIME_INFERRED', 'the script wrote its times without a zone; UTC was taken');
  const onlyFailed = reading.failures > 0 && !RESULTS.some((kind) => reading.kinds.has(kind)) && !reading.kinds.has('backup');
  if (onlyFailed) emitter.diagnostic('COMMAND_FAILED', 'etcdctl printed errors and no result');
}

function etcdctlParser(id: ParserId, title: string, keep: 'all' | 'cited' = 'all'): DocumentParser {
  return defineParser({
    kind: 'document',
    id,
    title,
    keep,
    accepts: (head) => classify(head) === id,
    parse: (document, sink) => parse(document, sink, keep, id === 'etcd-backup-log' ? 'backup' : 'etcdctl'),
  });
}

export const etcdctlEndpointStatus = etcdctlParser('etcdctl-endpoint-status', 'etcdctl endpoint status');
export const etcdctlEndpointHealth = etcdctlParser('etcdctl-endpoint-health', 'etcdctl endpoint health');
export const etcdctlEndpointHashkv = etcdctlParser('etcdctl-endpoint-hashkv', 'etcdctl endpoint hashkv');
export const etcdctlMemberList = etcdctlParser('etcdctl-member-list', 'etcdctl member list');
export const etcdctlAlarmList = etcdctlParser('etcdctl-alarm-list', 'etcdctl alarm list');
export const etcdctlSnapshotStatus = etcdctlParser('etcdctl-snapshot-status', 'etcdctl or etcdutl snapshot status');
/** May hold values that `etcdctl get` printed: only what is shown is kept. */
export const etcdctlTranscript = etcdctlParser('etcdctl-transcript', 'several etcdctl outputs in one file', 'cited');
export const etcdctlText = etcdctlParser('etcdctl-text', 'other etcdctl output and errors', 'cited');
export const etcdBackupLog = etcdctlParser('etcd-backup-log', 'backup job, snapshot save and restore output');
