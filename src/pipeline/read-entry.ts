import { HEAD_BYTES } from '../bundle/contract.ts';
import type { Limits, OpenEntry } from '../bundle/contract.ts';
import { hideSecretData } from '../model/secret-data.ts';
import type { EntryId } from '../model/ids.ts';
import type { IngestWriter } from '../model/ports.ts';
import type { EpochMicros } from '../model/time.ts';
import type { BinaryParser, DocumentParser, EntryContext, LogParser, LogReader, RecordBook } from '../parsers/contract.ts';
import { documentText } from '../parsers/documents/document-text.ts';
import { mayHoldPieces, splitPieces } from '../parsers/pieces.ts';
import { chooseParser } from '../parsers/registry.ts';
import { whyUnread } from '../parsers/unread.ts';
import type { Block } from './blocks.ts';
import { lineBlocks, readWhole } from './blocks.ts';
import { EntrySink, withheld } from './entry-sink.ts';
import type { MadeSource } from './entry-sink.ts';
import { hiddenBlocks } from './hidden-blocks.ts';
import { readPieces } from './read-pieces.ts';
import { inMemory, openFile } from './random-access.ts';

/** What the pipeline tells about an entry after reading it. */
export interface EntryOutcome {
  readonly parser: string | null;
  readonly skipped: string | null;
  readonly lines: number;
  readonly events: number;
  readonly continuations: number;
  readonly unparsed: number;
  /** in the order they were met */
  readonly sources: readonly MadeSource[];
  /** true for line logs: identical content elsewhere is the same log twice */
  readonly log: boolean;
}

export interface ReadOptions {
  readonly limits: Limits;
  readonly collectedAt: EpochMicros | null;
  readonly records: RecordBook;
  readonly onLines: (lines: number, events: number) => void;
}

const NEWLINE = 10;
const CHUNK = 1 << 18;

const nothing = { lines: 0, events: 0, continuations: 0, unparsed: 0, sources: [], log: false };

/** Recognises one entry and reads it with the parser that claims it. */
export async function readEntry(open: OpenEntry, id: EntryId, writer: IngestWriter, options: ReadOptions): Promise<EntryOutcome> {
  if (open.head.byteLength === 0) return { parser: null, skipped: 'empty', ...nothing };
  const context: EntryContext = {
    path: open.path,
    hints: open.hints,
    modifiedAt: open.modifiedAt,
    size: open.size,
    collectedAt: options.collectedAt,
    records: options.records,
  };
  const { whole, chunks } = await wholeIfPieces(open, options.limits);
  const pieces = whole === null ? null : splitPieces(whole);
  if (whole !== null && pieces !== null) {
    const sink = new EntrySink(writer, id, open);
    readPieces(whole, pieces, id, writer, sink, context);
    sink.finish();
    return { parser: 'several-forms', skipped: null, ...countsOf(sink), log: sink.eventCount > 0 };
  }
  const parser = chooseParser(open.head, context);
  if (parser === null) return { parser: null, skipped: whyUnread(open.head), ...nothing };
  const sink = new EntrySink(writer, id, open);
  const refusal = await readWith(
    parser,
    open,
    whole === null ? (chunks ?? open.chunks()) : once(whole),
    whole === null && open.wholeLines,
    id,
    writer,
    sink,
    context,
    options,
  );
  sink.finish();
  if (refusal !== null) return { parser: null, skipped: refusal, ...nothing, sources: sink.madeSources() };
  return {
    parser: parser.id,
    skipped: null,
    ...countsOf(sink),
    log: parser.kind === 'log' || (parser.kind === 'binary' && parser.log === true),
  };
}

function countsOf(sink: EntrySink): Omit<EntryOutcome, 'parser' | 'skipped' | 'log'> {
  return { lines: sink.lines, events: sink.eventCount, continuations: sink.continuations, unparsed: sink.unparsed, sources: sink.madeSources() };
}

/** The entry in memory where it may have to be cut into pieces and fits; otherwise its bytes are still to be had. */
async function wholeIfPieces(open: OpenEntry, { documentBytes }: Limits): Promise<Held> {
  if (open.size !== null && open.size > documentBytes) return NOTHING_HELD;
  if (!mayHoldPieces(Buffer.from(open.head.buffer, open.head.byteOffset, Math.min(open.head.byteLength, 4096)).toString('latin1'))) return NOTHING_HELD;
  const chunks = open.chunks()[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let bytes = 0;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) {
    held.push(next.value);
    bytes += next.value.byteLength;
    if (bytes > documentBytes) return { whole: null, chunks: chain(held, chunks) };
  }
  return { whole: Buffer.concat(held, bytes), chunks: null };
}

