import { defineLayout } from '../contract.ts';

/** No known collector: the generic path rules alone. */
export const generic = defineLayout({
  id: 'generic',
  title: 'No known layout',
  perNodeFolders: true,
  recognise: () => false,
  hints: () => ({}),
});
