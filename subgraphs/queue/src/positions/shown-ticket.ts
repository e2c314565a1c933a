import type { Ticket } from '../domain/ticket.ts';

/** A ticket's position in its line, and how long it will wait. */
export interface PositionInLine {
  /** 1 is next; 0 for a ticket that no longer waits. */
  readonly position: number;
  readonly estimatedWaitSeconds: number;
}

/** A ticket as the graph shows it. Its position is computed when somebody asks for it, unless it is known already. */
export type ShownTicket = Ticket & { readonly inLine?: PositionInLine };
