/** The client could not get through, or nothing came back; a refusal (TLS, alarm, no leader, learner) is an answer. */
const SILENT = /deadline exceeded|connection refused|no route to host|i\/o timeout|timed out|unreachable|unavailable/i;
const ANSWER = /x509|tls:|certificate|alarm|no leader|permission|auth|learner|etcdserver:/i;

/** The machine was reached, and nobody listened at that port. */
export const REFUSED = /connection refused/i;
/** Means another machine wherever it is read. */
export const LOOPBACK = /\/\/(?:127\.|localhost|\[::1\])/;

/** Whether the error of a client says that the server refused what was asked, and so was there. */
export function isAnswer(error: string): boolean {
  return ANSWER.test(error);
}

export function isSilence(error: string): boolean {
  return SILENT.test(error) && !isAnswer(error);
}
