import { describe, expect, test } from 'vitest';
import type { RawExampleFact } from '../../src/rules/raw.ts';
import { findings, rule, verdict } from './world.ts';

const a = (at: string, node = 'n1', more: Partial<RawExampleFact> = {}): RawExampleFact => ({
  type: 'peer.became-inactive',
  at,
  nodes: [node],
  data: { peer: 'p' },
  ...more,
});
const b = (at: string, node = 'n1'): RawExampleFact => ({ type: 'peer.became-active', at, nodes: [node], data: { peer: 'p' } });
const c = (at: string, node = 'n1'): RawExampleFact => ({ type: 'raft.tick-missed', at, nodes: [node] });

describe('conditions', () => {
  const down = (where: string) => rule(`fact: { type: member.down, where: ${where} }`);
  const fact = (data: Record<string, unknown>): RawExampleFact => ({ type: 'member.down', at: 'T', data: { member: 'm', ...data } });

  test.each([
    ['{ duration: { gte: 3s } }', { duration: '3s' }, 'fired'],
    ['{ duration: { gt: 3s } }', { duration: '3s' }, 'quiet'],
    ['{ duration: { lte: 3000ms } }', { duration: '3s' }, 'fired'],
    ['{ duration: { gte: 3s } }', {}, 'undecidable'],
    ['{ duration: { exists: true, gte: 3s } }', {}, 'quiet'],
    ['{ duration: { exists: false } }', {}, 'fired'],
    ['{ duration: { gte: 3s }, planned: true }', {}, 'quiet'],
    ['[{ duration: { gte: 3s } }, { planned: false }]', {}, 'fired'],
    ['{ how: [killed, crashed] }', { how: 'crashed' }, 'fired'],
    ['{ how: { notIn: [killed, crashed] } }', { how: 'crashed' }, 'quiet'],
    ['{ member: { startsWith: et, endsWith: "0", contains: cd } }', { member: 'etcd-0' }, 'fired'],
    ['{ member: { regex: "^etcd-[0-9]+$" } }', { member: 'etcd-12' }, 'fired'],
    ['{ member: { regex: "^etcd-[0-9]+$" } }', { member: 'etcd-x' }, 'quiet'],
    ['{ member: { ne: m } }', { member: 'm' }, 'quiet'],
  ])('%s over %j: %s', (where, data, expected) => {
    expect(verdict(down(where), { facts: [fact(data)] })).toBe(expected);
  });

  test('a field is compared with another, times a factor', () => {
    const one = rule('fact: { type: certificate.validity, where: { left: { lt: { field: lifetime, times: 0.2 } } } }');
    const cert = (left: string): RawExampleFact => ({ type: 'certificate.validity', at: 'T', data: { subject: 's', left, lifetime: '10d' } });
    expect(verdict(one, { facts: [cert('47h')] })).toBe('fired');
    expect(verdict(one, { facts: [cert('48h')] })).toBe('quiet');
    expect(verdict(one, { facts: [{ ...cert('1h'), data: { subject: 's', left: '1h' } }] })).toBe('undecidable');
  });
});

describe('count', () => {
  const three = rule('count: { of: { type: peer.became-inactive }, atLeast: 3, within: 10s, by: [node] }');
  test('both ends belong to the window', () => {
    expect(verdict(three, { facts: [a('T'), a('T+4s'), a('T+10s')] })).toBe('fired');
    expect(verdict(three, { facts: [a('T'), a('T+4s'), a('T+10.000001s')] })).toBe('quiet');
  });
  test('the order facts come in does not matter', () => {
    expect(verdict(three, { facts: [a('T+10s'), a('T'), a('T+4s')] })).toBe('fired');
  });
  test('groups are counted apart', () => {
    expect(verdict(three, { facts: [a('T'), a('T+1s', 'n2'), a('T+2s')] })).toBe('quiet');
  });
  test('windows that overlap are one match, those apart are two', () => {
    expect(findings(three, { facts: ['T', 'T+4s', 'T+8s', 'T+12s', 'T+16s'].map((at) => a(at)) })).toHaveLength(1);
    expect(findings(three, { facts: ['T', 'T+1s', 'T+2s', 'T+60s', 'T+61s', 'T+62s'].map((at) => a(at)) })).toHaveLength(2);
  });
  test('a window that starts late is found although the first facts lie apart', () => {
    expect(findings(three, { facts: ['T', 'T+9s', 'T+15s', 'T+19s'].map((at) => a(at)) })[0]?.evidence).toHaveLength(3);
  });
  test('distinct values', () => {
    const one = rule('count: { of: { type: cluster.leader-change }, atLeast: 2, within: 10s, distinct: raftTerm }');
    const change = (at: string, raftTerm: number): RawExampleFact => ({ type: 'cluster.leader-change', at, data: { raftTerm } });
    expect(verdict(one, { facts: [change('T', 4), change('T+1s', 4)] })).toBe('quiet');
    expect(verdict(one, { facts: [change('T', 4), change('T+1s', 5)] })).toBe('fired');
  });
  test('facts without a time can only be doubted', () => {
    const { at: _, ...untimed } = a('T');
    expect(verdict(three, { facts: [a('T'), a('T+1s'), untimed] })).toBe('undecidable');
    expect(verdict(three, { facts: [a('T'), untimed] })).toBe('quiet');
  });
});

