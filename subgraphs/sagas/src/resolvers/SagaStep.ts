import { isOperator } from '@frontrow/kit/viewer';
import type { SagaStepResolvers } from './types.generated.ts';

export const SagaStep: SagaStepResolvers = {
  data: ({ data }, _args, { viewer }) => (isOperator(viewer) ? data : null),
  error: ({ error }, _args, { viewer }) => (isOperator(viewer) ? error : null),
};
