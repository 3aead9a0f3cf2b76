import { createInterface } from 'node:readline';

/** Statements typed or piped in, each ended by a semicolon at the end of a line; the last may lack it. */
export async function* readStatement(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  let held = '';
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    held += `${line}\n`;
    if (!line.trimEnd().endsWith(';')) continue;
    yield held;
    held = '';
  }
  if (held.trim() !== '') yield held;
}
