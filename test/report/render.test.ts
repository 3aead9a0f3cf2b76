import { unwrapped } from '../../src/report/unwrapped.ts';
import { describe, expect, it } from 'vitest';
import { paragraphOf } from '../../src/report/paragraph.ts';
import { compareCases } from '../../src/report/compare.ts';
import { displayWidth, wrap } from '../../src/report/format.ts';
import { renderHtml } from '../../src/report/html/render.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { buildReport } from '../../src/report/model.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import type { Lang } from '../../src/model/lang.ts';
import { renderText } from '../../src/report/text.ts';
import { type FakeParts, fakeCase, hostileParts, noLeaderParts } from './fake-case.ts';
import { sha256Base64 } from './sha256.ts';

const build = (parts: FakeParts) => buildReport(fakeCase(parts), { version: '0.1.0', lang: 'en' });
const page = (parts: FakeParts, lang: Lang = 'en') => renderHtml(fakeCase(parts), { version: '0.1.0', lang, sha256Base64 });
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

describe('renderText', () => {
  it('reads as the golden does', async () => {
    await expect(renderText(build(noLeaderParts()))).toMatchFileSnapshot('golden/no-leader.txt');
  });

  it('says plainly that nothing was found', () => {
    const text = renderText(build({ files: [] }));
    expect(text).toContain('NOTHING WRONG FOUND  No rule found anything wrong');
  });

  it.each([40, 60, 100, 200])('keeps everything but paths and commands within %i columns, in both languages', (width) => {
    for (const lang of ['en', 'zh'] as const) {
      for (const line of renderText(build(noLeaderParts()), { width, lang }).split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  it('tells several findings in the order they began, one alone only by the headline', () => {
    const report = build(noLeaderParts());
    const text = renderText(report);
    expect(text.slice(text.indexOf('WHAT HAPPENED'), text.indexOf('CRITICAL  No leader', 400)).match(/\([a-z-]+-1\)/g)).toEqual([
      '(member-down-1)',
      '(no-leader-1)',
    ]);
    const alone = { ...report, incident: { ...report.incident, narrative: report.incident.narrative.slice(0, 1) } };
    expect(renderText(alone)).not.toContain('WHAT HAPPENED');
    const many = { ...report, incident: { ...report.incident, narrative: Array.from({ length: 25 }, () => report.incident.narrative[0]!) } };
    expect(renderText(many)).toContain('  5 more among the findings\n');
  });

  it('opens with one paragraph that tells it in order, in both languages', () => {
    const report = build(noLeaderParts());
    const told = paragraphOf(report, 'en');
    expect(told).toMatch(/^It began at 2026-11-22 [\d:.]+ UTC with “[^”]+” on .+ (?:later|At the same time) came “[^”]+”/);
    expect(told).toMatch(/following from “[^”]+”/);
    expect(told).not.toContain('\n');
    expect(renderText(report, { width: 2000 })).toContain(told);
    expect(renderMarkdown(report)).toContain('It began at');
    expect(paragraphOf(report, 'zh')).toMatch(/^UTC 2026-11-22 [\d:.]+，首先出现“.+起因是“/);
    const quiet = { ...report, incident: { ...report.incident, narrative: [] } };
    expect(paragraphOf(quiet, 'en')).toMatch(/^Nothing above info was found/);
  });

  it('tells findings of one rule together, those without a time last', () => {
    const report = build(noLeaderParts());
    const [first] = report.findings;
    if (first === undefined) throw new Error('a finding is missing');
    const like = (id: string, rule: string, node: string, start: string | null): typeof first => ({
      ...first,
      id,
      rule,
      title: rule,
      nodes: [node],
      start,
      end: null,
      causesDetail: [],
    });
    const findings = [
      like('a-1', 'a', 'n1', '2026-11-22T09:00:00Z'),
      like('b-1', 'b', 'n3', '2026-11-22T09:00:10Z'),
      like('a-2', 'a', 'n2', '2026-11-22T09:00:20Z'),
      like('c-1', 'c', 'n1', null),
    ];
    const narrative = findings.map(({ id, start }) => ({ time: start, text: id, finding: id }));
    const none = { ...report.unavailability, totalMs: 0, plannedMs: 0 };
    const told = paragraphOf({ ...report, findings, unavailability: none, incident: { ...report.incident, narrative, chain: [], rootCauses: [] } }, 'en');
    expect(told).toBe(
      'It began at 2026-11-22 09:00:00.000 UTC with “a” on n1, then n2 (still so at collection). 10.0 s later came “b” on n3 (still so at collection). Not dated: “c” on n1.',
    );
  });

  it('tells causes before effects that came with them, states apart from events, and no root twice', () => {
    const report = build(noLeaderParts());
    const [first] = report.findings;
    if (first === undefined) throw new Error('a finding is missing');
    const one = (rule: string, start: string, causes: readonly string[], end: string | null): typeof first => ({
      ...first,
      id: rule,
      rule,
      title: rule,
      nodes: [],
      start,
      end,
      causes: [...causes],
    });
    const told = (findings: readonly (typeof first)[], chain: readonly string[]): string => {
      const narrative = findings.map(({ id, start }) => ({ time: start, text: id, finding: id }));
      const incident = { ...report.incident, from: '2026-11-22T09:00:00Z', narrative, chain: [...chain], rootCauses: chain.slice(0, 1) };
      return paragraphOf({ ...report, findings, unavailability: { ...report.unavailability, totalMs: 0, plannedMs: 0 }, incident }, 'en');
    };
    const at = (seconds: string): string => `2026-11-22T09:00:${seconds}Z`;
    const state = one('state', at('00'), [], null);
    expect(told([state, one('effect', at('10'), ['cause'], at('12')), one('cause', at('10.2'), [], at('12'))], ['cause', 'effect'])).toBe(
      'It began at 2026-11-22 09:00:10.200 UTC with “cause” (1.8 s). At the same time came “effect” (2.0 s), following from “cause”. All the while: “state”. As far as the evidence links them, it goes back to “cause”.',
    );
    expect(told([one('effect', at('10'), ['cause'], at('12')), one('cause', at('13'), [], at('14'))], ['cause', 'effect'])).toBe(
      'It began at 2026-11-22 09:00:10.000 UTC with “effect” (2.0 s), following from “cause”. 3.0 s later came “cause” (1.0 s).',
    );
    expect(told([state], [])).toBe('It began at 2026-11-22 09:00:00.000 UTC with “state” (still so at collection).');
  });

  it('shows what was logged, not what the journal wrote round it', () => {
    expect(unwrapped('{"__CURSOR":"s=1;i=2","MESSAGE":"lost leader\\n","_PID":"7"}')).toBe('lost leader');
    expect(unwrapped('{"log":"lost leader\\n","stream":"stderr"}')).toBe('lost leader');
    for (const line of ['{"level":"info","msg":"ready"}', '{"MESSAGE":[1,2]}', '{"MESSAGE":"cut…', 'plain']) expect(unwrapped(line)).toBe(line);
  });

  it('counts planned hand-overs apart', () => {
    const report = build(noLeaderParts());
    const { unavailability } = report;
    const planned = { ...unavailability, stretches: unavailability.stretches.map((one) => ({ ...one, planned: true })) };
    expect(renderText({ ...report, unavailability: planned })).toContain('Without a leader  only in planned hand-overs: 65.7 s (1 stretch)');
    expect(renderText(report)).not.toContain('hand-overs');
  });

  it('lets no control character of the bundle through, and colours only when asked', () => {
    expect(renderText(build(hostileParts()))).not.toMatch(UNSAFE);
    expect(renderText(build(noLeaderParts()), { color: true })).toContain('\u001b[1;31mCRITICAL\u001b[0m');
  });
});

describe('wrap', () => {
  it('loses nothing but spaces', () => {
    const text = 'one two 三四五六七八九十 threeeeeeeeeeeeeeeeeeeeeeeeee four 😀😀😀😀😀😀😀';
    expect(wrap(text, 12).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
  });
});

describe('renderMarkdown', () => {
  it('reads as the golden does', async () => {
    await expect(renderMarkdown(build(noLeaderParts()))).toMatchFileSnapshot('golden/no-leader.md');
  });

  it('leaves no live markup or control character of the bundle', () => {
    const text = renderMarkdown(build(hostileParts()));
    expect(text).not.toMatch(UNSAFE);
    const prose = text.replace(/^(`{3,})text\n[^]*?\n\1$/gm, '').replace(/(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, '');
    expect(prose).not.toMatch(/<script|<img/);
    expect(prose).not.toMatch(/(?<!\\)\[x/);
  });
});

/** What these tests read of a SARIF log. */
interface Sarif {
  readonly version: string;
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly level: string;
        readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
      }[];
    },
  ];
}

const sarifOf = (parts: Parameters<typeof build>[0]): Sarif => JSON.parse(renderSarif(build(parts))) as Sarif;

describe('renderSarif', () => {
  it('has a result for each finding, with its place', () => {
    const sarif = sarifOf(noLeaderParts());
    const [run] = sarif.runs;
    expect(sarif.version).toBe('2.1.0');
    expect(run.results.map((r) => [r.ruleId, r.level])).toEqual([
      ['no-leader', 'error'],
      ['member-down', 'warning'],
      ['clock-skew', 'note'],
    ]);
    expect(run.results[0]?.locations[0]?.physicalLocation).toMatchObject({ artifactLocation: { uri: 'incident/cp-2/etcd.log' }, region: { startLine: 3 } });
    for (const r of run.results) expect(run.tool.driver.rules[r.ruleIndex]?.id).toBe(r.ruleId);
  });

  it('makes a URI of any path', () => {
    const uri = sarifOf(hostileParts()).runs[0].results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
    expect(uri).toMatch(/^[A-Za-z0-9\-._~!$&'()*+,;=:@%/]+$/);
  });
});

describe('renderHtml', () => {
  it('reads as the golden does, its constant style and script left out', async () => {
    const text = page(noLeaderParts())
      .replace(/<style>[^]*?<\/style>/, '<style/>')
      .replace(/<script>[^]*?<\/script>/, '<script/>')
      .replace(/sha256-[^']+/g, 'sha256-…');
    await expect(text).toMatchFileSnapshot('golden/no-leader.html');
  });

  it('gives the same bytes twice', () => {
    expect(page(noLeaderParts())).toBe(page(noLeaderParts()));
  });

  it('carries a policy that only its own style and script satisfy', () => {
    const text = page(hostileParts());
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(text)?.[1] ?? '';
    const style = /<style>([^]*?)<\/style>/.exec(text)?.[1] ?? '';
    const script = /<script>([^]*?)<\/script>/.exec(text)?.[1] ?? '';
    expect(policy).toBe(
      `default-src 'none'; style-src 'sha256-${sha256Base64(style)}'; script-src 'sha256-${sha256Base64(script)}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  it('lets nothing of the bundle become markup', () => {
    const text = page(hostileParts());
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text.match(/<style/g)).toHaveLength(1);
    const tags = [...text.replace(/<(style|script)>[^]*?<\/\1>/g, '').matchAll(/<([a-zA-Z][^\s>/]*)((?:\s+[^\s=>"]+(?:="[^"]*")?)*)\s*\/?>/g)];
    expect(tags.length).toBe(text.replace(/<(style|script)>[^]*?<\/\1>/g, '').match(/<[a-zA-Z]/g)?.length);
    for (const [tag, name, attributes = ''] of tags) {
      expect(name).not.toMatch(/^(img|iframe|object|embed|form|base|link)$/i);
      for (const [, key = '', value = ''] of attributes.matchAll(/\s+([^\s=>"]+)(?:="([^"]*)")?/g)) {
        expect(key, tag).not.toMatch(/^(on|style$|src$)/i);
        if (key === 'href') expect(value).toMatch(/^#/);
      }
    }
    expect(text).not.toMatch(UNSAFE);
  });

  it.each(['en', 'zh'] as const)('leads every fragment somewhere, and once (%s)', (lang) => {
    for (const parts of [noLeaderParts(), hostileParts()]) {
      const text = page(parts, lang);
      const ids = [...text.matchAll(/ id="([^"]+)"/g)].map((m) => m[1]);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [, target] of text.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
    }
  });

  it('shows the surroundings of a cited line and marks the line', () => {
    const text = page(noLeaderParts());
    expect(text).toMatch(/<li id="e3-3" class="cited">/);
    expect(text).toMatch(/<li id="e3-1">/);
  });

  it('stands without lanes when the case has no times', () => {
    const text = page({ files: [] });
    expect(text).not.toContain('id="lane-drawing"');
    expect(text).toContain('No rule found anything wrong');
  });
});

describe('compareCases', () => {
  it('tells what only one case has', () => {
    const parts = noLeaderParts();
    const [down, lost] = parts.findings ?? [];
    if (down === undefined || lost === undefined) throw new Error('fixture');
    const text = compareCases(fakeCase({ ...parts, findings: [down, lost] }), fakeCase({ ...parts, findings: [down] }));
    expect(text).toMatch(/ONLY IN A\n {2}critical {2}no-leader-1/);
    expect(text).toMatch(/ONLY IN B\n {2}none/);
    expect(text).toMatch(/IN BOTH\n {2}warning {2}member-down/);
    expect(compareCases(fakeCase(hostileParts()), fakeCase(parts))).not.toMatch(UNSAFE);
  });
});
