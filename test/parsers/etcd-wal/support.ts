import { crc32c } from '../../../src/parsers/etcd-db/crc32c.ts';

/** One field of a message to write: number, then an integer (varint) or bytes. */
export type Field = readonly [number: number, value: number | bigint | Uint8Array | string];

function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

export function message(...fields: readonly Field[]): Buffer {
  const parts: Buffer[] = [];
  for (const [number, value] of fields) {
    if (typeof value === 'number' || typeof value === 'bigint') parts.push(Buffer.from([...varint(number * 8), ...varint(value)]));
    else {
      const bytes = Buffer.from(value);
      parts.push(Buffer.from([...varint(number * 8 + 2), ...varint(bytes.length)]), bytes);
    }
  }
  return Buffer.concat(parts);
}

/** Writes a segment as etcd does: frames of 8, checksums chained. */
export class SegmentWriter {
  #crc = 0;
  readonly #frames: Buffer[] = [];

  record(type: number, data: Uint8Array): this {
    this.#crc = crc32c(this.#crc, data);
    const fields: Field[] = [
      [1, type],
      [2, this.#crc],
    ];
    return this.#frame(message(...fields, ...(data.length > 0 ? ([[3, data]] as const) : [])));
  }

  crc(): this {
    return this.#frame(message([1, 4], [2, this.#crc]));
  }

  metadata(member: bigint, cluster: bigint): this {
    return this.record(1, message([1, member], [2, cluster]));
  }

  entry(raftTerm: number, raftIndex: number, data: Uint8Array = new Uint8Array(0), type = 0): this {
    const fields: Field[] = [
      [1, type],
      [2, raftTerm],
      [3, raftIndex],
    ];
    return this.record(2, message(...fields, ...(data.length > 0 ? ([[4, data]] as const) : [])));
  }

  state(raftTerm: number, vote: bigint, commitIndex: number): this {
    return this.record(3, message([1, raftTerm], [2, vote], [3, commitIndex]));
  }

  bytes(zeros = 1024): Buffer {
    return Buffer.concat([...this.#frames, Buffer.alloc(zeros)]);
  }

  #frame(record: Buffer): this {
    const padding = (8 - (record.length % 8)) % 8;
    const field = Buffer.alloc(8);
    field.writeUInt32LE(record.length);
    if (padding > 0) field[7] = 0x80 | padding;
    this.#frames.push(field, record, Buffer.alloc(padding));
    return this;
  }
}

/** A `coordination.k8s.io` Lease as kube-apiserver stores it. */
export function leaseValue(name: string, holder: string, acquired: number, renewed: number, seconds = 15): Buffer {
  const time = (at: number): Buffer => message([1, at], [2, 500_000_000]);
  const spec = message([1, holder], [2, seconds], [3, time(acquired)], [4, time(renewed)], [5, 1]);
  const raw = message([1, message([1, name], [3, 'kube-system'], [5, 'uid-1'])], [2, spec]);
  const envelope = message([1, message([1, 'coordination.k8s.io/v1'], [2, 'Lease'])], [2, raw], [3, ''], [4, '']);
  return Buffer.concat([Buffer.from('k8s\0'), envelope]);
}

/** kube-apiserver's write: if the key still has `modRevision`, put. */
export function guardedPut(key: string, modRevision: number, value: Uint8Array): Buffer {
  const compare = message([1, 0], [2, 2], [3, key], [6, modRevision]);
  const put = message([2, message([1, key], [2, value])]);
  return message([100, message([1, 77])], [6, message([1, compare], [2, put], [3, message([1, message([1, key])])])]);
}
