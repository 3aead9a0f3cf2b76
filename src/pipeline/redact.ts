import { closeSync, rmSync, writeFileSync } from 'node:fs';
import type { Limits } from '../bundle/contract.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import { UsageError } from '../model/errors.ts';
import type { CaseReader } from '../model/ports.ts';
import { certificateOf } from '../parsers/documents/certificates/x509.ts';
import { documentParsers, logParsers, nativeParsers } from '../parsers/registry.ts';
import { ArchiveWriter } from '../redact/archive.ts';
import { embeddedCertificates } from '../redact/certificates.ts';
import { looksBinary, rewriteDocument, rewriteLog } from '../redact/entry-text.ts';
import type { EntryForm } from '../redact/entry-text.ts';
import { Found, notingBook } from '../redact/found.ts';
import { gatherNames } from '../redact/names.ts';
import { noteText } from '../redact/note.ts';
import type { RedactionNote } from '../redact/note.ts';
import { outputPath, PathBook } from '../redact/output-path.ts';
import { openPrivate } from '../redact/private-file.ts';
import { assignPseudonyms, mapDocument, replacingBook } from '../redact/pseudonyms.ts';
import { Replacer } from '../redact/replacer.ts';
import { HIDDEN } from '../redact/secrets.ts';
import type { Tally } from '../redact/replacer.ts';
import { lineBlocks, readWhole } from './blocks.ts';
import { carriedFacts } from './carried-facts.ts';
import { hiddenBlocks } from './hidden-blocks.ts';
import { caseEntries } from './case-entries.ts';
import type { TextEntry } from './text-entry.ts';

/** What to redact and where to put it; neither output may exist. */
export interface RedactRequest {
  /** the analysed case of the input: names come from it */
  readonly reader: CaseReader;
  /** null when the case itself is the input */
  readonly bundle: string | null;
  /** folder put in front of all paths where the bundle has none of its own, before names are replaced */
  readonly topFolder: string;
  readonly output: string;
  readonly map: string;
  readonly limits: Limits;
}

const BINARY: ReadonlySet<string> = new Set(nativeParsers.map((parser) => parser.id));
const LOG: ReadonlySet<string> = new Set(logParsers.map((parser) => parser.id));
const DOCUMENT: ReadonlySet<string> = new Set(documentParsers.map((parser) => parser.id));
const WITH_EMBEDDED: ReadonlySet<string> = new Set(['kubernetes-kubeconfig', 'kubernetes-object']);

const describe = (pem: string): ReturnType<typeof certificateOf> => certificateOf(pem, '');

/**
 * Writes the input anew with pseudonyms for names and addresses and without secrets: first everything is read for what has to be
 * hidden, then it is read again and rewritten. The map is kept apart, for its owner alone. The input is only read.
 */
export async function redact(request: RedactRequest): Promise<RedactionNote> {
  const { reader, limits } = request;
  const parsers = new Map(reader.entries().map((entry) => [entry.path, entry.parser]));
  const standIns = standInsFor(reader, parsers);
  const found = new Found();
  gatherNames(reader, found.names);
  const ignored: Tally = new Map();
  const noting = new Replacer(notingBook(found), ignored);
  const tops = new Set<string>();
  for await (const entry of entriesOf(request)) {
    noting.characters(entry.path);
    tops.add(/^(.+?)(?:!\/|\/)/.exec(entry.path)?.[1] ?? '');
    const form = formOf(parsers.get(entry.path) ?? null, entry.head);
    if (entry.missing !== null || form === 'binary') {
      const { journal, facts } = standIns(entry.path);
      if (journal !== null) for await (const piece of rewriteLog(blocksOf(journal, limits), noting, ignored)) void piece;
      else if (facts !== null) rewriteDocument(facts, 'document', noting, ignored, describe);
    } else if (form === 'log') for await (const piece of rewriteLog(blocksOf(entry, limits), noting, ignored)) void piece;
    else {
      const text = await whole(entry, limits);
      if (text === null) continue;
      rewriteDocument(text, form, noting, ignored, describe);
      noting.bytes(embeddedText(text, parsers.get(entry.path)) ?? '');
    }
  }
  const map = assignPseudonyms(found);
  const document = mapDocument(map);
  writeMap(request.map, document);
  const tally: Tally = new Map();
  const replacer = new Replacer(replacingBook(map), tally);
  const top = tops.size === 1 && !tops.has('') ? null : request.topFolder;
  try {
    const note = await write(request, parsers, standIns, replacer, tally, top, found.names.found().kept.size);
    if (note.lost.length > 0) writeFileSync(request.map, mapDocument(map, note.lost));
    return note;
  } catch (error) {
    rmSync(request.map, { force: true });
    throw error;
  }
}

