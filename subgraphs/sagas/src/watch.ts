import type { Outbox } from '@frontrow/events/outbox';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { Patience } from './domain/next-move.ts';
import { moveStuckSagas } from './operations/move-stuck-sagas.ts';
import { adoptOwnDeadLetters } from './storage/dead-letters.ts';

/** A dead letter stops its saga until the next look. */
const lookEveryMs = 500;

/**
 * Looks after sagas that stand still. Any number of replicas may.
 * @param isConnected while there is no broker nothing moves, and nothing could be done about it
 */
export const startWatch = (
  outbox: Outbox,
  patience: Patience,
  isConnected: () => boolean,
  log: Logger,
): Repeating =>
  repeat('looking after sagas', lookEveryMs, log, async () => {
    await adoptOwnDeadLetters(outbox.database.manager);
    return isConnected() ? moveStuckSagas(outbox, patience, new Date()) : 'done';
  });
