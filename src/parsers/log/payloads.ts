import type { Payload } from './payload.ts';
import { etcdctlText } from './payloads/etcdctl-text.ts';
import { logfmt } from './payloads/logfmt.ts';
import { startError } from './payloads/start-error.ts';
import { capnslog, goLog, goPanic, klogText, nginxError, zapConsole } from './payloads/text.ts';
import { zapJson } from './payloads/zap-json.ts';

/** Every form of a line's body, the commonest first; each refuses on its first characters. */
export const payloads: readonly Payload[] = [zapJson, klogText, capnslog, goLog, zapConsole, logfmt, nginxError, startError, etcdctlText, goPanic];
