import { isOperator } from '../context.ts';
import type { SagaStepResolvers } from './types.generated.ts';

export const SagaStep: SagaStepResolvers = {
  data: ({ data }, _args, { viewer }) => (isOperator(viewer) ? data : null),
  error: ({ error }, _args, { viewer }) => (isOperator(viewer) ? error : null),
};