describe('sequence', () => {
  const abc = rule(
    'sequence:\n  steps: [{ type: peer.became-inactive }, { type: peer.became-active }, { type: raft.tick-missed }]\n  within: 10s\n  by: [node]',
  );
  test('in order, both ends included', () => {
    expect(verdict(abc, { facts: [a('T'), b('T+3s'), c('T+10s')] })).toBe('fired');
    expect(verdict(abc, { facts: [a('T'), b('T+3s'), c('T+10001ms')] })).toBe('quiet');
    expect(verdict(abc, { facts: [b('T'), a('T+3s'), c('T+10s')] })).toBe('quiet');
  });
  test('a start too early does not hide a later one', () => {
    expect(verdict(abc, { facts: [a('T'), a('T+20s'), b('T+21s'), c('T+22s')] })).toBe('fired');
  });
  test('a chain ends at its earliest completion and does not overlap the next', () => {
    expect(findings(abc, { facts: [a('T'), b('T+1s'), c('T+2s'), a('T+3s'), b('T+4s'), c('T+5s')] })).toHaveLength(2);
  });
  test('groups do not mix', () => {
    expect(verdict(abc, { facts: [a('T'), b('T+1s', 'n2'), c('T+2s')] })).toBe('quiet');
  });
  test('unordered takes any order, and no fact twice', () => {
    const any = rule('sequence:\n  steps: [{ type: peer.became-inactive }, { type: raft.tick-missed }]\n  within: 5s\n  ordered: false');
    expect(verdict(any, { facts: [c('T'), a('T+5s')] })).toBe('fired');
    const twice = rule('sequence:\n  steps: [{ type: raft.tick-missed }, { type: raft.tick-missed }]\n  within: 5s\n  ordered: false');
    expect(verdict(twice, { facts: [c('T')] })).toBe('quiet');
    expect(verdict(twice, { facts: [c('T'), c('T+1s')] })).toBe('fired');
  });
  test('two nodes whose clocks do not settle the order: undecidable', () => {
    const ab = rule('sequence:\n  steps: [{ type: peer.became-inactive }, { type: peer.became-active }]\n  within: 10s');
    expect(verdict(ab, { facts: [a('T', 'n1'), b('T+500ms', 'n2')] })).toBe('undecidable');
    expect(verdict(ab, { facts: [a('T', 'n1'), b('T+3s', 'n2')] })).toBe('fired');
    expect(verdict(ab, { facts: [a('T', 'n1'), b('T+500ms', 'n1')] })).toBe('fired');
  });
});

describe('absence', () => {
  const gone = rule('absence: { of: { type: peer.became-inactive }, notFollowedBy: { type: peer.became-active }, within: 10s, by: [node], covered: [etcd] }');
  const coverage = [{ node: 'n1', component: 'etcd', from: 'T', to: 'T+10s' }];
  test('fires where the evidence covers the whole window', () => {
    expect(verdict(gone, { facts: [a('T')], coverage })).toBe('fired');
  });
  test('is undecidable where it does not', () => {
    expect(verdict(gone, { facts: [a('T')], coverage: [{ node: 'n1', component: 'etcd', from: 'T', to: 'T+9s' }] })).toBe('undecidable');
    expect(verdict(gone, { facts: [a('T')], coverage: [{ ...coverage[0]!, component: 'kubelet' }] })).toBe('undecidable');
    expect(verdict(gone, { facts: [a('T')] })).toBe('undecidable');
  });
  test('a follower at either edge counts; one before or after does not', () => {
    expect(verdict(gone, { facts: [a('T'), b('T')], coverage })).toBe('quiet');
    expect(verdict(gone, { facts: [a('T'), b('T+10s')], coverage })).toBe('quiet');
    expect(verdict(gone, { facts: [a('T'), b('T+10001ms')], coverage })).toBe('fired');
    expect(verdict(gone, { facts: [a('T'), b('T-1ms')], coverage })).toBe('fired');
  });
  test('a follower needs no coverage', () => {
    expect(verdict(gone, { facts: [a('T'), b('T+1s')] })).toBe('quiet');
  });
  test('a follower of another group does not count', () => {
    expect(verdict(gone, { facts: [a('T'), b('T+1s', 'n2')], coverage })).toBe('fired');
  });
});

