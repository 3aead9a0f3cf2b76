import type { Report } from './types.ts';

/** Characters JSON.stringify leaves raw but a terminal or a script would act on. */
// oxlint-disable-next-line no-control-regex
const RAW = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** `JSON.stringify` with every control and bidi character as a `\u` escape: the value is unchanged, the text is safe to print. */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(RAW, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The report document: keys in the order `Report` declares them, two spaces, newline at the end. */
export function renderJson(report: Report): string {
  return `${safeJson(report, 2)}\n`;
}
