import type { CircuitResolvers } from './types.generated.ts';

export const Circuit: CircuitResolvers = {
  state: ({ circuit }) => circuit.state,
  // A half-open circuit has no such instant: its trials decide.
  reopensAt: ({ circuit }) => (circuit.state === 'OPEN' ? circuit.reopensAt : null),
};
