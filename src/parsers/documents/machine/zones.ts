import { HOUR, zoneMicros } from '../../../model/time.ts';

/** Hours east of UTC that an abbreviation may stand for; several where the world disagrees. */
const ABBREVIATIONS: Readonly<Record<string, readonly number[]>> = {
  UTC: [0],
  GMT: [0],
  Z: [0],
  UCT: [0],
  WET: [0],
  WEST: [1],
  CET: [1],
  CEST: [2],
  MET: [1],
  MEST: [2],
  EET: [2],
  EEST: [3],
  MSK: [3],
  TRT: [3],
  SAST: [2],
  WAT: [1],
  CAT: [2],
  EAT: [3],
  HKT: [8],
  SGT: [8],
  PHT: [8],
  AWST: [8],
  JST: [9],
  KST: [9],
  WIB: [7],
  ICT: [7],
  PKT: [5],
  NPT: [5.75],
  ACST: [9.5],
  ACDT: [10.5],
  AEST: [10],
  AEDT: [11],
  NZST: [12],
  NZDT: [13],
  EDT: [-4],
  PST: [-8],
  PDT: [-7],
  MST: [-7],
  MDT: [-6],
  CDT: [-5],
  AKST: [-9],
  AKDT: [-8],
  HST: [-10],
  BRT: [-3],
  ART: [-3],
  CST: [8, -6, -5],
  EST: [-5, 10],
  IST: [5.5, 2, 1],
  BST: [1, 6],
  AST: [-4, 3],
  GST: [4],
};

/** Offsets a zone's text may mean, in microseconds east of UTC: one when it is sure, none when it is unknown. */
export function zoneOffsets(zone: string): readonly number[] {
  if (/^[+-]\d\d(?::?\d\d)?$/.test(zone)) return [zoneMicros(zone.length === 3 ? `${zone}00` : zone)];
  const hours = Object.hasOwn(ABBREVIATIONS, zone) ? ABBREVIATIONS[zone] : undefined;
  return (hours ?? []).map((hour) => hour * HOUR);
}
