/** Bytes read as Latin-1 back to the text they are: UTF-8, with U+FFFD for what is not. */
export function utf8(latin: string): string {
  // oxlint-disable-next-line no-control-regex
  return /[^\u0000-\u007f]/.test(latin) ? Buffer.from(latin, 'latin1').toString('utf8') : latin;
}

/** Index of the first character `code` in [from, to); -1 when there is none. An `indexOf` would run on through the whole block. */
export function indexWithin(s: string, code: number, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (s.charCodeAt(at) === code) return at;
  return -1;
}
