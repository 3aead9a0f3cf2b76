import { defineParser } from '../../contract.ts';
import { emitterFor, firstLines } from '../emitter.ts';
import { speaksOfBackup } from '../schedules.ts';

/** systemd 215 to 257; `LEFT` and `PASSED` lost their words in 254, `--all` and `--no-legend` leave the columns. */
const HEADER = /^\s*NEXT\s+LEFT\s+LAST\s+PASSED\s+UNIT\s+ACTIVATES\s*$/;
const ROW = /\s(\S+\.timer)(?:\s+(\S+))?\s*$/;
const NONE = /^0 timers listed\.$/;
const SECTION = /^\[(\w[\w-]*)\]\s*$/;
/** The keys that say when (systemd.timer(5)). */
const WHEN = /^On(?:Calendar|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec|ActiveSec)\s*=/;

/** `systemctl list-timers`, and unit files of timers as `systemctl cat` or a copy of /etc/systemd/system shows them. */
export const systemdTimers = defineParser({
  kind: 'document',
  id: 'systemd-timers',
  title: 'systemctl list-timers, timer units',
  keep: 'all',
  accepts(head) {
    const lines = firstLines(head, 60);
    if (lines.some((line) => HEADER.test(line)) || (lines.length < 4 && lines.some((line) => NONE.test(line)))) return true;
    return lines.some((line) => line.trim() === '[Timer]') && lines.some((line) => WHEN.test(line));
  },
  parse(document, sink) {
    const emitter = emitterFor(document, sink, { host: null, component: 'systemd' });
    const timer = { kind: 'systemd-timer', suspended: false } as const;
    let list = false;
    let unit: { line: number; words: string[]; name: string | null } | null = null;
    const end = (): void => {
      if (unit !== null)
        emitter.fact('schedule.seen', { ...timer, name: unit.name ?? 'timer', backup: speaksOfBackup(unit.words.join(' ')), listed: false }, unit.line);
      unit = null;
    };
    let words: string[] = [];
    let file: string | null = null;
    for (const { text, line } of document.lines) {
      if (HEADER.test(text)) list = true;
      else if (NONE.test(text.trim())) emitter.fact('schedule.seen', { ...timer, name: null, backup: false, listed: true }, line);
      else if (list) {
        const [, name, activates = ''] = ROW.exec(text) ?? [];
        if (name !== undefined) emitter.fact('schedule.seen', { ...timer, name, backup: speaksOfBackup(`${name} ${activates}`), listed: true }, line);
      } else {
        // `# /etc/systemd/system/etcd-backup.timer`, by which systemctl cat begins each file
        const named = /^# (\/\S+\/(\S+\.(?:timer|service)))$/.exec(text)?.[2];
        const section = SECTION.exec(text)?.[1];
        if (named !== undefined || section === 'Unit') {
          end();
          words = [];
          if (named !== undefined) file = named;
        }
        words.push(text);
        if (section === 'Timer') unit = { line, words, name: file };
      }
    }
    end();
  },
});
