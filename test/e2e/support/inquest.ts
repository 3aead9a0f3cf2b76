import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import schema from '../../../schema/report.schema.json' with { type: 'json' };

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a user does: its own process, no terminal. */
export function inquest(
  args: readonly string[],
  { cwd = ROOT, input = '', env = {} }: { readonly cwd?: string; readonly input?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { INQUEST_DEBUG: _debug, NO_COLOR: _noColor, ...inherited } = process.env;
    const child = spawn(process.execPath, [join(ROOT, 'bin', 'inquest'), ...args], { cwd, env: { ...inherited, TZ: 'Asia/Kolkata', ...env }, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** What the tests read of a report; the schema says the rest. */
export interface Report {
  readonly bundles: readonly { readonly path: string; readonly layout: string; readonly sha256: string | null }[];
  readonly members: readonly { readonly name: string; readonly id: string | null }[];
  readonly leadership: readonly { readonly term: number; readonly leader: string; readonly from: string | null; readonly to: string | null }[];
  readonly findings: readonly ReportFinding[];
  readonly coverage: Coverage;
}

export interface ReportFinding {
  readonly id: string;
  readonly rule: string;
  readonly severity: 'critical' | 'warning' | 'info';
  readonly nodes: readonly string[];
  readonly start: string | null;
  readonly end: string | null;
  readonly evidence: readonly { readonly path: string; readonly line: number | null; readonly text: string }[];
}

export interface Coverage {
  readonly entries: number;
  readonly bytes: number;
  readonly lines: number;
  readonly events: number;
  readonly continuations: number;
  readonly unparsed: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
  readonly damaged: readonly { readonly path: string; readonly reason: string }[];
  readonly remarks: readonly { readonly path: string; readonly code: string; readonly reason: string; readonly count: number }[];
}

const validate = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: { 'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$/.test(text) },
}).compile<Report>(schema);

/** Parses a report, which must follow the published schema and add up. */
export function readReport(text: string): Report {
  const report: unknown = JSON.parse(text);
  if (!validate(report)) throw new Error(JSON.stringify(validate.errors, null, 1));
  const { lines, events, continuations, unparsed } = report.coverage;
  expect(events + continuations + unparsed, 'lines = events + continuations + unparsed').toBe(lines);
  return report;
}

/** The report of a bundle, and the exit status. */
export async function analyze(...args: readonly string[]): Promise<Report & { readonly status: number | null }> {
  const { status, stdout, stderr } = await inquest(['analyze', '--format', 'json', ...args]);
  if (stdout === '') throw new Error(`exit ${status}: ${stderr}`);
  return { status, ...readReport(stdout) };
}

/** An error as the contract wants it: one line on standard error, nothing on standard output, no stack. */
export function expectFailure(ran: Ran, status: number, says: RegExp): void {
  expect({ status: ran.status, stdout: ran.stdout }, ran.stderr).toEqual({ status, stdout: '' });
  expect(ran.stderr).toMatch(/^inquest: [^\n]+\n$/);
  expect(ran.stderr).toMatch(says);
}
