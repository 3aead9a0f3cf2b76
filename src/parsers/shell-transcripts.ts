import type { Piece } from './pieces.ts';

/** A command in a shell transcript or a collector's file, above what it printed. */
export interface TranscriptCommand {
  /** without what runs it elsewhere or as another user */
  readonly command: string;
  /** the machine that what it printed tells of; null where that is not the one it ran on, or unknown */
  readonly host: string | null;
}

/** Commands that tell of the machine they run on. */
const LOCAL =
  'chronyc ntpq ntpstat timedatectl date hostname hostnamectl uname uptime free ps ss netstat df du ls cat tail head zcat grep dmesg iostat vmstat systemctl journalctl crictl docker nerdctl podman openssl lsblk ip crontab';
/** Commands that ask a service, wherever it runs. */
const REMOTE = 'kubectl oc etcdctl etcdutl curl talosctl kubeadm calicoctl haproxy velero ping nc';
const LOCAL_TOOL = new RegExp(`^(?:\\S*/)?(?:${LOCAL.replaceAll(' ', '|')})\\b`);
const TOOL = new RegExp(`^(?:\\S*/)?(?:${LOCAL.replaceAll(' ', '|')}|${REMOTE.replaceAll(' ', '|')})\\b`);
const ETCD_TOOL = /^(?:\S*\/)?etcd(?:ctl|utl)\b/;
/** What prints nothing. */
const SILENT = /^(?:export|cd|clear|exit|set|source|alias|unset|sleep|sudo (?:-i|su)|su)\b/;

/** `[root@cp-1 ~]# ls`, `root@cp-1:~# ls`, `core@cp-1 ~ $ ls` */
const NAMED_PROMPT = /^(?:\([\w.-]+\) )?(?:\[[\w.-]+@([\w.-]+)[^\]\n]{0,80}\] ?[$#]|[\w.-]+@([\w.-]+)(?::[^\s$#]{0,80}| [^\s$#]{1,80} )[$#]) +(\S.*)$/;
/** the same with nothing typed: what was printed before ends here */
const WAITING = /^(?:\([\w.-]+\) )?(?:\[[\w.-]+@[\w.-]+[^\]\n]{0,80}\] ?[$#]|[\w.-]+@[\w.-]+(?::[^\s$#]{0,80}| [^\s$#]{1,80} )[$#])$/;
/** `sh-4.4# ls`, `$ ls`, `+ ls` as `set -x` prints it */
const BARE_PROMPT = /^(?:(?:ba|k|z)?sh-\d[\d.]*[$#]|\$|\+{1,3}) +(\S.*)$/;
/** `=== ls ===`, `### ls ###`, `--- ls ---`, with or without their end */
const HEADING = /^(?:(={2,}|-{3,}|\*{3,}) *([^=*\n]{2,200}?) *(?:\1=*)?|#{2,} *([^#\n]{2,200}?) *#{2,})$/;
const WRAPPER = /^(?:sudo(?: -\w+)*|timeout(?: -\w+)* \S+|time|[A-Z_]+=\S*) +/;
const SSH = /^ssh(?: -\w(?: ?[\w=./@-]+)?)* +(?:[\w.-]+@)?([\w.-]+) +["']?(\S.*?)["']?$/;

function plain(text: string): string {
  let command = text.trim();
  for (let cut = command.replace(WRAPPER, ''); cut !== command; cut = command.replace(WRAPPER, '')) command = cut;
  return command;
}

/** Reads a line that names a command whose output follows; null when it is none. */
export function readCommand(line: string): TranscriptCommand | null {
  const [, inBrackets, bare, typed] = NAMED_PROMPT.exec(line) ?? [];
  const heading = typed === undefined ? HEADING.exec(line) : null;
  const written = typed ?? BARE_PROMPT.exec(line)?.[1] ?? heading?.[2] ?? heading?.[3];
  if (written === undefined) return null;
  const command = plain(written);
  const [, target, there] = SSH.exec(command) ?? [];
  const run = there === undefined ? command : plain(there);
  // without a name before it, a line that only begins like a prompt is none
  if (typed === undefined && !TOOL.test(run)) return null;
  return { command: run, host: LOCAL_TOOL.test(run) ? (target ?? inBrackets ?? bare ?? null) : null };
}

const NEWLINE = 10;
const MAX_LINE = 400;

/**
 * Cuts a shell transcript at its commands: each with what it printed is a piece. Null where nothing but etcdctl and etcdutl were run, which are
 * read together, and where one command printed it all.
 */
export function splitShellTranscript(buffer: Buffer): readonly Piece[] | null {
  const pieces: Piece[] = [];
  let others = 0;
  let commands = 0;
  let piece: { start: number; firstLine: number; header: number; command: TranscriptCommand | null } = { start: 0, firstLine: 1, header: 0, command: null };
  const close = (end: number): void => {
    if (end > piece.start) pieces.push({ ...piece, end });
  };
  let line = 1;
  for (let at = 0; at < buffer.length; line += 1) {
    const newline = buffer.indexOf(NEWLINE, at);
    const next = newline < 0 ? buffer.length : newline + 1;
    const text = next - at > MAX_LINE ? '' : buffer.toString('utf8', at, next).trimEnd();
    const command = readCommand(text);
    if (command !== null || WAITING.test(text)) {
      close(at);
      piece = { start: at, firstLine: line, header: next - at, command };
    }
    if (command !== null) {
      if (!SILENT.test(command.command)) commands += 1;
      if (!SILENT.test(command.command) && !ETCD_TOOL.test(command.command)) others += 1;
    }
    at = next;
  }
  close(buffer.length);
  return commands < 2 || others === 0 ? null : pieces;
}

/** True when one of the first lines names a command. */
export function mayBeShellTranscript(head: string): boolean {
  return head.split('\n', 40).some((text) => text.length <= MAX_LINE && readCommand(text.trimEnd()) !== null);
}
