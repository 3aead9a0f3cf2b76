import { Option } from 'commander';
import type { Command } from 'commander';
import { UsageError } from '../../model/errors.ts';
import { renderTable } from '../../report/table.ts';
import { openCase } from '../../store/case-reader.ts';
import { writeAll } from '../output.ts';
import { readStatement } from '../statement.ts';

const FORMATS = ['table', 'json', 'csv'] as const;

export function addQuery(program: Command): void {
  program
    .command('query <case> [sql]')
    .description('read-only SQL over a case; without SQL, statements come from standard input, each ended by ;')
    .addOption(new Option('--format <format>', 'form of the rows').choices(FORMATS).default('table'))
    .action(async (path: string, sql: string | undefined, options: { readonly format: (typeof FORMATS)[number] }) => {
      const reader = openCase(path);
      try {
        const statements = sql === undefined ? readStatement(process.stdin) : [sql];
        for await (const statement of statements) {
          const { columns, rows } = reader.query(statement);
          writeAll(renderTable(columns, rows, options.format, process.stdout.isTTY ? process.stdout.columns : 200), undefined);
        }
      } catch (error) {
        if (error instanceof UsageError && error.subject === null) throw new UsageError(error.message, { subject: path });
        throw error;
      } finally {
        reader.close();
      }
    });
}
