import { readJson } from '../../json/json-tree.ts';
import { stringAt } from '../../json/json-access.ts';
import { backupCommand, backupLine, backupLog, newBackupReading, stampOf } from './backup.ts';
import type { BackupReading } from './backup.ts';
import { readClientLog } from './client-log.ts';
import { commandOf, isPrompt } from './commands.ts';
import { isFieldLine, readFields } from './fields-results.ts';
import { readJsonResult } from './json-results.ts';
import { newReading } from './reading.ts';
import type { Reading, TextLine } from './reading.ts';
import { readSimpleLine } from './simple-results.ts';
import { readTable } from './table.ts';
import { readTableResult } from './table-results.ts';
import { readClientLine, readTextLine } from './text-lines.ts';

/** JSON that broke off is looked for again in the line below: so often may a text be read over in doing so. */
const IN_VAIN = 8;

/** Lines of text with their numbers and indexes. */
export function textLines(text: string): readonly TextLine[] {
  const lines: TextLine[] = [];
  let index = 0;
  while (index <= text.length) {
    let end = text.indexOf('\n', index);
    if (end < 0) end = text.length;
    const carriage = end > index && text.charCodeAt(end - 1) === 13 ? 1 : 0;
    lines.push({ text: text.slice(index, end - carriage), line: lines.length + 1, index });
    index = end + 1;
  }
  return lines;
}

/**
 * Reads output of etcdctl, etcdutl and etcd's HTTP gateway: results in any of their forms, one or several, with the log
 * lines, warnings and errors that `2>&1` puts around and between them. With `sniff` it stops as soon
 * as the text is seen to be something else.
 */
export function readTranscript(text: string, sniff = false): Reading {
  const reading = newReading();
  const backup = newBackupReading();
  const lines = textLines(text);
  reading.zone = /"ts":"\d{4}-[^"]*?(Z|[+-]\d\d:?\d\d)"/.exec(text)?.[1] ?? null;
  const lineAt = lineFinder(lines);
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    if (line === undefined || (sniff && (reading.server > 0 || (reading.unknown > 100 && reading.kinds.size === 0)))) break;
    if (line.text.trim() === '') {
      i += 1;
      continue;
    }
    const table = readTable(lines, i);
    if (table !== null && readTableResult(reading, table)) {
      reading.known += table.next - i;
      i = table.next;
    } else if (isFieldLine(line.text)) i = readFields(reading, lines, i);
    else if (/^\s*[[{]/.test(line.text)) i = jsonLines(reading, backup, text, lines, i, lineAt);
    else {
      if (plainLine(reading, backup, line)) reading.known += 1;
      else reading.unknown += 1;
      i += 1;
    }
  }
  return reading;
}

function lineFinder(lines: readonly TextLine[]): (index: number) => number {
  return (index) => {
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle]?.index ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}

function jsonLines(reading: Reading, backup: BackupReading, text: string, lines: readonly TextLine[], i: number, lineAt: (index: number) => number): number {
  const line = lines[i];
  if (line === undefined) return i + 1;
  if (logLine(reading, backup, line)) return i + 1;
  if (plainLine(reading, backup, line)) {
    reading.known += 1;
    return i + 1;
  }
  if (reading.inVain > text.length * IN_VAIN) {
    reading.unknown += 1;
    return i + 1;
  }
  const read = readJson(text, line.index);
  const stderr = stringAt(read.node, 'stderr');
  if (read.node !== null && stderr !== null) {
    // troubleshoot keeps standard error as {"stderr": "…"}: its lines all stand on this one
    const inner = readTranscript(stderr);
    for (const kind of inner.kinds) reading.kinds.add(kind);
    for (const draft of inner.drafts)
      reading.drafts.push((emitter) => draft({ ...emitter, fact: (type, data, _line, when) => emitter.fact(type, data, line.line, when) }));
    reading.failures += inner.failures;
    reading.known += 1;
    return Math.max(i + 1, lineAt(read.end - 1));
  }
  const known = read.node !== null && readJsonResult(reading, read.node, lineAt);
  if (!known) {
    reading.unknown += 1;
    if (read.problem !== null) reading.inVain += read.problem.index - line.index;
    return read.problem === null ? Math.max(i + 1, lineAt(read.end - 1)) : i + 1;
  }
  reading.known += 1;
  if (read.problem !== null) reading.problems.push({ line: lineAt(read.problem.index), detail: read.problem.message });
  return Math.max(i + 1, lineAt(Math.max(read.end - 1, line.index)));
}

function logLine(reading: Reading, backup: BackupReading, line: TextLine): boolean {
  const log = readClientLog(line.text);
  if (log === null) return false;
  reading.known += 1;
  if (log.side === 'server') reading.server += 1;
  else {
    readClientLine(reading, log, line.line);
    backupLog(reading, backup, log, line.line);
  }
  return true;
}

function plainLine(reading: Reading, backup: BackupReading, line: TextLine): boolean {
  const command = commandOf(line.text);
  if (command !== null || isPrompt(line.text)) {
    reading.command = command;
    reading.clock = null;
    reading.lastCause = null;
    reading.causes.clear();
    if (command !== null) backupCommand(backup, command);
    return true;
  }
  if (logLine(reading, backup, line)) {
    reading.known -= 1;
    return true;
  }
  const stamp = stampOf(line.text, reading.zone);
  if (stamp !== null && (reading.clock === null || stamp.at > reading.clock)) {
    reading.clock = stamp.at;
    reading.zoneInferred ||= !stamp.zoned;
  }
  return (
    backupLine(reading, backup, line.text, line.line) ||
    readSimpleLine(reading, line) ||
    readTextLine(reading, line.text, line.line) ||
    stackLine(reading, line.text)
  );
}

/** A Go stack dump follows a panic. */
function stackLine(reading: Reading, text: string): boolean {
  if (!reading.kinds.has('backup')) return false;
  return /^(?:goroutine \d+|\t|created by |runtime\.|main\.|\[signal |[\w./-]+\.[\w().*{}[\],]+\(|exit status)/.test(text);
}
