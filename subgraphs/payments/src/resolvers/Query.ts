import { maySee } from '@frontrow/kit/viewer';
import type { QueryResolvers } from './types.generated.ts';

export const Query: QueryResolvers = {
  payment: async (_root, { id }, { viewer, payments }) => {
    const payment = await payments.load(id);
    return payment !== null && maySee(viewer, payment.userId) ? payment : null;
  },
};
