import { asOperator } from '@frontrow/events/operator-action';
import { replayDeadLetter } from '../operations/replay-dead-letter.ts';
import type { MutationResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  replayDeadLetter: (_root, { id }, { viewer, outbox }) =>
    replayDeadLetter(outbox, asOperator(viewer, 'replayDeadLetter'), id),
};
