import { inOrder } from '../domain/step.ts';
import type { SagaResolvers } from './types.generated.ts';

export const Saga: SagaResolvers = {
  steps: async ({ id }, _args, { stepsOf }) => inOrder(await stepsOf.load(id)),
  reservation: ({ id }) => ({ id }),
};
