import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { epochMicros } from '../../src/model/time.ts';
import { storyOf, worstFirst } from '../../src/timeline/story.ts';

const finding = (id: string, start: number, causes: readonly string[], severity: Finding['severity'] = 'warning'): Finding => ({
  id,
  rule: id.replace(/-\d+$/, ''),
  severity,
  title: id,
  summary: id,
  nodes: [],
  start: epochMicros(start),
  end: null,
  evidence: [],
  counterEvidence: [],
  remediation: [],
  causes: causes.map((cause) => ({ finding: cause, lag: null, why: '' })),
});

describe('the story of a case', () => {
  it('names one root, the cause that began first at each step, and the others as upstream too', () => {
    const story = storyOf(
      [
        finding('no-leader-1', 50, ['slow-disk-1', 'member-down-1', 'leader-churn-1'], 'critical'),
        finding('leader-churn-1', 30, ['slow-disk-2']),
        finding('slow-disk-1', 20, []),
        finding('slow-disk-2', 25, []),
        finding('member-down-1', 40, []),
        finding('clock-skew-1', 1, []),
        finding('api-1', 60, ['no-leader-1']),
      ].sort(worstFirst),
    );
    expect(story?.broke.id).toBe('no-leader-1');
    expect(story?.root?.id).toBe('slow-disk-1');
    expect(story?.chain.map((one) => one.id)).toEqual(['slow-disk-1', 'no-leader-1']);
    expect(story?.also.map((one) => one.id)).toEqual(['slow-disk-2', 'member-down-1']);
    expect(story?.alike.map((one) => one.id)).toEqual(['slow-disk-1', 'slow-disk-2']);
  });

  it('ends where causes go in a circle, and needs none', () => {
    expect(storyOf([finding('a-1', 1, ['b-1'], 'critical'), finding('b-1', 2, ['a-1'])])?.chain).toHaveLength(2);
    expect(storyOf([finding('a-1', 1, [], 'critical')])).toMatchObject({ root: null, also: [] });
    expect(storyOf([finding('a-1', 1, [], 'info')])).toBeNull();
  });
});
