import type { SecretSpan } from './secret-data.ts';

const JSON_DATA = /(\\{0,15})"(?:data|stringData)\1"(?:\s|\\+n)*:(?:\s|\\+n)*\{/g;
const JSON_PAIR = /(?:[\s,]|\\+[nt])*(\\*)"[^"]{0,1000}?\1"(?:\s|\\+[nt])*:(?:\s|\\+[nt])*\1"/y;

/** The values of each `data` object: up to the quote that is escaped as often as the one it began with. */
export function jsonSpans(text: string, spans: SecretSpan[]): void {
  for (const found of text.matchAll(JSON_DATA)) {
    const depth = found[1]?.length ?? 0;
    let at = found.index + found[0].length;
    for (;;) {
      JSON_PAIR.lastIndex = at;
      const pair = JSON_PAIR.exec(text);
      if (pair === null) break;
      const start = JSON_PAIR.lastIndex;
      const end = closingQuote(text, start, depth);
      if (end > start) spans.push({ start, end });
      at = end + depth + 1;
    }
  }
}

/** Where the string ends that `from` lies in, whose quotes are escaped `depth` times; the end of the text where it does not. */
export function closingQuote(text: string, from: number, depth: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > from && text[at - slashes - 1] === '\\') slashes += 1;
    if (slashes <= depth || (depth === 0 && slashes % 2 === 0)) return at - Math.min(slashes, depth);
  }
  return text.length;
}
