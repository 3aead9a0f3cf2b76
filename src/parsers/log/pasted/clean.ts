// CSI, OSC and the short sequences of ECMA-48: colours, titles, bracketed paste
// oxlint-disable-next-line no-control-regex
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()*+][A-Za-z0-9]|[@-Z\\^_=>78c])/g;
const BYTE_ORDER_MARK = '\u00ef\u00bb\u00bf';

/** True when text holds what a terminal or an editor left in it. Text is bytes read as Latin-1. */
export function isMarkedUp(text: string): boolean {
  return text.includes('\u001b') || text.startsWith(BYTE_ORDER_MARK) || text.includes('\r\r\n');
}

/** A line as a reader saw it: without escape sequences, carriage returns at its ends and a byte order mark. */
export function cleanLine(text: string): string {
  const plain = text.includes('\u001b') ? text.replace(ESCAPES, '') : text;
  const bare = plain.startsWith(BYTE_ORDER_MARK) ? plain.slice(BYTE_ORDER_MARK.length) : plain;
  return bare.replace(/^\r+|\r+$/g, '');
}
