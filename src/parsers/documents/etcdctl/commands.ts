/** A shell prompt or `set -x` trace with a command that runs etcdctl or etcdutl; null when the line is none. */
export function commandOf(line: string): string | null {
  const m = /^\s*(?:\[[^\]\n]{1,80}\]\s?[$#]|[\w.@:~/-]{1,80}[$#]|[$#>]|\++)\s*(\S.*)$/.exec(line);
  if (m === null) return null;
  const command = m[1] ?? '';
  return /(?:^|[\s/'"])etcd(?:ctl|utl)\b/.test(command) ? command : null;
}

/** A shell prompt with any command, as in a pasted shell transcript. */
export function isPrompt(line: string): boolean {
  return /^(?:\[[^\]\n]{1,80}\]\s?[$#]|[\w.-]+@[\w.-]+:[^\s]{0,80}[$#]|\$)\s+\S/.test(line);
}

const VERB =
  /\b(?:endpoint (?:status|health|hashkv)|member (?:list|add|remove|update|promote)|alarm (?:list|disarm)|snapshot (?:save|status|restore)|move-leader|defrag|compact(?:ion)?|get|put|del|watch|hashkv|check perf|version)\b/;

/** The subcommand alone: flags may hold passwords. */
export function verbOf(command: string | null): string | null {
  return command === null ? null : (VERB.exec(command)?.[0] ?? null);
}

/** The file a snapshot command was given. */
export function snapshotPathOf(command: string | null): string | null {
  const m = /\b(?:snapshot (?:save|status|restore)|hashkv)\s+(.*)$/.exec(command ?? '');
  const words = (m?.[1] ?? '').split(/\s+/).filter((word) => word !== '');
  const file = words.find((word, i) => !word.startsWith('-') && !/^[|>&;2]/.test(word) && !/^-(?:w|-write-out|-data-dir|-rev)$/.test(words[i - 1] ?? ''));
  return file === undefined ? null : file.replace(/^["']|["']$/g, '');
}
