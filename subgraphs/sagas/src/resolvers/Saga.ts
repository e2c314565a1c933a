import { isOperator } from '@frontrow/kit/viewer';
import { nextMove } from '../domain/next-move.ts';
import { inOrder } from '../domain/step.ts';
import type { SagaResolvers } from './types.generated.ts';

export const Saga: SagaResolvers = {
  steps: async ({ id }, _args, { stepsOf }) => inOrder(await stepsOf.load(id)),
  nextMove: async ({ id }, _args, { viewer, stepsOf, patience }) =>
    isOperator(viewer) ? nextMove(id, await stepsOf.load(id), patience) : null,
  reservation: ({ id }) => ({ id }),
};
