import { Command, CommanderError } from 'commander';
import { UsageError } from '../model/errors.ts';
import { printable } from '../model/text.ts';
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

Exit status: 0 done, 1 --fail-on reached, 2 wrong usage, 3 input cannot be read, 4 done but part of the input was damaged.`;

/** In the order of the help. A command's modules are loaded when it is called: most starts need few of them. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  open: async () => (await import('./commands/open.ts')).addOpen,
  analyze: async () => (await import('./commands/analyze.ts')).addAnalyze,
  ingest: async () => (await import('./commands/ingest.ts')).addIngest,
  timeline: async () => (await import('./commands/timeline.ts')).addTimeline,
  query: async () => (await import('./commands/query.ts')).addQuery,
  rules: async () => (await import('./commands/rules.ts')).addRules,
  whois: async () => (await import('./commands/whois.ts')).addWhois,
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  snapshot: async () => (await import('./commands/snapshot.ts')).addSnapshot,
  wal: async () => (await import('./commands/wal.ts')).addWal,
  compare: async () => (await import('./commands/compare.ts')).addCompare,
  redact: async () => (await import('./commands/redact.ts')).addRedact,
};

/** The one command that the arguments call, what is no command being a path to open; null where they may ask about any. */
function calledBy([first]: readonly string[]): string | null {
  if (first === undefined || first === 'help' || first.startsWith('-')) return null;
  return Object.hasOwn(COMMANDS, first) ? first : 'open';
}

async function program(called: string | null): Promise<Command> {
  const root = new Command('inquest')
    .description('Offline forensic analyzer for etcd and Kubernetes control-plane support bundles')
    .version(version)
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => undefined })
    .addHelpText('after', EXAMPLES)
    .exitOverride();
  for (const [name, load] of Object.entries(COMMANDS)) {
    if (called === null || called === name) (await load())(root);
    else root.command(name);
  }
  const settle = (command: Command): void => {
    for (const child of command.commands) {
      child.exitOverride().configureOutput({ writeErr: () => undefined });
      settle(child);
    }
  };
  settle(root);
  return root;
}

/** How to ask for the help of the command, or the subcommand, that the arguments call. */
function helpOf(args: readonly string[], root: Command): string {
  const names = ['inquest'];
  let at: Command | null = root;
  for (const arg of args) {
    at = at?.commands.find((one) => one.name() === arg) ?? null;
    if (at === null) break;
    names.push(arg);
  }
  return `${names.join(' ')} --help`;
}

/** One line on standard error, and the status the contract names. */
function fail(error: unknown, root: Command): number {
  if (error instanceof UsageError) {
    const subject = error.subject === null ? '' : ` (${printable(error.subject)})`;
    process.stderr.write(`inquest: ${printable(error.message)}${subject}\n`);
    if (process.env['INQUEST_DEBUG'] === '1') process.stderr.write(`${error.stack ?? ''}\n`);
    return error.exitCode;
  }
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    if (error.code === 'commander.help') {
      process.stderr.write(`inquest: name a subcommand (see ${helpOf(process.argv.slice(2), root)})\n`);
      return EXIT.usage;
    }
    const said = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    process.stderr.write(`inquest: ${printable(said)} (see ${helpOf(process.argv.slice(2), root)})\n`);
    return EXIT.usage;
  }
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`inquest: this is a defect of inquest, not of the input: ${printable(text)} (INQUEST_DEBUG=1 shows where)\n`);
  if (process.env['INQUEST_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  return 70;
}

/** Runs what the arguments ask for; what goes wrong becomes the exit status. */
async function run(args: readonly string[]): Promise<void> {
  if (args.length === 0) {
    process.stderr.write('inquest: name a bundle: inquest <bundle>… (inquest --help shows more)\n');
    process.exitCode = EXIT.usage;
    return;
  }
  const root = await program(calledBy(args));
  try {
    await root.parseAsync(process.argv);
  } catch (error) {
    process.exitCode = fail(error, root);
  }
}

await run(process.argv.slice(2));
