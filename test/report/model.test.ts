import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.ts';
import { buildReport } from '../../src/report/model.ts';
import { cite, at, fakeCase, HOSTILE, hostileParts, noLeaderParts } from './fake-case.ts';

const schema = JSON.parse(readFileSync(new URL('../../schema/report.schema.json', import.meta.url), 'utf8')) as object;
const validate = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/ } }).compile(schema);
const build = (parts: Parameters<typeof fakeCase>[0]) => buildReport(fakeCase(parts), { version: '0.1.0', lang: 'en' });

describe('buildReport', () => {
  it.each([
    ['a case with findings', noLeaderParts()],
    ['hostile text', hostileParts()],
    ['an empty case', { files: [] }],
  ])('follows the published schema: %s', (_name, parts) => {
    const valid = validate(JSON.parse(renderJson(build(parts))));
    expect(validate.errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it('puts the worst finding first and leads from it to its root cause', () => {
    const report = build(noLeaderParts());
    expect(report.findings.map((f) => f.id)).toEqual(['no-leader-1', 'member-down-1', 'clock-skew-1']);
    expect(report.incident).toMatchObject({
      verdict: 'critical',
      finding: 'no-leader-1',
      chain: ['member-down-1', 'no-leader-1'],
      since: '2026-11-22T09:00:41.18Z',
    });
    expect(report.incident.narrative.map((n) => n.finding)).toEqual(['member-down-1', 'no-leader-1']);
  });

  it('headlines the last effect of equal weight, not its cause, and survives findings that cause each other', () => {
    const parts = noLeaderParts();
    const [down, lost] = parts.findings ?? [];
    if (down === undefined || lost === undefined) throw new Error('fixture');
    const circular = [{ ...down, severity: 'critical' as const, causes: [{ finding: lost.id, lag: null, why: '' }] }, lost];
    expect(build({ ...parts, findings: circular }).incident).toMatchObject({ finding: 'no-leader-1', chain: ['member-down-1', 'no-leader-1'] });
  });

  it('corrects evidence times by the clock of the node they came from and keeps the written time', () => {
    const evidence = build(noLeaderParts()).findings[0]?.evidence ?? [];
    expect(evidence[3]).toMatchObject({
      path: 'incident/cp-1/etcd.log',
      line: 2,
      time: '2026-11-22T09:00:41.174Z',
      writtenTime: '2026-11-22T09:00:43.174Z',
      node: 'cp-1',
    });
    expect(evidence[0]).not.toHaveProperty('writtenTime');
  });

  it('uses the offset of the segment a stepped clock was in', () => {
    const parts = noLeaderParts();
    const segments = [
      { from: null, offset: 5_000_000, low: null, high: null },
      { from: at('09:00:43'), offset: 2_000_000, low: null, high: null },
    ];
    const clocks = [{ node: 'cp-1', reference: false, offset: 2_000_000, low: null, high: null, basis: [], segments, evidence: [] }];
    const report = build({ ...parts, history: { ...parts.history, clocks } });
    expect(
      report.findings
        .flatMap((f) => f.evidence)
        .filter((e) => e.node === 'cp-1')
        .map((e) => e.time),
    ).toEqual(['2026-11-22T09:00:41.174Z', '2026-11-22T09:00:28.57Z']);
  });

  it('gives clock offsets in fractional milliseconds', () => {
    expect(build(noLeaderParts()).clock[1]).toEqual({
      node: 'cp-1',
      reference: false,
      offsetMs: 2000,
      lowMs: 1998.5,
      highMs: 2001.5005,
      basis: ['raft-causality', 'prober'],
    });
  });

  it('cuts evidence to 4000 characters and never inside a pair', () => {
    const parts = noLeaderParts();
    const finding = parts.findings?.[0];
    if (finding === undefined) throw new Error('fixture');
    const report = build({ files: [{ path: 'a', node: null, lines: ['😀'.repeat(3000)] }], findings: [{ ...finding, evidence: [cite(1, 1, null, 'long')] }] });
    const text = report.findings[0]?.evidence[0]?.text ?? '';
    expect(text.length).toBeLessThanOrEqual(4000);
    expect(text).toMatch(/^(😀)+…$/u);
  });

  it("counts overlapping leaderless stretches once, an open one until collection, and a minority's not at all", () => {
    const parts = noLeaderParts();
    const one = parts.history?.derived?.[0];
    if (one?.type !== 'cluster.leaderless') throw new Error('fixture');
    const derived = [
      { ...one, from: at('09:00:40'), to: at('09:00:50') },
      { ...one, from: at('09:00:45'), to: at('09:00:55'), data: { ...one.data, planned: true } },
      { ...one, from: at('09:02:00'), to: null },
      { ...one, from: at('09:00:00'), to: at('09:10:00'), data: { ...one.data, scope: 'minority' as const } },
    ];
    const { unavailability } = build({ ...parts, history: { ...parts.history, derived } });
    expect(unavailability).toMatchObject({ totalMs: 15_000 + 4154, plannedMs: 10_000, lowMs: null });
    expect(unavailability.stretches).toHaveLength(3);
  });
});

describe('renderJson', () => {
  it('keeps evidence as it stands and yet prints no control or bidi character', () => {
    const text = renderJson(build(hostileParts()));
    // oxlint-disable-next-line no-control-regex
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\ufeff]/);
    const report: unknown = JSON.parse(text);
    expect(report).toHaveProperty('findings[0].evidence[0].text', HOSTILE);
    expect(text.endsWith('}\n')).toBe(true);
  });
});
