import { printable } from '../model/text.ts';

/**
 * One RFC 4180 field. Control characters become visible escapes. A spreadsheet would run text that begins with `=`, `+`, `-` or `@`
 * as a formula, so such text gets an apostrophe in front; so does text that begins with an apostrophe, which makes taking one leading
 * apostrophe away the exact way back. Plain numbers are left alone.
 */
export function csvField(value: string): string {
  const text = guardFormula(printable(value));
  return /[",\s]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function guardFormula(text: string): string {
  if (!/^\s*[=+\-@']/.test(text) || /^[+-]?\d+(\.\d+)?$/.test(text)) return text;
  return `'${text}`;
}

/** One record with its CRLF. */
export function csvRecord(values: readonly string[]): string {
  return `${values.map(csvField).join(',')}\r\n`;
}