/** What was taken of an entry before its parser was chosen. */
interface Held {
  /** all of it */
  readonly whole: Uint8Array | null;
  /** its beginning, too large to be held whole, and the rest behind it */
  readonly chunks: AsyncIterable<Uint8Array> | null;
}

const NOTHING_HELD: Held = { whole: null, chunks: null };

async function* chain(held: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* held;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Returns why the entry could not be read after all; null when it was. */
function readWith(
  parser: BinaryParser | DocumentParser | LogParser,
  open: OpenEntry,
  chunks: AsyncIterable<Uint8Array>,
  ready: boolean,
  id: EntryId,
  writer: IngestWriter,
  sink: EntrySink,
  context: EntryContext,
  options: ReadOptions,
): Promise<string | null> {
  switch (parser.kind) {
    case 'log':
      return readLog(parser, open, chunks, ready, sink, context, options);
    case 'document':
      return readDocument(parser, chunks, id, writer, sink, context, options);
    case 'binary':
      return readBinary(parser, open, sink, context, options);
  }
}

async function readLog(
  parser: LogParser,
  open: OpenEntry,
  chunks: AsyncIterable<Uint8Array>,
  ready: boolean,
  sink: EntrySink,
  context: EntryContext,
  options: ReadOptions,
): Promise<null> {
  let reader: LogReader | null = null;
  const { lineBytes } = options.limits;
  const onLongLine = (line: number): void => sink.diagnostic('LINE_TOO_LONG', `longer than ${lineBytes} bytes`, { line });
  const onHidden = ({ firstLine, offset }: Block, places: number): void => withheld(sink, places, { line: firstLine, offset });
  for await (const block of hiddenBlocks(lineBlocks(chunks, lineBytes, onLongLine, ready), onHidden)) {
    reader ??= parser.open(sink, context, linesToJudge(open.head, block.raw));
    const before = sink.eventCount;
    reader.push(block.raw, block.offset, block.firstLine, block.lineCount);
    options.onLines(block.lineCount, sink.eventCount - before);
    const room = sink.room();
    if (room !== null) await room;
  }
  reader?.end();
  return null;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

/** The head, or the lines behind a first line that is longer than it. */
function linesToJudge(head: Uint8Array, first: Uint8Array): Uint8Array {
  if (head.byteLength < HEAD_BYTES || head.includes(NEWLINE)) return head;
  const second = first.indexOf(NEWLINE) + 1;
  return second === 0 || second === first.byteLength ? head : first.subarray(second, second + HEAD_BYTES);
}

async function readDocument(
  parser: DocumentParser,
  chunks: AsyncIterable<Uint8Array>,
  id: EntryId,
  writer: IngestWriter,
  sink: EntrySink,
  context: EntryContext,
  options: ReadOptions,
): Promise<string | null> {
  const { documentBytes } = options.limits;
  const bytes = await readWhole(chunks, documentBytes);
  if (bytes === null) {
    sink.diagnostic('ENTRY_TOO_LARGE', `a document larger than ${documentBytes} bytes`);
    return `larger than the limit of ${documentBytes} bytes for documents`;
  }
  // what is kept whole must not keep a Secret that was pasted into it; the bytes are this function's own
  if (parser.keep === 'all') withheld(sink, hideSecretData(bytes));
  const document = documentText(bytes);
  if (parser.keep === 'all') writer.raw({ entry: id, offset: 0, firstLine: 1, lineCount: document.lines.length, raw: bytes });
  parser.parse(document, sink, context);
  return null;
}

async function readBinary(parser: BinaryParser, open: OpenEntry, sink: EntrySink, context: EntryContext, options: ReadOptions): Promise<string | null> {
  if (open.localPath !== null) {
    const file = openFile(open.localPath);
    try {
      await parser.parse(file, sink, context);
    } finally {
      file.close();
    }
    return null;
  }
  const { binaryBytes } = options.limits;
  const bytes = await readWhole(open.chunks(), binaryBytes, open.size);
  if (bytes === null) {
    sink.diagnostic('ENTRY_TOO_LARGE', `a binary file larger than ${binaryBytes} bytes inside an archive: unpack it and name it directly`);
    return `larger than the limit of ${binaryBytes} bytes for binary files inside archives`;
  }
  await parser.parse(inMemory(bytes), sink, context);
  return null;
}
