import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentText } from '../../../src/parsers/documents/document-text.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('counts bytes, not characters, and leaves carriage returns out', () => {
  const document = documentText(bytes('größe\r\n文件系统\n\nlast'));
  expect(document.lines.map(({ text, line, offset }) => [text, line, offset])).toEqual([
    ['größe', 1, 0],
    ['文件系统', 2, 9],
    ['', 3, 22],
    ['last', 4, 23],
  ]);
  expect(document.place(2)).toEqual({ line: 2, offset: 9, length: 12 });
  expect(document.placeAt(document.text.indexOf('系'))).toEqual({ line: 2, offset: 9, length: 12 });
});

test('skips a byte order mark without losing its bytes', () => {
  const document = documentText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x0a, 0x62));
  expect(document.lines.map(({ text, offset }) => [text, offset])).toEqual([
    ['a', 3],
    ['b', 5],
  ]);
});

test('an empty document has one empty line', () => {
  expect(documentText(new Uint8Array()).lines).toEqual([{ text: '', line: 1, offset: 0 }]);
});

test('every line of any bytes decodes to the text it is given', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.constantFrom(10, 13, 0xe4, 0xb8, 0xad, 0xf0, 65), { maxLength: 60 }), (a, b) => {
      const raw = Uint8Array.from([65, ...a, ...b]);
      const document = documentText(raw);
      for (const { text, line } of document.lines) {
        const place = document.place(line);
        const slice = raw.subarray(place.offset, place.offset + place.length);
        expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(slice)).toBe(text);
      }
    }),
  );
});
