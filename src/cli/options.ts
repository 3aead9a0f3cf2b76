import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { Limits } from '../bundle/contract.ts';
import { DEFAULT_LIMITS } from '../bundle/limits.ts';
import { UsageError } from '../model/errors.ts';
import { parseRfc3339 } from '../model/time.ts';
import type { EpochMicros } from '../model/time.ts';
import type { RuleChoices } from '../rules/combine.ts';
import { LANGS, type Lang } from '../model/lang.ts';
import type { RuleFile } from '../rules/parse.ts';
import { readRuleFiles } from './rule-files.ts';

/** What every command that builds a case takes. */
export interface BuildOptions {
  /** not given: a case's own, else English */
  readonly lang?: Lang;
  readonly rules?: readonly string[];
  readonly disable?: readonly string[];
  readonly severity?: readonly string[];
  readonly [limit: `limit${string}`]: number | undefined;
}

/** For an option that may be given several times. */
export const collect = (value: string, known: readonly string[] = []): readonly string[] => [...known, value];

const flagOf = (name: string): string => `--limit-${name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;

const LIMIT_WORDS = {
  nesting: 'archives within archives',
  entries: 'entries of one bundle',
  entryBytes: 'bytes of one entry',
  totalBytes: 'bytes of one bundle, decompressed',
  expansion: 'decompressed : compressed',
  lineBytes: 'bytes of one line',
  documentBytes: 'bytes of one document',
  binaryBytes: 'bytes of one binary file inside an archive',
} as const satisfies Record<keyof Limits, string>;

/** A positive integer, with an optional size suffix (k, M, G; ki, Mi, Gi). */
export function parseSize(text: string): number {
  const m = /^(\d+)(?:(k|m|g)(i?)b?)?$/i.exec(text.trim());
  const unit = { k: 1, m: 2, g: 3 }[(m?.[2] ?? '').toLowerCase()] ?? 0;
  const value = m === null ? NaN : Number(m[1]) * (m[3] === 'i' || m[3] === 'I' ? 1024 : 1000) ** unit;
  if (!Number.isSafeInteger(value) || value <= 0) throw new InvalidArgumentError('it takes a positive number, for example 4, 512k or 2Gi');
  return value;
}

/** Adds language, rules and limits to a command. */
export function withBuildOptions(command: Command): Command {
  command
    .addOption(new Option('--lang <language>', "language of findings and reports (default: en, or a case's own)").choices([...LANGS]))
    .option('--rules <path>', 'a rule file or a folder of them; may be repeated', collect)
    .option('--disable <rule>', 'a rule to leave out; may be repeated', collect)
    .option('--severity <rule=level>', 'another severity for a rule; may be repeated', collect);
  return withLimits(command);
}

/** Adds the limits of reading to a command; its help leaves them out. */
export function withLimits(command: Command): Command {
  for (const name of Object.keys(DEFAULT_LIMITS)) {
    if (!isLimit(name)) continue;
    command.addOption(new Option(`${flagOf(name)} <n>`, `most ${LIMIT_WORDS[name]} (${DEFAULT_LIMITS[name]})`).argParser(parseSize).hideHelp());
  }
  return command;
}

function isLimit(name: string): name is keyof Limits {
  return name in LIMIT_WORDS;
}

export function limitsOf(options: Pick<BuildOptions, `limit${string}`>): Limits {
  const changed = Object.keys(DEFAULT_LIMITS).flatMap((name) => {
    const value = options[`limit${name.charAt(0).toUpperCase()}${name.slice(1)}`];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(changed) };
}

export function ruleOptions(options: BuildOptions): { readonly userRules: readonly RuleFile[]; readonly choices: RuleChoices } {
  const severities: Record<string, string> = {};
  for (const pair of options.severity ?? []) {
    const [rule, level] = pair.split('=');
    if (rule === undefined || level === undefined) throw new UsageError('--severity takes RULE=LEVEL, for example slow-disk=critical', { subject: pair });
    severities[rule] = level;
  }
  return { userRules: readRuleFiles(options.rules ?? []), choices: { disable: options.disable ?? [], severities } };
}

/** `--from`, `--to`: RFC 3339 in any zone; without one, UTC. */
export function parseTime(text: string): EpochMicros {
  const at = parseRfc3339(text.length === 10 ? `${text}T00:00:00Z` : text.length === 16 ? `${text}:00Z` : text);
  if (at === null) throw new InvalidArgumentError('it takes a time as 2026-11-22T09:00:40Z');
  return at;
}
