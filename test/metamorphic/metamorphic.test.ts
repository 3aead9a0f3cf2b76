import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, analyze } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';
import type { Report } from '../e2e/support/inquest.ts';
import { dockerJson, documents, filesOf, inZone, journal, podLines, raw, withZone, write } from './variants.ts';
import type { Files, Line } from './variants.ts';

/** The same evidence in another form must lead to the same conclusions. */
const work = workFolder();
const COLLECTED = new Date('2026-11-22T09:00:31Z');
const LEADERS = [
  { term: 2, leader: 'master-03' },
  { term: 3, leader: 'master-01' },
  { term: 4, leader: 'master-02' },
];
let healthy: Files = new Map();
let lines: ReadonlyMap<string, readonly Line[]> = new Map();
let variants = 0;

beforeAll(async () => {
  healthy = await filesOf(join(ROOT, 'sample-bundles', 'healthy.tar.gz'));
  lines = podLines(healthy);
});
afterAll(work.remove);

type Form = (node: string, program: string) => (lines: readonly Line[]) => string;

function analyzeAs(
  form: Form,
  change: {
    readonly documents?: Files;
    readonly lines?: (line: readonly Line[], node: string) => readonly Line[];
    readonly path?: (node: string, program: string) => string;
  } = {},
): Promise<Report> {
  const files = new Map(change.documents ?? documents(healthy));
  for (const [key, stream] of lines) {
    const [node = '', program = ''] = key.split('/');
    files.set(change.path?.(node, program) ?? `${node}/logs/${program}.log`, form(node, program)(change.lines?.(stream, node) ?? stream));
  }
  variants += 1;
  const target = join(work.path, `v${variants}`, 'bundle');
  write(target, files, COLLECTED);
  return analyze(target);
}

const alarms = ({ findings }: Report): readonly string[] => findings.filter((f) => f.severity !== 'info').map((f) => f.rule);
const leaders = ({ leadership }: Report): readonly { readonly term: number; readonly leader: string }[] =>
  leadership.map(({ term, leader }) => ({ term, leader }));

describe('a healthy cluster stays healthy', () => {
  it.each<readonly [string, Form]>([
    ['bare logs', () => raw],
    ['docker JSON', () => dockerJson],
    ['the short journal', (node, program) => journal(node, program, 0)],
  ])('as %s', async (_name, form) => {
    const report = await analyzeAs(form);
    expect(alarms(report)).toEqual([]);
    expect(leaders(report)).toMatchObject(LEADERS);
  });

  it.each<readonly [string, string, number]>([
    ['Asia/Shanghai', 'CST', 8],
    ['America/New_York', 'EST', -5],
  ])('with its machines in %s, whose logs do not say so', async (zone, abbreviation, hours) => {
    const zoned = withZone(documents(healthy), zone, abbreviation, hours);
    const local = (stream: readonly Line[]): readonly Line[] => stream.map((line) => inZone(line, hours));
    for (const form of [(): typeof raw => raw, (node: string, program: string) => journal(node, program, hours)]) {
      const report = await analyzeAs(form, { documents: zoned, lines: local });
      expect(alarms(report)).toEqual([]);
      expect(leaders(report)).toMatchObject(LEADERS);
      expect(report.leadership[0]?.from).toMatch(/^2026-11-22T08:59:41/);
    }
  });

  it('with the names before the program in one flat folder', async () => {
    const report = await analyzeAs(() => raw, { path: (node, program) => `${node}_${program}.log` });
    expect(alarms(report)).toEqual([]);
    expect(leaders(report)).toMatchObject(LEADERS);
  });
});

describe('missing evidence is no evidence', () => {
  it.each([0.3, 0.7])('when every log ends after %f of its lines', async (share) => {
    const report = await analyzeAs(() => raw, { lines: (stream) => stream.slice(0, Math.floor(stream.length * share)) });
    expect(alarms(report)).toEqual([]);
  });

  it('when the logs of the nodes end at different times', async () => {
    const share: Readonly<Record<string, number>> = { 'master-01': 1, 'master-02': 0.8, 'master-03': 0.6 };
    const report = await analyzeAs(() => raw, { lines: (stream, node) => stream.slice(0, Math.floor(stream.length * (share[node] ?? 1))) });
    expect(alarms(report)).toEqual([]);
  });

  it('when the beginning of every log was rotated away', async () => {
    const report = await analyzeAs(() => raw, { lines: (stream) => stream.slice(Math.floor(stream.length * 0.5)) });
    expect(alarms(report)).toEqual([]);
  });
});
