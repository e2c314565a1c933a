import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant, text } from './fields.ts';

/**
 * A consumer gave up on an event. Subject: the subject of that event, so that the report belongs to the same saga.
 * `event` is the message as it came, which may be any JSON.
 */
export const consumerDeadLettered = defineEvent('consumer.dead-lettered.v1', {
  deadLetterId: id,
  consumer: text,
  eventId: text,
  eventType: text,
  event: z.json(),
  error: z.string().max(4_000),
  attempts: z.int().min(1),
  failedAt: instant,
});
