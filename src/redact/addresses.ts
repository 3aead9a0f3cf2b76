/** Four decimal numbers, not part of a longer dotted or lettered run (versions, object ids). */
export const IPV4 = /(?<![A-Za-z0-9]|\d\.)(?:\d{1,3}\.){3}\d{1,3}(?![A-Za-z0-9]|\.\d)/g;
/** `ip-10-0-0-12`, as cloud providers name machines, and `10-0-0-12.` in DNS names of pods. */
export const IPV4_DASHED = /(?<![A-Za-z0-9])ip-(\d{1,3}(?:-\d{1,3}){3})(?![A-Za-z0-9]|-\d)|(?<![A-Za-z0-9.-])(\d{1,3}(?:-\d{1,3}){3})(?=\.[a-z])/g;
/** Runs that may be an IPv6 address; `parseIpv6` decides. */
export const IPV6_RUN = /[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*/g;
export const MAC = /(?<![0-9A-Za-z]|[0-9A-Fa-f]{2}[:-])[0-9A-Fa-f]{2}(?:(?::[0-9A-Fa-f]{2}){5}|(?:-[0-9A-Fa-f]{2}){5})(?![0-9A-Za-z]|[:-][0-9A-Fa-f]{2})/g;

/** As a number; null when it is none. */
export function parseIpv4(text: string): number | null {
  const parts = text.split(/[.-]/);
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return null;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function formatIpv4(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

/** Addresses that are the same everywhere: unspecified, loopback, multicast, netmasks, the metadata service. */
export function isUniversalIpv4(value: number): boolean {
  const first = value >>> 24;
  return first === 0 || first === 127 || first >= 224 || value === 0xa9fe_a9fe;
}

/** Canonical form, 32 hex digits; null when it is none. Eight pairs of digits are a serial number or a fingerprint. */
export function parseIpv6(text: string): string | null {
  if (!/^[0-9A-Fa-f:]{2,39}$/.test(text) || /^(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}$/.test(text)) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  if ([...left, ...right].some((group) => !/^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const missing = 8 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  return [...left, ...Array.from({ length: missing }, () => '0'), ...right].map((group) => group.padStart(4, '0').toLowerCase()).join('');
}

/** Unspecified, loopback, multicast, and mapped IPv4 (whose dotted form is handled as such). */
export function isUniversalIpv6(canonical: string): boolean {
  return /^0{31}[01]$/.test(canonical) || canonical.startsWith('ff') || /^0{20}ffff0000/.test(canonical);
}

/**
 * Finds the address in a run of hex digits and colons: a key before it (`addr:fd00::1`) or a port behind nine groups is not part
 * of it. `before` is the character in front of the run. Null when there is none.
 */
export function addressInRun(run: string, before: string): { readonly start: number; readonly end: number; readonly canonical: string } | null {
  const starts: number[] = [];
  if (!/[A-Za-z0-9]/.test(before)) starts.push(0);
  const colon = run.indexOf(':');
  if (run[colon + 1] !== ':' || /[A-Za-z]/.test(before) || colon > 0) starts.push(colon + 1);
  else starts.push(colon);
  const last = run.lastIndexOf(':');
  const ends = [run.length, last, ...(/[^:]:$/.test(run) ? [run.length - 1] : [])];
  for (const start of starts) {
    for (const end of ends) {
      if (end - start < 2) continue;
      const canonical = parseIpv6(run.slice(start, end));
      if (canonical !== null) return { start, end, canonical };
    }
  }
  return null;
}
