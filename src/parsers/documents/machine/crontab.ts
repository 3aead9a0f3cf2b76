import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { speaksOfBackup } from '../schedules.ts';

const FIELD = String.raw`(?:\*|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?(?:,(?:\*|[\dA-Za-z]+(?:-[\dA-Za-z]+)?)(?:\/\d+)?)*`;
const TIMES = new RegExp(String.raw`^\s*-?(?:${FIELD}\s+){2}${FIELD}\s+${FIELD}\s+${FIELD}\s+(?=\S)`);
const NAMED = /^\s*@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s+(?=\S)/;
const SETTING = /^\s*[A-Za-z_]\w*\s*=/;

/** What a line of a crontab runs, the user's name before it included; null when it is no job. */
function commandOf(text: string): string | null {
  const when = TIMES.exec(text) ?? NAMED.exec(text);
  // hours and minutes are numbers: five words of prose are no schedule
  if (when === null || (when[0].trimStart().startsWith('@') ? false : !/[\d*]/.test(when[0].trim().split(/\s+/)[0] ?? ''))) return null;
  return text.slice(when[0].length).trim();
}

/** The program in a command: behind settings and the user's name that system crontabs have. */
function programOf(command: string): string {
  const [first = '', second = ''] = command.split(/\s+/).filter((word) => !/^[A-Za-z_]\w*=/.test(word));
  return /^[/.~]/.test(second) && /^[a-z_][\w-]*$/.test(first) ? second : first;
}

/** crontabs: `crontab -l`, /etc/crontab, /etc/cron.d and /var/spool/cron (crontab(5) of cronie, Vixie cron and busybox). */
export const crontab = defineParser({
  kind: 'document',
  id: 'cron-table',
  title: 'crontab',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 60).filter((line) => !/^\s*#/.test(line));
    return lines.some((line) => commandOf(line) !== null) && lines.every((line) => SETTING.test(line) || commandOf(line) !== null);
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'other' });
    for (const { text, line } of document.lines) {
      const command = /^\s*#/.test(text) ? null : commandOf(text);
      if (command === null) continue;
      // one crontab is never all there are
      emitter.fact('schedule.seen', { kind: 'crontab', name: programOf(command), backup: speaksOfBackup(command), suspended: false, listed: false }, line);
    }
  },
});
