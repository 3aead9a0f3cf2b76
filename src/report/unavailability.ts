import type { Lang } from '../model/lang.ts';
import { wordsIn } from '../model/phrases.ts';
import type { History } from '../model/history.ts';
import { leaderlessLength, leaderlessStretches, leaderlessTotal } from '../timeline/unavailability.ts';
import { timestamp } from './format.ts';
import type { Unavailability } from './types.ts';

/** Adds up the stretches in which the whole cluster had no leader. */
export function buildUnavailability(history: History, lang: Lang): Unavailability {
  const stretches = leaderlessStretches(history);
  const lengths = stretches.map((s) => leaderlessLength(s, history));
  const total = leaderlessTotal(stretches, history);
  const planned = leaderlessTotal(
    stretches.filter((s) => s.data.planned),
    history,
  );
  const overlap = Math.abs(total - sum(lengths)) > 1;
  return {
    totalMs: total / 1000,
    plannedMs: planned / 1000,
    lowMs: overlap ? null : bound(stretches.map((s) => s.data.low)),
    highMs: overlap ? null : bound(stretches.map((s) => s.data.high)),
    stretches: stretches.map((s, i) => ({
      from: timestamp(s.from),
      to: timestamp(s.to),
      ms: (lengths[i] ?? 0) / 1000,
      planned: s.data.planned,
      members: [...s.data.members],
      why: wordsIn(lang, s.data.why),
    })),
  };
}

function bound(values: readonly number[]): number | null {
  // An open bound is stored as null.
  return values.every((v) => Number.isFinite(v)) ? sum(values) / 1000 : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
