/** UTF-8 bytes of a text, one character each: the form in which entries are rewritten, so that no byte of theirs is lost. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

export const textOf = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
