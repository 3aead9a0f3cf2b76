const PRIME = [0x9e37_79b1, 0x85eb_ca77, 0xc2b2_ae3d, 0x27d4_eb2f, 0x1656_67b1] as const;

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const round = (sum: number, lane: number): number => Math.imul(rotate((sum + Math.imul(lane, PRIME[1])) | 0, 13), PRIME[0]);

/** XXH32 of what is added piece by piece, seed 0. Upstream: Cyan4973/xxHash `doc/xxhash_spec.md`. */
export class Xxh32 {
  private readonly sums = new Int32Array([PRIME[0] + PRIME[1], PRIME[1], 0, -PRIME[0]]);
  private readonly rest = Buffer.alloc(16);
  private held = 0;
  private total = 0;

  add(piece: Uint8Array): void {
    this.total += piece.byteLength;
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let at = 0;
    if (this.held > 0) {
      at = bytes.copy(this.rest, this.held, 0, 16 - this.held);
      this.held += at;
      if (this.held < 16) return;
      this.stripe(this.rest, 0);
      this.held = 0;
    }
    for (; at + 16 <= bytes.byteLength; at += 16) this.stripe(bytes, at);
    this.held = bytes.copy(this.rest, 0, at);
  }

  digest(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.sums;
    let hash = this.total >= 16 ? rotate(a, 1) + rotate(b, 7) + rotate(c, 12) + rotate(d, 18) : PRIME[4];
    hash = (hash + this.total) | 0;
    let at = 0;
    for (; at + 4 <= this.held; at += 4) hash = Math.imul(rotate((hash + Math.imul(this.rest.readInt32LE(at), PRIME[2])) | 0, 17), PRIME[3]);
    for (; at < this.held; at += 1) hash = Math.imul(rotate((hash + Math.imul(this.rest.readUInt8(at), PRIME[4])) | 0, 11), PRIME[0]);
    hash = Math.imul(hash ^ (hash >>> 15), PRIME[1]);
    hash = Math.imul(hash ^ (hash >>> 13), PRIME[2]);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  private stripe(bytes: Buffer, at: number): void {
    for (let i = 0; i < 4; i += 1) this.sums[i] = round(this.sums[i] ?? 0, bytes.readInt32LE(at + 4 * i));
  }
}
