import { compileCrc, WASM_BLOCK } from './crc32c-wasm.ts';

/**
 * CRC-32C (Castagnoli, reflected polynomial 0x82F63B78) with the chaining of Go's `crc32.Update`: pass the previous
 * result to go on. Sixteen tables, so that sixteen bytes cost one step. Upstream: Go `hash/crc32`.
 */
const POLYNOMIAL = 0x82f63b78;

function firstTable(): Int32Array {
  const table = new Int32Array(256);
  for (let i = 0; i < 256; i += 1) {
    let c = i;
    for (let bit = 0; bit < 8; bit += 1) c = (c & 1) === 1 ? (c >>> 1) ^ POLYNOMIAL : c >>> 1;
    table[i] = c;
  }
  return table;
}

/** The table for one more zero byte behind. */
function nextTable(below: Int32Array, first: Int32Array): Int32Array {
  return below.map((p) => (p >>> 8) ^ (first[p & 255] ?? 0));
}

const T0 = firstTable();
const T1 = nextTable(T0, T0);
const T2 = nextTable(T1, T0);
const T3 = nextTable(T2, T0);
const T4 = nextTable(T3, T0);
const T5 = nextTable(T4, T0);
const T6 = nextTable(T5, T0);
const T7 = nextTable(T6, T0);
const T8 = nextTable(T7, T0);
const T9 = nextTable(T8, T0);
const TA = nextTable(T9, T0);
const TB = nextTable(TA, T0);
const TC = nextTable(TB, T0);
const TD = nextTable(TC, T0);
const TE = nextTable(TD, T0);
const TF = nextTable(TE, T0);

const inWasm = compileCrc([T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, TA, TB, TC, TD, TE, TF]);
/** below this the hand-over costs more than it saves */
const WASM_MIN = 512;

/** CRC of `bytes[from, to)` continued from `crc` (0 to begin), as an unsigned 32-bit number; the range must lie inside. */
export function crc32c(crc: number, b: Uint8Array, from = 0, to = b.length): number {
  let c = ~crc;
  let i = from;
  if (inWasm !== null) {
    while (to - i >= WASM_MIN) {
      const end = i + Math.min(WASM_BLOCK, (to - i) & ~15);
      c = inWasm(c, b, i, end);
      i = end;
    }
  }
  // `!` here only: every index is within its array, and this loop decides how long a 2 GB snapshot takes
  for (const end = to - 15; i < end; i += 16) {
    c =
      TF[(c ^ b[i]!) & 255]! ^
      TE[((c >>> 8) ^ b[i + 1]!) & 255]! ^
      TD[((c >>> 16) ^ b[i + 2]!) & 255]! ^
      TC[((c >>> 24) ^ b[i + 3]!) & 255]! ^
      TB[b[i + 4]!]! ^
      TA[b[i + 5]!]! ^
      T9[b[i + 6]!]! ^
      T8[b[i + 7]!]! ^
      T7[b[i + 8]!]! ^
      T6[b[i + 9]!]! ^
      T5[b[i + 10]!]! ^
      T4[b[i + 11]!]! ^
      T3[b[i + 12]!]! ^
      T2[b[i + 13]!]! ^
      T1[b[i + 14]!]! ^
      T0[b[i + 15]!]!;
  }
  for (; i < to; i += 1) c = (c >>> 8) ^ T0[(c ^ b[i]!) & 255]!;
  return ~c >>> 0;
}
