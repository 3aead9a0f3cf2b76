import { memberIdFromDecimal } from '../../../model/ids.ts';
import type { FactMap } from '../../../model/fact.ts';
import { parseGoDuration } from '../../../model/time.ts';
import { addAlarm, addressOf, isArtefact, nowOf } from './reading.ts';
import type { Reading } from './reading.ts';
import { withCause } from './client-log.ts';

/** One endpoint's status, whatever form it was printed in, with the alarms its `errors` name. */
export function addStatus(reading: Reading, data: FactMap['endpoint.status'], line: number): void {
  const when = nowOf(reading);
  reading.kinds.add('endpoint-status');
  reading.drafts.push((emitter) => emitter.fact('endpoint.status', data, line, when));
  for (const error of data.errors) addAlarmText(reading, error, line);
}

/** `memberID:1472280487750858006 alarm:NOSPACE ` as status errors and `alarm list` print it; true when it was one. */
export function addAlarmText(reading: Reading, text: string, line: number): boolean {
  // protobuf text leaves out a member id of 0: the alarm is then the cluster's
  const m = /^(?:memberID:(\d+) )?alarm:([A-Z]+)\s*,?\s*$/.exec(text.trim());
  if (m === null) return false;
  const alarm = m[2];
  if (alarm === 'NOSPACE' || alarm === 'CORRUPT') addAlarm(reading, alarm, memberIdFromDecimal(m[1] ?? ''), line);
  return true;
}

/** One endpoint's health; an unhealthy one gets the cause its client logged, and the alarms it names. */
export function addHealth(
  reading: Reading,
  result: { readonly endpoint: string; readonly healthy: boolean; readonly took: string | null; readonly error: string | null },
  line: number,
): void {
  reading.kinds.add('endpoint-health');
  if (isArtefact(result.endpoint)) return;
  const when = nowOf(reading);
  const error = result.error === null || result.error === '' ? null : withCause(result.error.trim(), reading.causes.get(addressOf(result.endpoint)) ?? null);
  const data = { endpoint: result.endpoint, healthy: result.healthy, took: micros(result.took), error };
  reading.drafts.push((emitter) => emitter.fact('endpoint.health', data, line, when));
  const alarms = /Active Alarm\(s\): ([A-Z ]+)/.exec(result.error ?? '');
  for (const name of new Set(alarms?.[1]?.trim().split(/\s+/) ?? [])) {
    if (name === 'NOSPACE' || name === 'CORRUPT') addAlarm(reading, name, null, line);
  }
}

function micros(took: string | null): number | null {
  const value = took === null ? null : parseGoDuration(took);
  return value === null ? null : Math.round(value);
}

export function addMember(reading: Reading, data: FactMap['member.listed'], line: number): void {
  reading.kinds.add('member-list');
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('member.listed', data, line, when));
}

export function addHash(reading: Reading, data: FactMap['endpoint.hashkv'], line: number): void {
  reading.kinds.add('endpoint-hashkv');
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('endpoint.hashkv', data, line, when));
}

export function addSnapshotStatus(reading: Reading, data: FactMap['backup.status'], line: number): void {
  reading.kinds.add('snapshot-status');
  const when = nowOf(reading);
  reading.drafts.push((emitter) => emitter.fact('backup.status', data, line, when));
}
