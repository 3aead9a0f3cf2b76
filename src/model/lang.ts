/** Languages in which findings and reports can be had; every built-in text is written in each. */
export const LANGS = ['en', 'zh'] as const;

export type Lang = (typeof LANGS)[number];
