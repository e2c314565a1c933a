import { z } from 'zod';
import { defineEvent } from '../contract.ts';
import { id, instant } from './fields.ts';

/** Subject: the ticket's id. */
export const ticketAdmitted = defineEvent('ticket.admitted.v1', {
  ticketId: id,
  userId: id,
  concertId: id,
  expiresAt: instant,
});

const ticketEnd = z.enum(['COMPLETED', 'EXPIRED', 'LEFT', 'ABANDONED']);
export type TicketEnd = z.infer<typeof ticketEnd>;

/** Subject: the ticket's id. The pass of an ended ticket opens nothing any more. */
export const ticketEnded = defineEvent('ticket.ended.v1', {
  ticketId: id,
  userId: id,
  concertId: id,
  reason: ticketEnd,
});
