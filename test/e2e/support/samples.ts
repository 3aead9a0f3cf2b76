import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './inquest.ts';

const FOLDER = join(ROOT, 'sample-bundles');

export interface ExpectedFinding {
  /** several where the evidence allows more than one reading: `critical or warning` */
  readonly severities: readonly string[];
  readonly rule: string;
  readonly nodes: readonly string[];
  readonly from: string | null;
  readonly to: string | null;
}

export interface ExpectedLeadership {
  readonly term: number;
  readonly leader: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface Sample {
  readonly name: string;
  readonly path: string;
  readonly findings: readonly ExpectedFinding[];
  readonly leadership: readonly ExpectedLeadership[];
}

/** The rows of the first table below a heading; none where there is no table. */
function rows(page: string, heading: string): readonly (readonly string[])[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading));
  if (section === undefined) throw new Error(`the page lacks the heading “${heading}”`);
  const table = section.split('\n').filter((line) => line.startsWith('|'));
  return table.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const time = (cell: string | undefined): string | null => (cell === undefined || cell === '–' ? null : cell);

/** The bundles in sample-bundles/, each with what the page beside it says to expect. */
export function samples(): readonly Sample[] {
  const names = readdirSync(FOLDER).filter((name) => !name.endsWith('.md'));
  return names.toSorted().map((file) => {
    const name = file.replace(/\.tar(\.gz)?$/, '');
    const page = readFileSync(join(FOLDER, `${name}.md`), 'utf8');
    return {
      name,
      path: `sample-bundles/${file}`,
      findings: rows(page, 'Expected findings').map(([severity = '', rule = '', on = '', from, to]) => ({
        severities: severity.split(' or '),
        rule,
        nodes: on.split(', '),
        from: time(from),
        to: time(to),
      })),
      leadership: rows(page, 'Expected leadership').map(([term = '', leader = '', from, to]) => ({
        term: Number(term),
        leader,
        from: time(from),
        to: time(to),
      })),
    };
  });
}
