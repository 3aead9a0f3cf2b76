/** Abbreviated months as `%b` prints them in common locales, January first. Upstream: glibc `localedata/locales/*` LC_TIME abmon. */
const LOCALES: readonly string[] = [
  'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
  'Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez',
  'janv. févr. mars avril mai juin juil. août sept. oct. nov. déc.',
  'ene feb mar abr may jun jul ago sep oct nov dic',
  'gen feb mar apr mag giu lug ago set ott nov dic',
  'jan fev mar abr mai jun jul ago set out nov dez',
  'jan feb mrt apr mei jun jul aug sep okt nov dec',
  'sty lut mar kwi maj cze lip sie wrz paź lis gru',
  'янв фев мар апр мая июн июл авг сен окт ноя дек',
  'Oca Şub Mar Nis May Haz Tem Ağu Eyl Eki Kas Ara',
  '1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月',
  '1월 2월 3월 4월 5월 6월 7월 8월 9월 10월 11월 12월',
];

const plain = (word: string): string => word.replace(/\.$/, '').replace(/[A-Z]/g, (c) => c.toLowerCase());

/** Month numbers by name, keyed by the UTF-8 bytes of the name read as Latin-1, ASCII in lower case, no final dot. */
const BY_BYTES: ReadonlyMap<string, number> = new Map(
  LOCALES.flatMap((names) => names.split(' ').map((name, i) => [plain(Buffer.from(name).toString('latin1')), i + 1] as const)),
);

const ENGLISH: Readonly<Record<string, number>> = { Jan: 1, Feb: 2, Mar: 3, Apr: 4, May: 5, Jun: 6, Jul: 7, Aug: 8, Sep: 9, Oct: 10, Nov: 11, Dec: 12 };

/** 1–12 for an English month abbreviation; 0 for anything else. */
export function monthNumber(text: string): number {
  return ENGLISH[text] ?? 0;
}

/** 1–12 for a month in any of the known locales, given as bytes read as Latin-1; 0 for anything else. */
export function monthOfBytes(latin: string): number {
  return BY_BYTES.get(plain(latin)) ?? 0;
}
