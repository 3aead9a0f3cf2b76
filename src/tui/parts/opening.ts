import { formatBytes } from '../../model/text.ts';
import type { Progress } from '../../model/progress.ts';
import { counted, cutCells, cutStart, formatCount } from '../cells.ts';
import { span } from '../line.ts';
import type { Line } from '../line.ts';
import type { AppState } from '../state.ts';

const TURNS = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇'] as const;
const TURN_MS = 200;
const WIDEST = 96;

function bar(progress: Progress, width: number): Line {
  const { phase, bytes, totalBytes } = progress;
  const share = phase !== 'reading' ? 1 : totalBytes === null || totalBytes === 0 ? null : Math.min(1, bytes / totalBytes);
  if (share === null) return [span('▒'.repeat(width), 'faint')];
  const full = Math.floor(share * width);
  return [span('█'.repeat(full), 'accent'), span('░'.repeat(width - full), 'faint'), span(` ${Math.floor(share * 100)} %`, 'dim')];
}

/** Counts that are known, the ones people ask for first; those that do not fit are left out. */
function figures(progress: Progress, elapsedMs: number, width: number): string {
  const total = progress.totalBytes === null ? '' : ` of ${formatBytes(progress.totalBytes)}`;
  const parts = [
    `${formatBytes(progress.bytes)}${total}`,
    ...(progress.phase === 'reading' && progress.bytes > 0 && elapsedMs > 500 ? [`${formatBytes(Math.round((progress.bytes / elapsedMs) * 1000))}/s`] : []),
    ...(progress.lines > 0 ? [`${formatCount(progress.lines)} lines`] : []),
    ...(progress.entries > 0 ? [counted(progress.entries, 'file')] : []),
    ...(progress.events > 0 ? [`${formatCount(progress.events)} events`] : []),
  ];
  while (parts.length > 1 && parts.join(' · ').length > width) parts.pop();
  return parts.join(' · ');
}

/** What is known while the case is being opened; something moves whatever the reading thread is at. */
export function openingLines(state: AppState, elapsedMs: number): readonly Line[] {
  const { progress, size, title } = state;
  const width = Math.min(size.columns - 4, WIDEST);
  const pad = ' '.repeat(Math.max(1, Math.floor((size.columns - width) / 2)));
  const at = (line: Line): Line => [span(pad), ...line];
  const turn = TURNS[Math.floor(elapsedMs / TURN_MS) % TURNS.length] ?? '';
  const seconds = elapsedMs < 1000 ? '' : `  ${Math.floor(elapsedMs / 1000)} s`;
  const verb =
    progress === null || (progress.phase === 'reading' && progress.entries === 0) ? 'opening' : progress.phase === 'reading' ? 'reading' : 'analysing';
  const lead: Line[] = Array.from({ length: Math.max(0, Math.floor(size.rows / 2) - 4) }, () => []);
  const head = at([
    span(`${turn} `, 'accent'),
    span(`${verb} `, 'dim'),
    span(cutCells(title, width - verb.length - seconds.length - 3), 'strong'),
    span(seconds, 'faint'),
  ]);
  const foot = at([span('q', 'key'), span(' cancels', 'dim')]);
  if (progress === null) return [...lead, head, [], foot];
  const current = progress.phase === 'reading' ? cutStart(progress.current, width) : 'putting the clocks and the terms together';
  return [
    ...lead,
    head,
    [],
    at(bar(progress, width - 6)),
    at([span(figures(progress, elapsedMs, width), 'dim')]),
    at([span(cutCells(current, width), 'faint')]),
    [],
    foot,
  ];
}
