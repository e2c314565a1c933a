import { visibleSaga } from '../context.ts';
import type { DeadLetterResolvers } from './types.generated.ts';

export const DeadLetter: DeadLetterResolvers = {
  saga: ({ subject }, _args, context) => visibleSaga(subject, context),
};
