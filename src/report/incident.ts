import type { Finding } from '../model/finding.ts';
import type { History } from '../model/history.ts';
import { byStart, storyOf } from '../timeline/story.ts';
import { timestamp } from './format.ts';
import type { Incident } from './types.ts';

/** The headline, out of findings that are ordered worst first. */
export function buildIncident(findings: readonly Finding[], history: History): Incident {
  const frame = { from: timestamp(history.from), to: timestamp(history.to), collectedAt: timestamp(history.collectedAt) };
  const story = storyOf(findings);
  if (story === null)
    return { verdict: 'clean', finding: null, title: null, since: null, until: null, nodes: [], chain: [], rootCauses: [], ...frame, narrative: [] };
  const { broke, root, chain, also } = story;
  return {
    verdict: broke.severity === 'critical' ? 'critical' : 'warning',
    finding: broke.id,
    title: broke.title,
    since: timestamp(broke.start),
    until: timestamp(broke.end),
    nodes: [...broke.nodes],
    chain: chain.map((one) => one.id),
    rootCauses: [root ?? broke, ...also].map((one) => one.id),
    ...frame,
    narrative: narrate(findings.filter((one) => one.severity !== 'info')),
  };
}

function narrate(findings: readonly Finding[]): Incident['narrative'] {
  return [...findings].sort(byStart).map((one) => ({
    time: timestamp(one.start),
    text: one.nodes.length === 0 ? one.title : `${one.title}: ${one.nodes.join(', ')}`,
    finding: one.id,
  }));
}
