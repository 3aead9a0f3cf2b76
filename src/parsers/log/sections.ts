import { componentOfContainer, componentInWords } from '../../bundle/component-words.ts';
import { pathHints } from '../../bundle/path-hints.ts';
import type { Component } from '../../model/bundle.ts';

/** A stretch of a file that holds the output of one program, as a header line says. */
export interface Section {
  readonly component: Component | null;
  readonly host: string | null;
  readonly pod: string | null;
  readonly container: string | null;
}

const START = /^==== START logs for (?:init )?container (\S+) of pod (\S+?)\/(\S+) ====$/;
const END = /^==== END logs for (?:init )?container \S+ of pod \S+ ====$/;
const TAIL = /^==> (\S+) <==$/;
const PROMPT = /^(?:\[?[\w.-]+@([\w.-]+)[^$#]{0,120}\]?[$#]|[$#]) +(?:sudo +)?(\S.*)$/;

const NONE: Section = { component: null, host: null, pod: null, container: null };
/** pods carry the node's name behind the program's */
const componentOfPod = (pod: string): Component | null =>
  componentInWords(/^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler|haproxy|keepalived)\b/.exec(pod)?.[1] ?? '');

function sectionOfCommand(host: string | null, command: string): Section | null {
  const unit = /^journalctl\b.*?\s(?:-u\s*|--unit[= ])(\S+)/.exec(command)?.[1];
  if (unit !== undefined) return { ...NONE, host };
  const kubectl = /^(?:kubectl|oc)\b.*?\blogs?\b/.test(command);
  if (kubectl || /^(?:crictl|docker|nerdctl|podman)\b.*?\blogs\b/.test(command)) {
    const container = /\s(?:-c\s*|--container[= ])(\S+)/.exec(command)?.[1] ?? null;
    const pod = kubectl ? (/\s(?:pods?\/)?((?:etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-[\w.-]+)/.exec(command)?.[1] ?? null) : null;
    const component = container !== null ? componentOfContainer(container) : pod === null ? null : componentOfPod(pod);
    // kubectl runs anywhere: its prompt names no node of the pod
    return { component, host: kubectl ? null : host, pod, container };
  }
  return /^(?:cat|tail|head|less|zcat|grep|dmesg)\b/.test(command) ? { ...NONE, host } : null;
}

/**
 * Reads a line that says whose output follows: `kubectl cluster-info dump` and rancher headers, `tail` of several files, a prompt of
 * a pasted shell transcript. Null when it is none.
 */
export function readSection(text: string): Section | null {
  const start = START.exec(text);
  if (start !== null) return { component: componentOfContainer(start[1] ?? ''), host: null, pod: start[3] ?? null, container: start[1] ?? null };
  if (END.test(text)) return NONE;
  const tail = TAIL.exec(text);
  if (tail !== null) {
    const { component, pod, container, node } = pathHints(tail[1] ?? '');
    return { component, host: node, pod, container };
  }
  const prompt = PROMPT.exec(text);
  return prompt === null ? null : sectionOfCommand(prompt[1] ?? null, prompt[2] ?? '');
}
