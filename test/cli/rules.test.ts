import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT, analyze, inquest } from '../e2e/support/inquest.ts';
import { workFolder } from '../support/work-folder.ts';

const work = workFolder();
afterAll(work.remove);
const ids = readdirSync(join(ROOT, 'src', 'rules', 'catalogue')).map((name) => name.replace(/\.yaml$/, ''));

it('lists every rule, and shows each in words', async () => {
  const { stdout, status } = await inquest(['rules', 'list']);
  expect(status).toBe(0);
  for (const id of ids) expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
  const shown = await inquest(['rules', 'show', 'no-leader']);
  expect(shown).toMatchObject({ status: 0, stderr: '' });
  expect(shown.stdout).toContain('no-leader');
});

it('runs the examples of every rule', async () => {
  const { stdout, status } = await inquest(['rules', 'test']);
  expect(stdout).toMatch(new RegExp(`^${ids.length} rules, \\d+ examples passed, 0 failed\\n$`));
  expect(status).toBe(0);
});

it('scaffolds a rule that is good as it stands', async () => {
  const { stdout } = await inquest(['rules', 'new', 'my-rule']);
  const file = work.write('my-rule.yaml', stdout);
  expect(await inquest(['rules', 'check', file])).toEqual({ status: 0, stdout: '1 good, 0 mistakes\n', stderr: '' });
  expect((await inquest(['rules', 'test', file])).status).toBe(0);
});

it('says where a rule file is wrong and what it expected', async () => {
  const file = work.write('bad.yaml', readFileSync(join(ROOT, 'src/rules/catalogue/no-leader.yaml'), 'utf8').replace(/^severity:/m, 'severitty:'));
  const { stdout, status } = await inquest(['rules', 'check', file]);
  expect(status).toBe(2);
  expect(stdout).toMatch(/bad\.yaml:\d+:\d+: .*; expected /);
});

it('leaves rules out and weighs them otherwise when told to', async () => {
  const report = await analyze('sample-bundles/no-leader', '--disable', 'member-down', '--severity', 'no-leader=info');
  expect(report.findings.map((finding) => finding.rule)).not.toContain('member-down');
  expect(report.findings.filter((finding) => finding.severity !== 'info')).toEqual([]);
});
