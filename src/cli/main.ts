import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/errors.ts';
import { printable } from '../model/text.ts';
import { addAnalyze } from './commands/analyze.ts';
import { addCompare } from './commands/compare.ts';
import { addIngest } from './commands/ingest.ts';
import { addOpen } from './commands/open.ts';
import { addQuery } from './commands/query.ts';
import { addRedact } from './commands/redact.ts';
import { addRules } from './commands/rules.ts';
import { addSnapshot } from './commands/snapshot.ts';
import { addTimeline } from './commands/timeline.ts';
import { addVerify } from './commands/verify.ts';
import { addWal } from './commands/wal.ts';
import { addWhois } from './commands/whois.ts';
import { EXIT } from './exit-codes.ts';
import { version } from './version.ts';

const EXAMPLES = `
Examples:
  inquest bundle.tar.gz                     what broke, in the terminal UI
  inquest analyze bundle.tar.gz             the same as text
  inquest analyze *.tar.gz --format html -o report.html
  inquest ingest bundle.tar.gz -o acme.inquest
  inquest query acme.inquest "SELECT * FROM findings"
  inquest snapshot status backup.db

Exit status: 0 done, 1 --fail-on reached, 2 wrong usage, 3 input can not be read, 4 done but part of the input was damaged.`;

function program(): Command {
  const root = new Command('inquest')
    .description('Offline forensic analyzer for etcd and Kubernetes control-plane support bundles')
    .version(version)
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  for (const add of [addOpen, addAnalyze, addIngest, addTimeline, addQuery, addRules, addWhois, addVerify, addSnapshot, addWal, addCompare, addRedact])
    add(root);
  const settle = (command: Command): void => {
    for (const child of command.commands) {
      child.exitOverride().configureOutput({ writeErr: () => undefined });
      settle(child);
    }
  };
  settle(root);
  return root;
}

/** One line on standard error, and the status the contract names. */
function fail(error: unknown): number {
  if (error instanceof UsageError) {
    const subject = error.subject === null ? '' : ` (${printable(error.subject)})`;
    process.stderr.write(`inquest: ${printable(error.message)}${subject}\n`);
    if (process.env['INQUEST_DEBUG'] === '1') process.stderr.write(`${error.stack ?? ''}\n`);
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === 'commander.help') {
      process.stderr.write('inquest: name a subcommand: inquest help rules, inquest help snapshot or inquest help wal lists them\n');
      return EXIT.usage;
    }
    process.stderr.write(`inquest: ${printable(error.message.replace(/^error: /, ''))} (see inquest --help)\n`);
    return EXIT.usage;
  }
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`inquest: this is a defect of inquest, not of the input: ${printable(text)} (INQUEST_DEBUG=1 shows where)\n`);
  if (process.env['INQUEST_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return 70;
}

try {
  const root = program();
  if (process.argv.length <= 2) {
    process.stderr.write('inquest: name a bundle: inquest <bundle>… (inquest --help shows more)\n');
    process.exitCode = EXIT.usage;
  } else await root.parseAsync(process.argv);
} catch (error) {
  process.exitCode = fail(error);
}
