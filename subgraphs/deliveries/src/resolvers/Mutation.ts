import { asOperator } from '@frontrow/events/operator-action';
import { redeliver } from '../operations/redeliver.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  redeliver: (_root, { id }, { viewer, outbox, schedule, now, wake }) =>
    redeliver(outbox, asOperator(viewer, 'redeliver'), { id, schedule, now: now() }, wake),
};
