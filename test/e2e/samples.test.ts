import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BundleText } from './support/bundle-text.ts';
import { ROOT, inquest, readReport } from './support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';
import type { Ran, Report, ReportFinding } from './support/inquest.ts';
import { samples } from './support/samples.ts';
import type { ExpectedFinding } from './support/samples.ts';

/** Members were polled every 200 ms, and an election takes a second: nearer than this the record itself does not know. */
const TOLERANCE_MS = 2500;

const apart = (a: string, b: string): number => Math.abs(Date.parse(a) - Date.parse(b));

function fits(finding: ReportFinding, expected: ExpectedFinding): boolean {
  return (
    finding.rule === expected.rule &&
    expected.severities.includes(finding.severity) &&
    finding.nodes.length > 0 &&
    finding.nodes.every((node) => expected.nodes.includes(node)) &&
    (expected.from === null || (finding.start !== null && apart(finding.start, expected.from) <= TOLERANCE_MS)) &&
    (expected.to === null || (finding.end !== null && apart(finding.end, expected.to) <= TOLERANCE_MS))
  );
}

describe.each(samples().map((sample) => [sample.name, sample] as const))('%s', (name, sample) => {
  const work = workFolder();
  const kase = join(work.path, 'sample.inquest');
  let json: Ran;
  let report: Report;

  beforeAll(async () => {
    [json] = await Promise.all([inquest(['analyze', sample.path, '--format', 'json']), inquest(['ingest', sample.path, '-o', kase])]);
    if (json.stdout === '') throw new Error(`exit ${json.status}: ${json.stderr}`);
    report = readReport(json.stdout);
  });
  afterAll(work.remove);

  it('is read to the end', () => {
    expect({ status: json.status, stderr: json.stderr }).toEqual({ status: 0, stderr: '' });
    expect(report.coverage.damaged).toEqual([]);
  });

  it('shows what its page says', () => {
    for (const expected of sample.findings)
      expect(
        report.findings.filter((finding) => fits(finding, expected)).map((finding) => finding.rule),
        JSON.stringify(expected),
      ).not.toEqual([]);
  });

  it('raises no false alarm', () => {
    const rules = new Set(sample.findings.map((finding) => finding.rule));
    expect(report.findings.filter((finding) => finding.severity !== 'info' && !rules.has(finding.rule)).map((finding) => finding.id)).toEqual([]);
  });

  it('says who led, from when to when', () => {
    expect(report.leadership.map(({ term, leader }) => ({ term, leader }))).toEqual(sample.leadership.map(({ term, leader }) => ({ term, leader })));
    for (const [i, expected] of sample.leadership.entries()) {
      const found = report.leadership[i];
      for (const end of ['from', 'to'] as const) {
        const [at, wanted] = [found?.[end] ?? null, expected[end]];
        if (wanted === null) expect(at).toBeNull();
        else expect(at === null ? Infinity : apart(at, wanted), `term ${expected.term} ${end} ${at}`).toBeLessThanOrEqual(TOLERANCE_MS);
      }
    }
  });

  it('cites lines that stand in the bundle to the letter', async () => {
    const bundle = new BundleText(join(ROOT, sample.path));
    let checked = 0;
    for (const { id, evidence } of report.findings) {
      for (const { path, line, text } of evidence) {
        const lines = await bundle.lines(path);
        if (line === null) continue;
        const stands = lines[line - 1] ?? '';
        expect(text.endsWith('…') ? stands.startsWith(text.slice(0, -1)) : stands === text, `${id}: ${path}:${line}\n${text}\n${stands}`).toBe(true);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(0);
  });

  it('gives identical bytes when read a second time', async () => {
    expect((await inquest(['analyze', kase, '--format', 'json'])).stdout).toBe(json.stdout);
  });

  it('reads as its golden does (UPDATE_GOLDEN=1 rewrites it)', async () => {
    const golden = join(ROOT, 'test', 'e2e', 'golden', `${name}.txt`);
    const { stdout } = await inquest(['analyze', kase]);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(golden, stdout);
    expect(existsSync(golden), `${golden} is missing: UPDATE_GOLDEN=1 writes it`).toBe(true);
    expect(stdout).toBe(readFileSync(golden, 'utf8'));
  });
});
