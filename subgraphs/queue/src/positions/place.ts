import type { Ticket } from '../domain/ticket.ts';

/** Where a ticket stands. */
export interface Place {
  /** 1 is next; 0 for a ticket that waits no more. */
  readonly position: number;
  readonly estimatedWaitSeconds: number;
}

/** A ticket as the graph shows it; its place is worked out when somebody asks for it, unless it is known already. */
export type ShownTicket = Ticket & { readonly place?: Place };
