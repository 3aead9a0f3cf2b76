// Runs the compiled terminal UI on the fake case, for tests in a pseudo-terminal and for looking at it.
// Flags: --slow (opens for seconds), --crash (throws while shown), --fail (cannot be opened), --empty, --theme=NAME, --clipboard, --no-mouse
import { runTui } from '../../dist/tui/run-tui.js';
import { fakeCase } from './fake-case.mjs';

const flag = (name) => process.argv.includes(`--${name}`);
const theme = process.argv.find((one) => one.startsWith('--theme='))?.slice(8);

async function open(onProgress, signal) {
  if (flag('fail')) throw new Error('not a bundle');
  for (let i = 0; flag('slow') && i < 200 && !signal.aborted; i++) {
    onProgress({
      phase: 'reading',
      current: `support-bundle/cp${(i % 3) + 1}/etcd.log`,
      bytes: i * 1e6,
      totalBytes: 2e8,
      lines: i * 9000,
      events: i * 8990,
      entries: i,
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return fakeCase({ empty: flag('empty'), events: flag('many') ? 60_000 : 4000 });
}

if (flag('crash'))
  setTimeout(() => {
    throw new Error('a bug');
  }, 700);

try {
  const end = await runTui({
    open,
    title: 'acme-support-bundle-2026-03-01.tar.gz',
    env: { noColor: process.env.NO_COLOR !== undefined, columns: 80, rows: 24 },
    whois: (reader, text) =>
      reader
        .history()
        .members.filter((one) => one.name === text)
        .flatMap((one) => [one.name, ...one.aliases.map((alias) => `${alias.kind} ${alias.text}`)]),
    clipboard: flag('clipboard'),
    mouse: !flag('no-mouse'),
    stdin: process.stdin,
    stdout: process.stdout,
    host: process,
    ...(theme === undefined ? {} : { theme }),
  });
  console.log(`ended: ${end.kind}${end.kind === 'signal' ? ` ${end.signal}` : ''}`);
} catch (error) {
  console.log(`failed: ${error.message}`);
}
process.exit(0);
