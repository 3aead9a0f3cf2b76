import type { DocumentLine, DocumentText, Place } from '../contract.ts';

const UTF8_BOM = 3;

/**
 * Decodes an entry as UTF-8 (what is not becomes U+FFFD; a byte order mark is skipped) and splits it at line feeds; a
 * carriage return before one belongs to neither line nor length. Offsets count bytes of the entry.
 */
export function documentText(bytes: Uint8Array): DocumentText {
  const text = new TextDecoder('utf-8').decode(bytes);
  const bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? UTF8_BOM : 0;
  const lines: DocumentLine[] = [];
  const lengths: number[] = [];
  const indexes: number[] = [];
  let byte = bom;
  let index = 0;
  // a line feed never takes part in an invalid sequence, so the n-th one in the bytes is the n-th in the text
  while (index < text.length || byte < bytes.length) {
    let byteEnd = bytes.indexOf(10, byte);
    if (byteEnd < 0) byteEnd = bytes.length;
    let indexEnd = text.indexOf('\n', index);
    if (indexEnd < 0) indexEnd = text.length;
    const carriage = indexEnd > index && text.charCodeAt(indexEnd - 1) === 13 ? 1 : 0;
    lines.push({ text: text.slice(index, indexEnd - carriage), line: lines.length + 1, offset: byte });
    lengths.push(byteEnd - byte - carriage);
    indexes.push(index);
    byte = byteEnd + 1;
    index = indexEnd + 1;
  }
  if (lines.length === 0) {
    lines.push({ text: '', line: 1, offset: bom });
    lengths.push(0);
    indexes.push(0);
  }

  const place = (line: number): Place => {
    const i = Math.min(Math.max(line, 1), lines.length) - 1;
    return { line: i + 1, offset: lines[i]?.offset ?? 0, length: lengths[i] ?? 0 };
  };

  const placeAt = (target: number): Place => {
    let low = 0;
    let high = indexes.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((indexes[middle] ?? 0) <= target) low = middle;
      else high = middle - 1;
    }
    return place(low + 1);
  };

  return { text, lines, place, placeAt };
}
