import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../src/model/phrases.ts';
import { of } from './support/derived-of.ts';
import { Logs } from './support/logs.ts';

const refused = (server: number): string =>
  `context deadline exceeded: transport: Error while dialing: dial tcp 10.0.0.${server}:2379: connect: connection refused`;
const DEADLINE = 'context deadline exceeded while waiting for connections to become ready';

/** What `endpoint health` printed of each, where the collector knew no more of the cluster; null = healthy. */
function asked(...errors: readonly (string | null)[]): ReturnType<Logs['history']> {
  const logs = new Logs();
  for (const [i, error] of errors.entries())
    logs.say('bastion', 'other', 'endpoint.health', 900 + i, { endpoint: `https://10.0.0.${i + 1}:2379`, healthy: error === null, took: null, error });
  return logs.history();
}

describe('endpoints of a cluster of which nothing else is known', () => {
  it('that refuse connections in the majority tell that the quorum is lost', () => {
    const [size, ...more] = of(asked(refused(1), refused(2), DEADLINE), 'cluster.size');
    expect(size).toMatchObject({ data: { voters: 3, healthy: 0, quorum: 2 }, nodes: ['10.0.0.1:2379', '10.0.0.2:2379', '10.0.0.3:2379'] });
    expect(size?.evidence).toHaveLength(3);
    expect(more).toEqual([]);
  });

  it('that only do not answer may be out of reach', () => {
    // the last: the client's balancer told of one and the same machine, whichever was asked for
    for (const history of [asked(DEADLINE, DEADLINE, refused(3)), asked(DEADLINE, refused(3), refused(3))]) {
      expect(of(history, 'cluster.size')).toEqual([]);
      expect(history.undecided.filter(({ about }) => about === 'quorum-lost').map(({ because }) => wordsIn('en', because))).toEqual([
        '3 of the 3 endpoints asked did not answer; whether they could be reached from there is not seen',
      ]);
    }
  });

  it('that answer in the majority, or refuse for a reason, tell nothing', () => {
    for (const history of [
      asked(null, null, refused(3)),
      asked(refused(1)),
      asked('x509: certificate has expired', 'x509: certificate has expired', refused(3)),
    ]) {
      expect(of(history, 'cluster.size')).toEqual([]);
      expect(history.undecided.filter(({ about }) => about === 'quorum-lost')).toEqual([]);
    }
  });

  it('of the machine itself say nothing of others', () => {
    const logs = new Logs();
    for (const [i, error] of [refused(1), refused(2)].entries())
      logs.say('bastion', 'other', 'endpoint.health', 900 + i, { endpoint: `https://10.0.0.${i + 1}:2379`, healthy: false, took: null, error });
    for (const server of ['127.0.0.1', 'localhost'])
      logs.say('bastion', 'other', 'endpoint.health', 910, { endpoint: `https://${server}:2379`, healthy: false, took: null, error: refused(9) });
    expect(of(logs.history(), 'cluster.size')).toMatchObject([{ data: { voters: 2 } }]);
  });
});
