/** A search as typed: a regular expression, or plain text where it is none; capitals make it care about case. */
export function patternOf(text: string): RegExp | null {
  if (text === '') return null;
  const flags = /\p{Lu}/u.test(text) ? '' : 'i';
  try {
    return new RegExp(text, flags);
  } catch {
    return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), flags);
  }
}
