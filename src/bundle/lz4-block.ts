/**
 * Decodes one raw LZ4 block into `output` behind the `from` bytes it may refer back to; the index behind what was written, -1 when the
 * block is damaged or does not fit. Upstream: lz4 `doc/lz4_Block_format.md`.
 */
export function decodeLz4Block(input: Uint8Array, output: Uint8Array, from: number): number {
  let at = 0;
  let to = from;
  while (at < input.byteLength) {
    const token = input[at] ?? 0;
    at += 1;
    let literals = token >>> 4;
    if (literals === 15) {
      for (let more = 255; more === 255; at += 1) {
        more = input[at] ?? -1;
        if (more < 0) return -1;
        literals += more;
      }
    }
    if (at + literals > input.byteLength || to + literals > output.byteLength) return -1;
    output.set(input.subarray(at, at + literals), to);
    at += literals;
    to += literals;
    // the last sequence has no match
    if (at === input.byteLength) return to;
    const distance = (input[at] ?? 0) | ((input[at + 1] ?? 0) << 8);
    at += 2;
    if (distance === 0 || distance > to || at > input.byteLength) return -1;
    let length = (token & 15) + 4;
    if (length === 19) {
      for (let more = 255; more === 255; at += 1) {
        more = input[at] ?? -1;
        if (more < 0) return -1;
        length += more;
      }
    }
    if (to + length > output.byteLength) return -1;
    // matches may overlap what they write, so byte by byte
    for (const end = to + length; to < end; to += 1) output[to] = output[to - distance] ?? 0;
  }
  return -1;
}

/** One raw block of known size; null when it is damaged or does not give exactly that many bytes. */
export function lz4Block(input: Uint8Array, size: number): Uint8Array | null {
  const output = new Uint8Array(size);
  return decodeLz4Block(input, output, 0) === size ? output : null;
}
