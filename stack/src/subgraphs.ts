/** All subgraphs, in the order of their ports. */
export const subgraphs = [
  'users',
  'queue',
  'concerts',
  'reservations',
  'payments',
  'sagas',
  'deliveries',
] as const;
export type Subgraph = (typeof subgraphs)[number];
