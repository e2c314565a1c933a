import { requireOperator } from '@frontrow/kit/viewer';
import { redeliver } from '../operations/redeliver.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  redeliver: (_root, { id }, { viewer, outbox, schedule, now, wake }) => {
    requireOperator(viewer);
    return redeliver(outbox, { id, schedule, now: now() }, wake);
  },
};
