import type { RecordBook } from './contract.ts';
import { SparseBits } from './journal-file/sparse-bits.ts';

/** Memory for the records of one case. */
export function makeRecordBook(): RecordBook {
  const streams = new Map<string, SparseBits>();
  return {
    isFirst(stream, number) {
      let seen = streams.get(stream);
      if (seen === undefined) {
        seen = new SparseBits();
        streams.set(stream, seen);
      }
      return seen.add(number);
    },
  };
}
