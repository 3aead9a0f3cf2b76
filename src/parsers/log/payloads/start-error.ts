import { LEVEL_CODE } from '../../../model/event.ts';
import { utf8 } from '../latin1.ts';
import { definePayload } from '../payload.ts';

/** By the first letter, the words that such a line begins with. */
const BEGINS: Readonly<Record<string, RegExp>> = {
  f: /flag provided but not defined: -|flag needs an argument: -/y,
  i: /invalid (?:boolean )?value "[^"]*" for (?:flag )?-/y,
  e: /error verifying flags, /y,
  u: /unknown (?:flag: --|shorthand flag: )/y,
  E: /Error: (?:unknown (?:flag: --|shorthand flag: |command )|invalid argument |failed to parse )/y,
  I: /Incorrect Usage[.:] /y,
};

/**
 * What a server prints before it has a logger, when it refuses its command line. Upstream: Go `flag` (etcd), spf13/pflag and cobra
 * (Kubernetes), urfave/cli (k3s, rke2); etcd 3.3 `etcdmain/etcd.go`.
 */
export const startError = definePayload({
  id: 'start-error',
  title: 'a command line refused at start',
  samples: ['flag provided but not defined: -experimental-foo', 'Error: unknown flag: --insecure-port'],
  read(line) {
    const { body: s, start, end } = line;
    const words = BEGINS[s.charAt(start)];
    if (words === undefined) return false;
    words.lastIndex = start;
    if (!words.test(s)) return false;
    const text = s.slice(start, end);
    line.text = line.decoded ? text : utf8(text);
    line.level = LEVEL_CODE.error;
    line.dialect = 'syslog';
    return true;
  },
});
