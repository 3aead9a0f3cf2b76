import { findNodeFolder } from '../../../bundle/node-folders.ts';
import { componentOfContainer } from '../../../bundle/component-words.ts';
import { containerHints, pathHints } from '../../../bundle/path-hints.ts';
import type { Component, PathHints } from '../../../model/bundle.ts';
import { componentOfIdent } from '../program.ts';

/** Whose line it is, as the mark before it says. */
export interface Lane {
  /** what tells this lane from others */
  readonly key: string;
  readonly host: string | null;
  readonly hints: Partial<PathHints>;
}

/** What a person or a tool put before every line of a log. */
export interface Mark {
  readonly id: string;
  /** finds the mark at the beginning of a line */
  readonly pattern: RegExp;
  /** whose line it is; absent where the mark does not say */
  lane?(match: RegExpExecArray): Lane;
}

/** How the lines of programs, runtimes and journals begin. */
const BODY = String.raw`(?=\{"|[IWEF]\d{4} \d\d:|\d{4}[-/]\d\d[-/]\d\d[T ]|raft\d{4}/|time="|[A-Z][a-z]{2} [ \d]\d \d\d:)`;

function laneOfPod(namespace: string | null, pod: string, container: string | null): Lane {
  const component: Component | null = container === null ? null : componentOfContainer(container);
  const known = namespace === null || container === null ? {} : containerHints(namespace, pod, container, 'current');
  return { key: `${namespace ?? ''}/${pod}/${container ?? ''}`, host: null, hints: { component, namespace, pod, container, ...known } };
}

function laneOfPath(path: string): Lane {
  const hints = pathHints(path);
  return { key: path, host: hints.node ?? findNodeFolder(path.replace(/^(?:\.\.?\/|\/)+/, '').split('/'), 0)?.node ?? null, hints };
}

const service: Mark = {
  id: 'service',
  pattern: /^([A-Za-z][\w.-]{0,63}?) *\| /,
  lane: ([, name = '']) => ({ key: name, host: name, hints: { component: componentOfIdent(name) } }),
};

/** Every mark, the more telling first. */
const MARKS: readonly Mark[] = [
  // kubectl logs --prefix (kubernetes/kubectl: pkg/cmd/logs/logs.go); kubetail names the pod alone
  {
    id: 'kubectl-prefix',
    pattern: /^\[(?:pod\/)?([a-z0-9][a-z0-9.-]*)(?:[/ ]([a-z0-9][a-z0-9-]*))?\] /,
    lane: ([, pod = '', container]) => laneOfPod(null, pod, container ?? null),
  },
  // stern/stern: cmd/cmd.go, the default template, with the namespace first when it reads several
  {
    id: 'stern',
    pattern: new RegExp(`^(?:([a-z0-9][a-z0-9-]*) )?([a-z0-9][a-z0-9.-]*) ([a-z0-9][a-z0-9-]*) ${BODY}`),
    lane: ([, namespace, pod = '', container = '']) => laneOfPod(namespace ?? null, pod, container),
  },
  service,
  // pdsh, clush and dshbak name the machine
  { id: 'machine', pattern: new RegExp(`^([A-Za-z0-9][\\w.-]{0,62}): ${BODY}`), lane: ([, host = '']) => ({ key: host, host, hints: {} }) },
  // grep -r, grep -n of several files
  { id: 'grep-path', pattern: /^((?=[^\s:]*[/.])[^\s:"'{}[\]]+):(?:\d+:)?/, lane: ([, path = '']) => laneOfPath(path) },
  { id: 'numbered', pattern: /^ *\d{1,9}(?:\t|: ?)/ },
  { id: 'quoted', pattern: /^(?:> ?)+/ },
  { id: 'indented', pattern: /^[ \t]+/ },
];

const SHARE = 0.5;
const ROUNDS = 3;

/** The marks that stand before most of these lines, in the order in which they are taken off. */
export function findMarks(lines: readonly string[], score: (lines: readonly string[]) => number): readonly Mark[] {
  const found: Mark[] = [];
  let rest = lines;
  let best = score(rest);
  for (let round = 0; round < ROUNDS; round += 1) {
    const steps = MARKS.filter(({ pattern }) => rest.filter((line) => pattern.test(line)).length >= rest.length * SHARE).map((mark) => {
      const bare = rest.map((line) => line.replace(mark.pattern, ''));
      return { mark, bare, score: score(bare) };
    });
    const step = steps.toSorted((a, b) => b.score - a.score)[0];
    // one mark may hide another: what is left is worth a further look even where it does not read yet
    if (step === undefined || step.score < best || (step.score === best && best > 0)) break;
    found.push(step.mark);
    rest = step.bare;
    best = step.score;
  }
  return best > 0 ? found : [];
}

/** True when lines carry a mark at all: a cheap look before the careful one. */
export function mayBeMarked(lines: readonly string[]): boolean {
  return MARKS.some(({ pattern }) => lines.filter((line) => pattern.test(line)).length >= lines.length * SHARE);
}

/** Services of one program beside each other are machines of their own; the only one is whatever machine the file is from. */
export function tellsServices(lines: readonly string[]): boolean {
  const names = new Set(lines.flatMap((line) => service.pattern.exec(line)?.[1] ?? []));
  return new Set([...names].map(componentOfIdent)).size < names.size;
}
