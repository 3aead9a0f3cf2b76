import type { BinaryParser, DocumentParser, EntryContext, LogParser } from './contract.ts';
import { documentParsers } from './documents/registry.ts';
import { journalExport } from './log/journal/journal-export.ts';
import { journalJsonPretty } from './log/journal/journal-json-pretty.ts';
import { journalVerbose } from './log/journal/journal-verbose.ts';
import { pastedLog } from './log/pasted/pasted-log.ts';
import { textLog } from './log/text-log.ts';
import { kubernetesAudit } from './kubernetes-audit/kubernetes-audit.ts';
import { nativeParsers } from './native-registry.ts';

export const logParsers: readonly LogParser[] = [kubernetesAudit, journalExport, journalVerbose, journalJsonPretty, pastedLog, textLog];

export { documentParsers, nativeParsers };

/** Share of the first lines that must read as log lines before a file counts as a log. */
const LOG_SCORE = 0.3;

/**
 * Finds who reads an entry, by content: binary forms by their magic bytes, documents by their shape, then logs by their lines.
 * Null when nobody does.
 */
export function chooseParser(head: Uint8Array, context: EntryContext): BinaryParser | DocumentParser | LogParser | null {
  const native = nativeParsers.find((parser) => parser.accepts(head, context));
  if (native !== undefined) return native;
  if (looksBinary(head)) return null;
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('utf8');
  const document = documentParsers.find((parser) => parser.accepts(text, context));
  if (document !== undefined) return document;
  return (
    logParsers
      .map((parser) => ({ parser, score: parser.score(head, context) }))
      .toSorted((a, b) => b.score - a.score)
      .find(({ score }) => score >= LOG_SCORE)?.parser ?? null
  );
}

/** NUL bytes near the start mean this is no text (journal exports carry their binary fields further in). */
function looksBinary(head: Uint8Array): boolean {
  return head.subarray(0, 256).includes(0);
}
