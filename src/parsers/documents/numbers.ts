const SI: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15, e: 1e18 };

/**
 * Sizes as etcdctl prints them (`20 kB`, `2.1 GB`, two significant digits; upstream: dustin/go-humanize `Bytes`, and
 * `IBytes` for `1.0 MiB`), in bytes; null when it is none.
 */
export function humanBytes(text: string): number | null {
  const m = /^(\d+(?:\.\d+)?)\s*([kKmMgGtTpPeE]?)(i?)B?$/.exec(text.trim());
  if (m === null) return null;
  const unit = (m[2] ?? '').toLowerCase();
  if (m[3] === 'i') return Math.round(Number(m[1]) * 1024 ** 'bkmgtpe'.indexOf(unit));
  return Math.round(Number(m[1]) * (SI[unit] ?? 1));
}

/** Sizes as `df -h` and `ls -h` print them: `512K`, `1.5G`, powers of 1024; plain numbers count `unit` bytes. */
export function binaryBytes(text: string, unit = 1): number | null {
  const m = /^(\d+(?:[.,]\d+)?)([KMGTPE]?)(?:iB?|B)?$/i.exec(text.trim());
  if (m === null) return null;
  const value = Number((m[1] ?? '').replace(',', '.'));
  const letter = (m[2] ?? '').toUpperCase();
  return Math.round(letter === '' ? value * unit : value * 1024 ** ('KMGTPE'.indexOf(letter) + 1));
}

/** Digits of an integer, also from `1.2382947996508267e+19` as old jq prints large ids; null when it is no integer. */
export function integerDigits(text: string): string | null {
  if (/^\d+$/.test(text)) return text;
  const m = /^(\d)(?:\.(\d+))?[eE]\+?(\d+)$/.exec(text);
  if (m === null) return null;
  const fraction = m[2] ?? '';
  const exponent = Number(m[3]);
  if (exponent > 30 || exponent < fraction.length) return null;
  return `${m[1] ?? ''}${fraction}${'0'.repeat(exponent - fraction.length)}`;
}

/** A safe integer from decimal text; null otherwise. */
export function integer(text: string | null | undefined): number | null {
  if (text === null || text === undefined) return null;
  const trimmed = text.trim();
  if (!/^-?\d{1,16}$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value : null;
}
