import type { CircuitResolvers } from './types.generated.ts';

export const Circuit: CircuitResolvers = {
  state: ({ circuit }) => circuit.state,
  // Of a half-open one nobody can say: its trials decide.
  reopensAt: ({ circuit }) => (circuit.state === 'OPEN' ? circuit.reopensAt : null),
};
