import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant, text } from './fields.ts';

/** Stands for every saga, and for events that belong to none. */
export const everySaga = '*';

/**
 * Every service that published events about this saga since then publishes them again; consumers drop what they have handled. Subject: the
 * saga's id, or `everySaga`.
 */
export const sagaReplayRequested = defineEvent('saga.replay-requested.v1', {
  sagaId: z.union([id, z.literal(everySaga)]),
  since: instant,
});

/**
 * The purchase cannot be completed: points go back, seats are free, the reservation is CANCELLED, whatever step they are
 * at. Subject: the saga's id.
 */
export const sagaCompensationRequested = defineEvent('saga.compensation-requested.v1', {
  sagaId: id,
  /** The fan; null when no event said whose purchase it is. */
  userId: id.nullable(),
  why: text,
});

/** Only the named consumer handles its dead letter once more. Subject: the dead letter's id. */
export const deadLetterReplayRequested = defineEvent('dead-letter.replay-requested.v1', {
  deadLetterId: id,
  consumer: text,
  eventId: text,
});
