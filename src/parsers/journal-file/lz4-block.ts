/**
 * Decodes one raw LZ4 block into at most `size` bytes; null when it is damaged or does not give exactly that many.
 * Upstream: lz4 `doc/lz4_Block_format.md`.
 */
export function lz4Block(input: Uint8Array, size: number): Uint8Array | null {
  const output = new Uint8Array(size);
  let from = 0;
  let to = 0;
  while (from < input.byteLength) {
    const token = input[from] ?? 0;
    from += 1;
    let literals = token >>> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; from += 1) {
        more = input[from] ?? -1;
        if (more < 0) return null;
        literals += more;
      }
    }
    if (from + literals > input.byteLength || to + literals > size) return null;
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // the last sequence has no match
    if (from === input.byteLength) return to === size ? output : null;
    const distance = (input[from] ?? 0) | ((input[from + 1] ?? 0) << 8);
    from += 2;
    if (distance === 0 || distance > to || from > input.byteLength) return null;
    let length = (token & 15) + 4;
    if (length === 19) {
      for (let more = 255; more === 255; from += 1) {
        more = input[from] ?? -1;
        if (more < 0) return null;
        length += more;
      }
    }
    if (to + length > size) return null;
    // matches may overlap what they write, so byte by byte
    for (const end = to + length; to < end; to += 1) output[to] = output[to - distance] ?? 0;
  }
  return null;
}
