/** True when some path fits. */
export const some = (paths: readonly string[], pattern: RegExp): boolean => paths.some((path) => pattern.test(path));

/** True when every pattern fits some path. */
export const all = (paths: readonly string[], ...patterns: readonly RegExp[]): boolean => patterns.every((pattern) => some(paths, pattern));
