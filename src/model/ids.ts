/**
 * Identifiers as etcd logs print them: unsigned 64-bit, lower-case hex, no padding, no `0x`.
 * Upstream: etcd `client/pkg/types/id.go` (`strconv.FormatUint(id, 16)`).
 */
declare const brand: unique symbol;
type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

export type MemberId = Brand<string, 'MemberId'>;
export type ClusterId = Brand<string, 'ClusterId'>;
export type BundleId = Brand<number, 'BundleId'>;
export type EntryId = Brand<number, 'EntryId'>;
export type SourceId = Brand<number, 'SourceId'>;

const HEX = /^[0-9a-f]{1,16}$/;
const U64_MAX = (1n << 64n) - 1n;

/** True for the hex form of a non-zero 64-bit id. */
export function isHexId(text: string): boolean {
  return HEX.test(text) && text !== '0';
}

function stripPadding(hex: string): string {
  const stripped = hex.replace(/^0+/, '');
  return stripped === '' ? '0' : stripped;
}

/** From hex text (any case, padded or not); null when it is not a 64-bit id, or is 0 (etcd's "none"). */
export function memberIdFromHex(text: string): MemberId | null {
  const hex = stripPadding(text.trim().toLowerCase());
  return isHexId(hex) ? (hex as MemberId) : null;
}

/** From decimal text, as raft's `voters=(…)`, alarms and all etcdctl JSON print ids; null when out of range or 0. */
export function memberIdFromDecimal(text: string): MemberId | null {
  const hex = hexFromDecimal(text);
  return hex === null || hex === '0' ? null : (hex as MemberId);
}

export function clusterIdFromHex(text: string): ClusterId | null {
  const hex = stripPadding(text.trim().toLowerCase());
  return isHexId(hex) ? (hex as ClusterId) : null;
}

export function clusterIdFromDecimal(text: string): ClusterId | null {
  const hex = hexFromDecimal(text);
  return hex === null || hex === '0' ? null : (hex as ClusterId);
}

/** Decimal text to unpadded hex without passing through a JavaScript number; null when not an unsigned 64-bit integer. */
export function hexFromDecimal(text: string): string | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const value = BigInt(text);
  return value > U64_MAX ? null : value.toString(16);
}

export const bundleId = (n: number): BundleId => n as BundleId;
export const entryId = (n: number): EntryId => n as EntryId;
export const sourceId = (n: number): SourceId => n as SourceId;
