/** Tar headers fill one block, and data is padded to whole ones. */
export const BLOCK = 512;

const CHECKSUM_FROM = 148;
const CHECKSUM_TO = 156;

/** True for a whole block whose checksum is a tar header's: the sum of its bytes, the field itself counted as blanks (POSIX.1-1988 ustar). */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < BLOCK || block[0] === 0) return false;
  const claimed = /^ *([0-7]+)[\0 ]*$/.exec(String.fromCharCode(...block.subarray(CHECKSUM_FROM, CHECKSUM_TO)))?.[1];
  if (claimed === undefined) return false;
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += at >= CHECKSUM_FROM && at < CHECKSUM_TO ? 0x20 : (block[at] ?? 0);
  return Number.parseInt(claimed, 8) === sum;
}
