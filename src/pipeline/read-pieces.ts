import { HEAD_BYTES } from '../bundle/contract.ts';
import type { EntryId } from '../model/ids.ts';
import { hideSecretData } from '../model/secret-data.ts';
import type { IngestWriter } from '../model/ports.ts';
import type { EntryContext, ParseSink, Place } from '../parsers/contract.ts';
import { documentText } from '../parsers/documents/document-text.ts';
import type { Piece } from '../parsers/pieces.ts';
import { chooseParser } from '../parsers/registry.ts';
import { countLines } from './blocks.ts';

/** Reads each piece of a file with the parser that claims it, as if it stood alone; places are those in the whole file. */
export function readPieces(bytes: Uint8Array, pieces: readonly Piece[], id: EntryId, writer: IngestWriter, sink: ParseSink, context: EntryContext): void {
  for (const { start, end, firstLine } of pieces) {
    // a copy: what is handed on belongs to the writer, buffer and all
    const raw = Uint8Array.from(bytes.subarray(start, end));
    hideSecretData(raw);
    const parser = chooseParser(raw.subarray(0, HEAD_BYTES), context);
    const lineCount = countLines(raw);
    if (parser === null || parser.kind === 'binary') writer.raw({ entry: id, offset: start, firstLine, lineCount, raw });
    else if (parser.kind === 'log') {
      const reader = parser.open(sink, context, raw.subarray(0, HEAD_BYTES));
      reader.push(raw, start, firstLine, lineCount);
      reader.end();
    } else {
      const document = documentText(raw);
      if (parser.keep === 'all') writer.raw({ entry: id, offset: start, firstLine, lineCount, raw });
      parser.parse(document, shifted(sink, start, firstLine - 1), context);
    }
  }
}

/** A sink for what stands `offset` bytes and `lines` lines into the file. */
function shifted(sink: ParseSink, offset: number, lines: number): ParseSink {
  const move = (place: Place): Place => ({ ...place, offset: place.offset + offset, line: place.line === null ? null : place.line + lines });
  return {
    source: (spec) => sink.source(spec),
    fact: (type, data, where) => sink.fact(type, data, { ...where, place: move(where.place) }),
    diagnostic: (code, detail, place, count) =>
      sink.diagnostic(
        code,
        detail,
        place === undefined
          ? place
          : {
              ...place,
              ...(place.offset === undefined ? {} : { offset: place.offset + offset }),
              ...(place.line === undefined || place.line === null ? {} : { line: place.line + lines }),
            },
        count,
      ),
    cite: (place, text) => sink.cite(move(place), text),
    message: (text) => sink.message(text),
    events: (batch) => sink.events({ ...batch, offset: batch.offset + offset, firstLine: batch.firstLine + lines }),
    count: (counts) => sink.count(counts),
  };
}
