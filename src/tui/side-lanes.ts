import type { SideKind, SideLane } from '../timeline/side-lanes.ts';
import type { Tone } from './theme.ts';

/** One cell that tells the kind without colour. */
export const SIDE_SIGNS = {
  'lease-lost': ['-', 'warning'],
  'lease-two-holders': ['2', 'critical'],
  'lease-stale': ['~', 'warning'],
  'api-down': ['!', 'warning'],
  'lb-down': ['-', 'warning'],
  'lb-all-down': ['!', 'critical'],
  'vip-two-masters': ['2', 'critical'],
  'vip-flapping': ['~', 'warning'],
  'backup-failed': ['x', 'critical'],
  'backup-good': ['●', 'good'],
  'backup-bad': ['○', 'warning'],
  'certificate-expired': ['x', 'critical'],
  'certificate-early': ['y', 'warning'],
} as const satisfies Record<SideKind, readonly [string, Tone]>;

const LABELS = { lease: '', api: 'api ', lb: 'lb ', vip: 'vip ', backup: 'backup', certificate: 'certificates' } as const satisfies Record<
  SideLane['subject'],
  string
>;

export function sideLabel({ subject, name }: SideLane): string {
  return LABELS[subject] + name;
}
