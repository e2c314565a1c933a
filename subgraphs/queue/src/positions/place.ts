import type { Ticket } from '../domain/ticket.ts';

/** A ticket's place in its line. */
export interface Place {
  /** 1 is next; 0 for a ticket that no longer waits. */
  readonly position: number;
  readonly estimatedWaitSeconds: number;
}

/** A ticket as the graph shows it. Its place is computed when somebody asks for it, unless it is known already. */
export type ShownTicket = Ticket & { readonly place?: Place };