describe('compare', () => {
  const size = (member: string, dbSize: string | null): RawExampleFact => ({
    type: 'db.size',
    at: 'T',
    data: { member, ...(dbSize === null ? {} : { dbSize }) },
  });
  test('spread and ratio, at the edge', () => {
    const spread = rule('compare: { of: { type: db.size }, field: dbSize, by: [member], measure: spread, gte: 10MB }');
    expect(verdict(spread, { facts: [size('x', '20MB'), size('y', '10MB')] })).toBe('fired');
    expect(verdict(spread, { facts: [size('x', '19.9MB'), size('y', '10MB')] })).toBe('quiet');
    const ratio = rule('compare: { of: { type: db.size }, field: dbSize, by: [member], measure: ratio, gte: 2 }');
    expect(verdict(ratio, { facts: [size('x', '20MB'), size('y', '10MB')] })).toBe('fired');
  });
  test('one alone cannot be compared', () => {
    const spread = rule('compare: { of: { type: db.size }, field: dbSize, by: [member], measure: spread, gte: 10MB }');
    expect(verdict(spread, { facts: [size('x', '20MB')] })).toBe('quiet');
    expect(verdict(spread, { facts: [size('x', '20MB'), size('y', null)] })).toBe('undecidable');
  });
});

describe('held', () => {
  const held = rule('held: { from: { type: peer.became-inactive }, until: { type: peer.became-active }, lasted: 5s, by: [node], covered: [etcd] }');
  test('from A until B', () => {
    expect(verdict(held, { facts: [a('T'), b('T+5s')] })).toBe('fired');
    expect(verdict(held, { facts: [a('T'), b('T+4999ms')] })).toBe('quiet');
  });
  test('a second A does not restart the clock', () => {
    expect(verdict(held, { facts: [a('T'), a('T+3s'), b('T+6s')] })).toBe('fired');
  });
  test('never ended: only as far as the evidence reaches', () => {
    const later = c('T+20s', 'n9');
    expect(verdict(held, { facts: [a('T'), later] })).toBe('undecidable');
    const [finding] = findings(held, { facts: [a('T'), later], coverage: [{ node: 'n1', component: 'etcd', from: 'T', to: 'T+5s' }] });
    expect(finding?.end).toBeNull();
  });
});

describe('finding and any', () => {
  test('a finding of another rule is the cause of this one', () => {
    const one = rule('finding: { rule: no-leader, severity: [critical], lasted: 5s }');
    const upstream = { rule: 'no-leader', start: 'T', end: 'T+5s', severity: 'critical' } as const;
    expect(findings(one, { facts: [], findings: [upstream] })[0]?.causes.map((link) => link.finding)).toEqual(['no-leader-1']);
    expect(verdict(one, { facts: [], findings: [{ ...upstream, end: 'T+4s' }] })).toBe('quiet');
    expect(verdict(one, { facts: [], findings: [{ ...upstream, severity: 'warning' }] })).toBe('quiet');
  });
  test('any takes the matches of all', () => {
    const one = rule('any:\n  - fact: { type: raft.tick-missed }\n  - fact: { type: peer.became-active }');
    expect(verdict(one, { facts: [b('T')] })).toBe('fired');
    expect(verdict(one, { facts: [a('T')] })).toBe('quiet');
  });
});

test('a run may have to last', () => {
  const one = rule('count: { of: { type: peer.became-inactive }, atLeast: 2, within: 10s, spanning: 8s }');
  expect(verdict(one, { facts: [a('T'), a('T+8s')] })).toBe('fired');
  expect(verdict(one, { facts: [a('T'), a('T+7s')] })).toBe('quiet');
});

test('a summary names every value of the facts counted together', () => {
  const one = rule('count: { of: { type: cluster.leader-change }, atLeast: 2, within: 10s }');
  const told = { ...one, finding: { ...one.finding, summary: { en: '{leader}' } } };
  const change = (at: string, leader: string): RawExampleFact => ({ type: 'cluster.leader-change', at, data: { leader } });
  expect(findings(told, { facts: [change('T', 'x'), change('T+1s', 'y'), change('T+2s', 'x')] })[0]?.summary).toBe('x and y');
});
