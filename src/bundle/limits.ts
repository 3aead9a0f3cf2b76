import type { Limits } from './contract.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** What openBundle allows unless told otherwise; docs/limits.md says what each is for. */
export const DEFAULT_LIMITS: Limits = {
  nesting: 4,
  entries: 200_000,
  entryBytes: 64 * GIB,
  totalBytes: 256 * GIB,
  expansion: 1000,
  lineBytes: MIB,
  documentBytes: 32 * MIB,
  binaryBytes: 256 * MIB,
};
