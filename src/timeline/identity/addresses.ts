/** `https://10.0.0.1:2380` → `10.0.0.1:2380`; text without a scheme is returned without its path. */
export function hostPort(url: string): string {
  const rest = url.includes('://') ? url.slice(url.indexOf('://') + 3) : url;
  const slash = rest.indexOf('/');
  return (slash === -1 ? rest : rest.slice(0, slash)).toLowerCase();
}

/** The host of a url or host:port, IPv6 brackets removed. */
export function hostOf(url: string): string {
  const text = hostPort(url);
  if (text.startsWith('[')) return text.slice(1, Math.max(1, text.indexOf(']')));
  const colon = text.lastIndexOf(':');
  return colon === -1 || text.indexOf(':') !== colon ? text : text.slice(0, colon);
}

/** True for addresses every machine has, which therefore name none. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '0.0.0.0' || host === '::' || host === '' || host.startsWith('127.');
}

/** `a=http://1,b=http://2` (etcd `--initial-cluster`) as url → name; a name may come several times. */
export function initialClusterNames(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const pair of text.split(',')) {
    const equals = pair.indexOf('=');
    if (equals > 0) names.set(hostPort(pair.slice(equals + 1).trim()), pair.slice(0, equals).trim());
  }
  return names;
}
