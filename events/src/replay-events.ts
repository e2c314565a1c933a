import { handler } from './handler.ts';
import { sagaReplayRequested } from './contracts/sagas.ts';
import { republish } from './republish.ts';

/** On request, every service publishes its retained events about a saga, or all of them, again. */
export const replayEvents = handler(sagaReplayRequested, (tx, { data }) =>
  republish(tx.manager, { subject: data.sagaId, since: new Date(data.since) }),
);
