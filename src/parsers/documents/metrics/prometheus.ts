import type { DocumentText } from '../../contract.ts';

export interface Sample {
  readonly name: string;
  /** as written between the braces; empty when there are none */
  readonly labels: string;
  readonly value: number;
  readonly line: number;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?\s*$/;

/** The samples of Prometheus' text exposition format whose name passes `wanted`. */
export function samplesOf(document: DocumentText, wanted: (name: string) => boolean): readonly Sample[] {
  const samples: Sample[] = [];
  for (const { text, line } of document.lines) {
    if (text.startsWith('#') || text === '') continue;
    const end = text.search(/[{\s]/);
    if (end <= 0 || !wanted(text.slice(0, end))) continue;
    const m = SAMPLE.exec(text);
    const value = m === null ? null : numberOf(m[3] ?? '');
    if (m !== null && value !== null) samples.push({ name: m[1] ?? '', labels: m[2] ?? '', value, line });
  }
  return samples;
}

function numberOf(text: string): number | null {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = Number(text);
  return Number.isNaN(value) ? null : value;
}

export function label(labels: string, name: string): string | null {
  return new RegExp(`(?:^|,)\\s*${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(labels)?.[1] ?? null;
}

export interface Bucket {
  /** upper bound */
  readonly le: number;
  /** cumulative */
  readonly count: number;
}

/** Buckets of a histogram in rising order; those of other labels must be filtered before. */
export function bucketsOf(samples: readonly Sample[]): readonly Bucket[] {
  return samples
    .flatMap((sample) => {
      const le = numberOf(label(sample.labels, 'le') ?? '');
      return le === null ? [] : [{ le, count: sample.value }];
    })
    .toSorted((a, b) => a.le - b.le);
}

/** As Prometheus' `histogram_quantile`: linear within a bucket; null when empty or beyond the last finite bucket. */
export function quantile(buckets: readonly Bucket[], q: number): number | null {
  const total = buckets.at(-1)?.count ?? 0;
  if (!(total > 0)) return null;
  const rank = q * total;
  let low = 0;
  let below = 0;
  for (const { le, count } of buckets) {
    if (count >= rank) {
      if (le === Infinity) return null;
      return count === below ? le : low + ((le - low) * (rank - below)) / (count - below);
    }
    low = le;
    below = count;
  }
  return null;
}