async function write(
  request: RedactRequest,
  parsers: ReadonlyMap<string, string | null>,
  standIns: StandIns,
  replacer: Replacer,
  tally: Tally,
  top: string | null,
  keptNames: number,
): Promise<RedactionNote> {
  const { limits } = request;
  const archive = new ArchiveWriter(request.output);
  const paths = new PathBook();
  const leftOut: { readonly path: string; readonly reason: string }[] = [];
  const replaced: { readonly path: string; readonly by: string }[] = [];
  const gone = new Set<string>();
  let files = 0;
  try {
    for await (const entry of entriesOf(request)) {
      const path = outputPath(entry.path, top, replacer);
      const modified = Math.max(0, Math.floor((entry.modifiedAt ?? 0) / 1_000_000));
      const form = formOf(parsers.get(entry.path) ?? null, entry.head);
      if (entry.missing !== null || form === 'binary') {
        const { journal, facts } = standIns(entry.path);
        if (journal === null && facts === null) {
          leftOut.push({ path, reason: entry.missing ?? 'a binary file cannot be redacted' });
          gone.add(entry.path);
          continue;
        }
        const by = paths.take(`${path}${journal === null ? '.facts.jsonl' : '.log'}`);
        if (journal !== null) await archive.add(by, modified, rewriteLog(blocksOf(journal, limits), replacer, tally));
        else await archive.add(by, modified, pieces(rewriteDocument(renamed(facts ?? '', entry.path, path), 'document', replacer, tally, describe)));
        replaced.push({ path, by });
        continue;
      }
      if (form === 'log') {
        await archive.add(paths.take(path), modified, rewriteLog(blocksOf(entry, limits), replacer, tally));
        files += 1;
        continue;
      }
      const text = await whole(entry, limits);
      if (text === null) {
        leftOut.push({ path, reason: 'larger than the limit for documents' });
        gone.add(entry.path);
        continue;
      }
      const own = paths.take(path);
      await archive.add(own, modified, pieces(rewriteDocument(text, form, replacer, tally, describe)));
      files += 1;
      const beside = embeddedText(text, parsers.get(entry.path));
      if (beside !== null) await archive.add(paths.take(`${own}.certificates.txt`), modified, pieces(replacer.bytes(beside)));
    }
    const note = { files, leftOut, replaced, lost: findingsOn(request.reader, gone), tally, keptNames };
    await archive.add(paths.take('REDACTED.txt'), 0, pieces(Buffer.from(noteText(note), 'utf8').toString('latin1')));
    await archive.finish();
    return note;
  } catch (error) {
    archive.abort();
    if (!(error instanceof UsageError)) rmSync(request.output, { force: true });
    throw error;
  }
}

/** What is written in the place of an entry that cannot be rewritten: a journal's lines, or the facts read from it. */
type StandIns = (path: string) => { readonly journal: TextEntry | null; readonly facts: string | null };

function standInsFor(reader: CaseReader, parsers: ReadonlyMap<string, string | null>): StandIns {
  const facts = carriedFacts(reader);
  const journals = new Map<string, TextEntry>();
  for (const entry of caseEntries(reader)) if (parsers.get(entry.path) === 'journal-file') journals.set(entry.path, entry);
  return (path) => {
    const own = facts.get(path);
    return { journal: journals.get(path) ?? null, facts: own === undefined ? null : Buffer.from(own, 'utf8').toString('latin1') };
  };
}

/** The bundle's own name stands in paths that facts carry. */
function renamed(facts: string, from: string, to: string): string {
  const written = (path: string): string => Buffer.from(JSON.stringify(path).slice(1, -1), 'utf8').toString('latin1');
  return facts.replaceAll(written(from), () => written(to));
}

/** Findings that cite what is not in the redacted bundle. */
function findingsOn(reader: CaseReader, gone: ReadonlySet<string>): readonly string[] {
  return reader
    .findings()
    .filter(({ evidence }) => evidence.some(({ ref }) => gone.has(reader.entry(ref.entry)?.path ?? '')))
    .map(({ id }) => id);
}

async function* entriesOf({ reader, bundle, limits }: RedactRequest): AsyncGenerator<TextEntry> {
  if (bundle === null) {
    yield* caseEntries(reader);
    return;
  }
  const opened = await openBundle(bundle, limits);
  for await (const entry of opened.entries()) {
    yield { path: entry.path, modifiedAt: entry.modifiedAt, head: entry.head, missing: null, chunks: () => entry.chunks() };
  }
}

/** How the analysis read an entry says how it is rewritten; what it did not know is told by the content. */
function formOf(parser: string | null, head: Uint8Array): EntryForm {
  if (parser === 'x509-certificate') return 'certificates';
  if (parser !== null && LOG.has(parser)) return 'log';
  if (parser !== null && DOCUMENT.has(parser)) return 'document';
  return (parser !== null && BINARY.has(parser)) || looksBinary(head) ? 'binary' : 'document';
}

async function* blocksOf(entry: TextEntry, limits: Limits): AsyncGenerator<Uint8Array> {
  const blocks = lineBlocks(entry.chunks(), limits.lineBytes, () => undefined);
  for await (const block of hiddenBlocks(blocks, () => undefined, HIDDEN.charCodeAt(0))) yield block.raw;
}

async function whole(entry: TextEntry, limits: Limits): Promise<string | null> {
  const bytes = await readWhole(entry.chunks(), limits.documentBytes);
  return bytes === null ? null : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function embeddedText(text: string, parser: string | null | undefined): string | null {
  return parser != null && WITH_EMBEDDED.has(parser) ? embeddedCertificates(text, describe) : null;
}

async function* pieces(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text, 'latin1');
}

/** For its owner's eyes, and never over another one. */
function writeMap(file: string, text: string): void {
  const fd = openPrivate(file, 'the map', ' with --map');
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
