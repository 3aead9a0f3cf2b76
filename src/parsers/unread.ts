/** Why nobody reads an entry, as coverage says it. */
export function whyUnread(head: Uint8Array): string {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 2048)).toString('latin1');
  // what tools print when there is nothing to list
  if (head.byteLength < 64 && /^\s*(?:\{\s*\}|\[\s*\]|null)?\s*$/.test(text)) return 'empty';
  return 'no known form';
}
