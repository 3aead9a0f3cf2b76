// Stages of ingest on their own, so that a slow one shows.
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from '../dist/bundle/open-bundle.js';
import { DEFAULT_LIMITS } from '../dist/bundle/limits.js';
import { lineBlocks, wholeLines } from '../dist/pipeline/blocks.js';
import { BufferPool } from '../dist/pipeline/buffer-pool.js';
import { textLog } from '../dist/parsers/log/text-log.js';
import { createCase } from '../dist/store/case-writer.js';
import { ingest } from '../dist/pipeline/ingest.js';
import { builtinRuleFiles } from '../dist/cli/rule-files.js';
import { analyse } from '../dist/pipeline/analyse.js';
import { parseRules } from '../dist/rules/parse.js';
import { splitWindows } from '../dist/timeline/clock/windows.js';
import { buildHistory } from '../dist/timeline/build-history.js';

/** everything after the last line was read */
export const ANALYSIS = 'history, rules, findings';

const silent = {
  source: () => 1,
  fact: () => undefined,
  diagnostic: () => undefined,
  cite: () => undefined,
  message: () => 1,
  events: () => undefined,
  count: () => undefined,
};

async function timed(name, work) {
  const began = performance.now();
  const note = await work();
  return { name, seconds: (performance.now() - began) / 1000, note: note ?? '' };
}

/** Messages between clocks that are up to half a minute apart, each a bound; a small generator of numbers, so that runs compare. */
function clockSolver(nodes, constraints) {
  let state = 11;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const offsets = Array.from({ length: nodes }, () => Math.round((random() - 0.5) * 60e6));
  const names = offsets.map((_, i) => `n${i}`);
  const bounds = [];
  while (bounds.length < constraints) {
    const from = Math.floor(random() * nodes);
    const to = Math.floor(random() * nodes);
    if (from === to) continue;
    const at = bounds.length * 1000;
    const moment = (i) => ({ node: names[i], at: at + offsets[i], ref: { entry: 1, line: null, offset: at, length: 0 } });
    const limit = offsets[to] - offsets[from] + Math.round(200 + random() * 5000);
    bounds.push({ earlier: moment(from), later: moment(to), limit, basis: 'raft-causality', strength: 'strong', why: '' });
  }
  const began = performance.now();
  const { windows, outliers } = splitWindows(names, bounds);
  return `${nodes} clocks, ${constraints.toLocaleString('en')} bounds: ${(performance.now() - began).toFixed(0)} ms, ${windows.length} window, ${outliers.length} left out`;
}

export async function stages(path) {
  const rows = [];
  rows.push(
    await timed('… and parse', async () => {
      let facts = 0;
      const pool = new BufferPool();
      const sink = { ...silent, fact: () => (facts += 1) };
      const bundle = await openBundle(path, DEFAULT_LIMITS);
      for await (const entry of bundle.entries()) {
        const context = { path: entry.path, hints: entry.hints, modifiedAt: null, size: entry.size, collectedAt: null };
        const reader = textLog.open(sink, context, entry.head);
        for await (const block of lineBlocks(wholeLines(entry.chunks(), pool.take), DEFAULT_LIMITS.lineBytes, () => undefined, true)) {
          reader.push(block.raw, block.offset, block.firstLine, block.lineCount);
          pool.give(block.raw.buffer);
        }
        reader.end();
      }
      return `${facts.toLocaleString('en')} facts`;
    }),
  );
  const output = join(tmpdir(), 'inquest-bench', 'stage.inquest');
  rmSync(output, { force: true });
  const writer = createCase(output);
  rows.push(await timed('… and store', () => ingest([path], writer, DEFAULT_LIMITS, () => undefined).then(() => '')));
  rows.push(
    await timed('history alone', async () => {
      const { history } = buildHistory(writer.reader());
      return `${history.derived.length} conclusions`;
    }),
  );
  const { rules } = parseRules(builtinRuleFiles());
  rows.push(await timed(ANALYSIS, () => analyse(writer, rules, 'en')));
  rows.push(await timed('clock solver', () => clockSolver(9, 100_000)));
  writer.abort();
  rmSync(output, { force: true });
  return rows;
}
