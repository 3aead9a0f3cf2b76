import { HEAD_BYTES } from '../bundle/contract.ts';
import type { EntryId } from '../model/ids.ts';
import { hideSecretData } from '../model/secret-data.ts';
import type { IngestWriter } from '../model/ports.ts';
import type { EntryContext, ParseSink, Place } from '../parsers/contract.ts';
import { documentText } from '../parsers/documents/document-text.ts';
import type { Piece } from '../parsers/pieces.ts';
import { chooseParser } from '../parsers/registry.ts';
import { countLines } from './blocks.ts';
import { withheld } from './entry-sink.ts';

/** Reads each piece of a file with the parser that claims it, as if it stood alone; places are those in the whole file. */
export function readPieces(bytes: Uint8Array, pieces: readonly Piece[], id: EntryId, writer: IngestWriter, sink: ParseSink, context: EntryContext): void {
  for (const piece of pieces) {
    const { end } = piece;
    const head = (from: number): Uint8Array => bytes.subarray(from, Math.min(end, from + HEAD_BYTES));
    let { start, firstLine } = piece;
    let parser = chooseParser(head(start), context);
    const { header = 0, command = null } = piece;
    if (parser === null && header > 0 && start + header < end) {
      // what was printed, as it would stand alone
      writer.raw({ entry: id, offset: start, firstLine, lineCount: 1, raw: Uint8Array.from(bytes.subarray(start, start + header)) });
      start += header;
      firstLine += 1;
      parser = chooseParser(head(start), context);
    }
    // a copy: what is handed on belongs to the writer, buffer and all
    const raw = Uint8Array.from(bytes.subarray(start, end));
    withheld(sink, hideSecretData(raw), { line: firstLine, offset: start });
    const host = command?.host ?? null;
    const told = host === null ? sink : toldBy(host, sink);
    const lineCount = countLines(raw);
    if (parser === null || parser.kind === 'binary') writer.raw({ entry: id, offset: start, firstLine, lineCount, raw });
    else if (parser.kind === 'log') {
      const reader = parser.open(told, context, raw.subarray(0, HEAD_BYTES));
      reader.push(raw, start, firstLine, lineCount);
      reader.end();
    } else {
      const document = documentText(raw);
      if (parser.keep === 'all') writer.raw({ entry: id, offset: start, firstLine, lineCount, raw });
      parser.parse(document, shifted(told, start, firstLine - 1), context);
    }
  }
}

/** A sink for what a command printed on `host`. */
function toldBy(host: string, sink: ParseSink): ParseSink {
  return {
    source: (spec) => sink.source({ ...spec, host: spec.host ?? host }),
    fact: (type, data, where) => sink.fact(type, data, where),
    diagnostic: (code, detail, place, count) => sink.diagnostic(code, detail, place, count),
    cite: (place, text) => sink.cite(place, text),
    message: (text) => sink.message(text),
    events: (batch) => sink.events(batch),
    count: (counts) => sink.count(counts),
  };
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
