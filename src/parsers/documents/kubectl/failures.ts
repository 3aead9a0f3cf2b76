import type { EtcdErrorKind, ReachFailure } from '../../../model/facts/kubernetes.ts';
import type { Emitter } from '../emitter.ts';

const REFUSED = /^The connection to the server (\S+) was refused/;
const UNABLE = /^Unable to connect to the server: (.+)$/;
const SERVER = /^Error from server(?: \((\w+)\))?: (.+)$/;

function reach(error: string): ReachFailure {
  if (/x509|tls:|certificate/.test(error)) return 'tls';
  if (/refused/.test(error)) return 'refused';
  if (/timeout|deadline|timed out/i.test(error)) return 'timeout';
  if (/reset|EOF/.test(error)) return 'reset';
  return /unavailable/i.test(error) ? 'unavailable' : 'other';
}

function etcdKind(error: string): EtcdErrorKind {
  if (/no leader/.test(error)) return 'no-leader';
  if (/leader changed/.test(error)) return 'leader-changed';
  if (/database space exceeded/.test(error)) return 'nospace';
  if (/too many requests/.test(error)) return 'overloaded';
  if (/too large/.test(error)) return 'too-large';
  if (/corrupt/.test(error)) return 'corrupt';
  if (/compacted/.test(error)) return 'compacted';
  return /timed out|timeout|deadline/.test(error) ? 'timeout' : 'other';
}

/** A line in which kubectl says that the API server did not answer, or answered with a failure of its own or of etcd. */
export function readFailure(text: string): ((emitter: Emitter, line: number) => void) | null {
  const refused = REFUSED.exec(text)?.[1];
  if (refused !== undefined) return (emitter, line) => emitter.fact('apiserver.unreachable', { address: refused, error: text, kind: 'refused' }, line);
  const unable = UNABLE.exec(text)?.[1];
  if (unable !== undefined) {
    const address = /(?:dial tcp |https?:\/\/)([^\s/"]+?:\d+)/.exec(unable)?.[1] ?? null;
    return (emitter, line) => emitter.fact('apiserver.unreachable', { address, error: unable, kind: reach(unable) }, line);
  }
  const server = SERVER.exec(text);
  if (server === null) return null;
  const error = server[2] ?? '';
  if (/etcdserver:|etcd/.test(error)) return (emitter, line) => emitter.fact('apiserver.etcd-error', { error, kind: etcdKind(error) }, line);
  if (!/^(?:Timeout|ServiceUnavailable|InternalError|GatewayTimeout|TooManyRequests)$/.test(server[1] ?? '')) return null;
  return (emitter, line) =>
    emitter.fact(
      'apiserver.unreachable',
      { address: null, error, kind: server[1] === 'Timeout' || server[1] === 'GatewayTimeout' ? 'timeout' : 'unavailable' },
      line,
    );
}
