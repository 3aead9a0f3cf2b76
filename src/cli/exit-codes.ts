/** Exit statuses of the command line; part of its contract. */
export const EXIT = {
  done: 0,
  findingReached: 1,
  usage: 2,
  unreadable: 3,
  damaged: 4,
} as const;
