import type { Outbox } from '@frontrow/events/outbox';
import type { Logger } from '@frontrow/kit/log';
import { repeat } from '@frontrow/kit/repeat';
import type { Repeating } from '@frontrow/kit/repeat';
import type { Patience } from './domain/next-move.ts';
import { moveStuckSagas } from './operations/move-stuck-sagas.ts';
import { adoptOwnDeadLetters } from './storage/dead-letters.ts';
import { lookAtWork } from './storage/sagas.ts';

/** A dead letter stops its saga until the next look. */
const lookEveryMs = 500;

/**
 * Looks after sagas that stand still. Any number of replicas may do it.
 * @param isConnected whether the broker is there: without it nothing moves, and nothing could be done
 */
export const startWatch = (
  outbox: Outbox,
  patience: Patience,
  isConnected: () => boolean,
  log: Logger,
): Repeating =>
  repeat('looking after sagas', lookEveryMs, log, async () => {
    const { manager } = outbox.database;
    const now = new Date();
    const { isDue, hasDeadLetters } = await lookAtWork(manager, now);
    if (hasDeadLetters) await adoptOwnDeadLetters(manager);
    return isDue && isConnected() ? moveStuckSagas(outbox, patience, now) : 'done';
  });
