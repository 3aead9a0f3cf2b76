/** One field of a protobuf message. `value` for varint and fixed, `bytes` for length-delimited. */
export interface ProtoField {
  readonly number: number;
  readonly wire: 0 | 1 | 2 | 5;
  readonly value: bigint;
  readonly bytes: Uint8Array;
}

const NONE = new Uint8Array(0);

/**
 * The fields of a message, in order; null when the bytes are no protobuf message to their very end. 64-bit values stay exact,
 * which raft ids need. Upstream: protobuf encoding guide.
 */
export function protoFields(bytes: Uint8Array): readonly ProtoField[] | null {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): bigint | null => {
    let low = 0;
    let result = 0n;
    for (let i = 0; i < 10; i += 1) {
      const byte = bytes[at];
      if (byte === undefined) return null;
      at += 1;
      if (i < 4) low += (byte & 0x7f) * 2 ** (7 * i);
      else {
        if (i === 4) result = BigInt(low);
        result |= BigInt(byte & 0x7f) << BigInt(7 * i);
      }
      if (byte < 0x80) return i < 4 ? BigInt(low) : BigInt.asUintN(64, result);
    }
    return null;
  };
  while (at < bytes.length) {
    const tag = varint();
    if (tag === null) return null;
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number < 1 || number > 0x1fff_ffff) return null;
    if (wire === 0) {
      const value = varint();
      if (value === null) return null;
      fields.push({ number, wire, value, bytes: NONE });
    } else if (wire === 2) {
      const length = varint();
      if (length === null || length > BigInt(bytes.length - at)) return null;
      const end = at + Number(length);
      fields.push({ number, wire, value: 0n, bytes: bytes.subarray(at, end) });
      at = end;
    } else if (wire === 1 || wire === 5) {
      const size = wire === 1 ? 8 : 4;
      if (at + size > bytes.length) return null;
      let value = 0n;
      for (let i = size - 1; i >= 0; i -= 1) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
      fields.push({ number, wire, value, bytes: NONE });
      at += size;
    } else return null;
  }
  return fields;
}

/** The last field of that number and wire type 0, as protobuf wants it; `0n` when absent. */
export function protoInteger(fields: readonly ProtoField[], number: number): bigint {
  let value = 0n;
  for (const f of fields) if (f.number === number && f.wire === 0) value = f.value;
  return value;
}

/** The last length-delimited field of that number; null when absent. */
export function protoBytes(fields: readonly ProtoField[], number: number): Uint8Array | null {
  let bytes: Uint8Array | null = null;
  for (const f of fields) if (f.number === number && f.wire === 2) bytes = f.bytes;
  return bytes;
}

export function protoText(fields: readonly ProtoField[], number: number): string {
  return Buffer.from(protoBytes(fields, number) ?? NONE).toString('utf8');
}

/** Repeated unsigned integers, packed or not. */
export function protoIntegers(fields: readonly ProtoField[], number: number): bigint[] {
  const values: bigint[] = [];
  for (const f of fields) {
    if (f.number !== number) continue;
    if (f.wire === 0) values.push(f.value);
    else if (f.wire === 2) values.push(...packed(f.bytes));
  }
  return values;
}

function packed(bytes: Uint8Array): bigint[] {
  const values: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte < 0x80 || shift > 63n) {
      values.push(BigInt.asUintN(64, value));
      value = 0n;
      shift = 0n;
    }
  }
  return values;
}

/** A signed 64-bit integer as a number (exact to 2^53). */
export function signed(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}
