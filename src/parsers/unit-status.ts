import type { Piece } from './pieces.ts';

/** systemd `systemctl-show.c`: a dot, the unit, what it is; then its state, a blank line, and the end of its log. */
const UNIT = /^[●○×↻*]? ?\S+\.(?:service|mount|timer|socket)(?: - .*)?$/;
const LOADED = /^\s+Loaded: /;

/** True when a file begins as `systemctl status` does; a head may have been decoded byte by byte. */
export function mayHoldUnitStatus(head: string): boolean {
  return /^.{0,8}\S+\.(?:service|mount|timer|socket)(?: - .*)?\r?\n\s+Loaded: /.test(head);
}

/** Cuts the states of units from the logs below them, so that each is read as what it is. Null when it holds no log. */
export function splitUnitStatus(bytes: Buffer): readonly Piece[] | null {
  if (!mayHoldUnitStatus(bytes.toString('latin1', 0, 4096))) return null;
  const lines = bytes.toString('latin1').split('\n');
  const text = (at: number): string =>
    Buffer.from(lines[at] ?? '', 'latin1')
      .toString('utf8')
      .replace(/\r$/, '');
  const pieces: Piece[] = [];
  let start = 0;
  let firstLine = 1;
  let offset = 0;
  let state = true;
  for (let at = 0; at < lines.length; at += 1) {
    const begins = UNIT.test(text(at)) && LOADED.test(text(at + 1));
    if (offset > start && (begins ? !state : state && text(at - 1) === '' && text(at) !== '')) {
      pieces.push({ start, end: offset, firstLine });
      start = offset;
      firstLine = at + 1;
      state = begins;
    }
    offset += (lines[at]?.length ?? 0) + 1;
  }
  if (start < bytes.length) pieces.push({ start, end: bytes.length, firstLine });
  return pieces.length < 2 ? null : pieces;
}
