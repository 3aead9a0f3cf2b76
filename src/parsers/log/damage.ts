const ELLIPSIS = '\u00e2\u0080\u00a6';
const PAGER = /^(?:lines \d+-\d+(?:\/\d+)?(?: \(END\)| \d+%)?|\(END\)|~|--More--(?:\(\d+%\))?|:)$/;
const OPENS_JSON = /^\{"(?:level|ts|log|__)/;
const BEGINS = /^(?:\d{4}[-/]\d\d[-/]\d\d[T ]\d|raft\d{4}\/|[IWEF]\d{4} \d\d:|[A-Z][a-z]{2} [ \d]\d \d\d:)/;

/** What a pager leaves on the screen between the lines of a file. */
export function isPagerMark(text: string): boolean {
  return PAGER.test(text);
}

/** A line that begins as a record does but reads as none: cut at its end, or the head of one that was wrapped. */
export function isCutRecord(text: string): boolean {
  return text.startsWith('{"') || BEGINS.test(text);
}

/** The beginning of a line that is too long to be seen whole: that of a log record, of a JSON log's known fields or of a stamp. */
export function isRecordStart(text: string): boolean {
  return OPENS_JSON.test(text.slice(0, 12)) || BEGINS.test(text);
}

/** A body that is the beginning of a JSON object and no whole one. Text is bytes read as Latin-1. */
export function isCutJson(s: string, start: number, end: number): boolean {
  return s.charCodeAt(start) === 123 && s.charCodeAt(end - 1) !== 125 && OPENS_JSON.test(s.slice(start, start + 12));
}

/** journalctl without `--full` puts `…` where it left text out: what stands around it must not be read as one sentence. */
export function isEllipsised(s: string, start: number, end: number, decoded: boolean): boolean {
  // the line alone: a search from its start would run on through the whole block
  return s.slice(start, end).includes(decoded ? '…' : ELLIPSIS);
}
