import type { Invariant } from './invariant.ts';
import { companionsStayTogether } from './invariants/companions-stay-together.ts';
import { cancelledShowsArePutBack } from './invariants/cancelled-shows-are-put-back.ts';
import { eventsAreDelivered } from './invariants/events-are-delivered.ts';
import { fansKeepTheirLimit } from './invariants/fans-keep-their-limit.ts';
import { heldSeatsAreReserved } from './invariants/held-seats-are-reserved.ts';
import { ledgerAddsUp } from './invariants/ledger-adds-up.ts';
import { movedShowsKeepTheirTickets } from './invariants/moved-shows-keep-their-tickets.ts';
import { paymentsMatchReservations } from './invariants/payments-match-reservations.ts';
import { purchasesHaveEnded } from './invariants/purchases-have-ended.ts';
import { seatsBelongToOne } from './invariants/seats-belong-to-one.ts';
import { seatsHaveTickets } from './invariants/seats-have-tickets.ts';
import { ticketsAreInOrder } from './invariants/tickets-are-in-order.ts';
import { ticketsEnterOnce } from './invariants/tickets-enter-once.ts';

/** In the order of their numbers. */
export const invariants: readonly Invariant[] = [
  seatsBelongToOne,
  heldSeatsAreReserved,
  paymentsMatchReservations,
  ledgerAddsUp,
  purchasesHaveEnded,
  eventsAreDelivered,
  ticketsAreInOrder,
  fansKeepTheirLimit,
  seatsHaveTickets,
  ticketsEnterOnce,
  companionsStayTogether,
  cancelledShowsArePutBack,
  movedShowsKeepTheirTickets,
];
