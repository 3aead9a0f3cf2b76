import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { envelopes } from '../../../src/parsers/log/envelopes.ts';
import { messageFiles } from '../../../src/parsers/log/catalogue.ts';
import { payloads } from '../../../src/parsers/log/payloads.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const GOLDEN = join(import.meta.dirname, '../../fixtures/log/messages');

const HEAD = `# Known sentences

What the log parsers know by name: each sentence, the facts it becomes, and the versions of which a real line is kept as a sample. A line
of a sentence that is not here is an event on the timeline all the same; it gives no fact. Exact words and patterns stand in
\`src/parsers/log/messages/\`, the facts of every sample in \`test/fixtures/log/messages/\`.

This page is written by its test: \`UPDATE_GOLDEN=1 npx vitest run test/parsers/log\`.
`;

interface GoldenSample {
  readonly rule: string;
  readonly facts: readonly { readonly type: string }[];
}

/** the facts that the samples of a rule give, by the goldens */
function factsOf(file: string): ReadonlyMap<string, readonly string[]> {
  // written by the test beside this one
  const samples = JSON.parse(readFileSync(join(GOLDEN, `${file}.golden.json`), 'utf8')) as readonly GoldenSample[];
  const facts = new Map<string, readonly string[]>();
  for (const { rule, facts: found } of samples) facts.set(rule, [...new Set([...(facts.get(rule) ?? []), ...found.map(({ type }) => type)])]);
  return facts;
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function page(): string {
  const parts = messageFiles.map(({ id, title, rules }) => {
    const facts = factsOf(id);
    const rows = rules.map((rule) => {
      const named = (facts.get(rule.id) ?? []).map((type) => `\`${type}\``).join(', ');
      const versions = [...new Set(rule.samples.map(({ version }) => version))].join(', ');
      return `| ${cell(rule.id)} | ${named === '' ? '–' : named} | ${versions} |`;
    });
    return `\n## ${title}\n\n| sentence | facts | samples of |\n|---|---|---|\n${rows.join('\n')}\n`;
  });
  return HEAD + parts.join('');
}

test('docs/messages.md lists every sentence', () => {
  const path = join(DOCS, 'messages.md');
  const wanted = page();
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, wanted);
  expect(readFileSync(path, 'utf8')).toBe(wanted);
});

test('docs/log-forms.md names every envelope and payload', () => {
  const text = readFileSync(join(DOCS, 'log-forms.md'), 'utf8');
  const missing = [...envelopes, ...payloads].filter(({ id }) => !text.includes(`\`${id}\``)).map(({ id }) => id);
  expect(missing).toEqual([]);
});
