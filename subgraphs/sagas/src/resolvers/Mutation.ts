import { requireOperator } from '@frontrow/kit/viewer';
import { replayDeadLetter } from '../operations/replay-dead-letter.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  replayDeadLetter: (_root, { id }, { viewer, outbox }) => {
    requireOperator(viewer);
    return replayDeadLetter(outbox, id);
  },
};
