import * as shows from '../../../../../subgraphs/reservations/src/storage/cancelled-schedules.ts';
import * as early from '../../../../../subgraphs/reservations/src/storage/early-ends.ts';
import { entities } from '../../../../../subgraphs/reservations/src/storage/entities.ts';
import { migrations } from '../../../../../subgraphs/reservations/src/storage/migrations.ts';
import * as moves from '../../../../../subgraphs/reservations/src/storage/moved-schedules.ts';
import * as reservations from '../../../../../subgraphs/reservations/src/storage/reservations.ts';
import * as tickets from '../../../../../subgraphs/reservations/src/storage/seat-tickets.ts';
import { at, id } from './script.ts';
import type { StorageScript } from './script.ts';

const seat = (number: number) => ({ seatId: id(number), label: `A-1-${number}`, price: 100 });
const reservation = (number: number): any => ({
  ...{ id: id(number), userId: id(50), ticketId: id(51), concertId: id(52), scheduleId: id(53) },
  shown: { concertTitle: 'T', artist: 'A', venueName: 'V', startsAt: at(9_999).toISOString() },
  ...{
    seats: [seat(number + 20), seat(number + 10)],
    total: 200,
    version: 1,
    status: 'PENDING',
    ...{ refundUntil: null, movedFrom: null, refundedAt: null },
  },
  ...{ createdAt: at(number), expiresAt: at(300 + number) },
});
const expired = (number: number): any => ({
  ...reservation(number),
  ...{ status: 'EXPIRED', paymentId: null, endedAt: at(500), endedBecause: 'HOLD_EXPIRED' },
});
const confirmed: any = {
  ...reservation(3),
  status: 'CONFIRMED',
  paymentId: id(60),
  confirmedAt: at(400),
  version: 2,
};
const ticket = (number: number, position: number): any => ({
  ...{ id: id(80 + 2 * number + position), reservationId: id(number), position },
  ...{ issuedAt: at(400), voidedAt: null },
});
const moveTo = (number: number, seconds: number) => ({
  ...{ scheduleId: id(53), moves: number, notedAt: at(300) },
  ...{ startsAt: at(seconds), refundUntil: at(seconds - 1_000) },
});
const moved = (number: number): any => ({
  ...reservation(number),
  shown: { concertTitle: 'T', artist: 'A', venueName: 'V', startsAt: at(8_000).toISOString() },
  ...{ refundUntil: at(7_000), movedFrom: at(9_999), version: 2 },
});
const page = { userId: id(50), status: undefined, before: undefined, count: 10 };

export const reservationsScript: StorageScript = {
  entities,
  migrations,
  calls: [
    (m) => reservations.insertReservations(m, [3, 1, 2].map(reservation)),
    (m) => reservations.insertReservations(m, [4, 1].map(reservation)),
    (m) => reservations.insertReservations(m, []),
    (m) => reservations.lockReservations(m, [id(3), id(4), id(1)]),
    (m) => reservations.lockReservation(m, id(2)),
    (m) => reservations.lockReservation(m, id(9)),
    (m) => reservations.nextExpiry(m),
    (m) => reservations.nextExpiry(m, at(301)),
    (m) => reservations.nextExpiry(m, at(999)),
    (m) => reservations.lockExpired(m, at(302), 10),
    (m) => reservations.lockExpired(m, at(302), 1),
    (m) => moves.noteMovedSchedule(m, moveTo(2, 8_000)),
    (m) => moves.noteMovedSchedule(m, moveTo(1, 7_000)),
    (m) => moves.noteMovedSchedule(m, { ...moveTo(1, 7_000), scheduleId: id(55) }),
    (m) => moves.findMovesOf(m, [id(53), id(54)]),
    (m) => moves.findMovesToTell(m),
    (m) => moves.findReservationsBefore(m, moveTo(2, 8_000), 2),
    (m) => moves.lockUncontended(m, [id(2), id(1)]),
    (m) => moves.storeTimes(m, [moved(1), moved(2)]),
    (m) => moves.findReservationsBefore(m, moveTo(2, 8_000), 5),
    (m) => moves.findMoveProgress(m, moveTo(2, 8_000)),
    (m) => moves.settleMove(m, moveTo(1, 7_000), at(301)),
    (m) => moves.findMovesToTell(m),
    (m) => moves.settleMove(m, { ...moveTo(1, 7_000), scheduleId: id(55) }, at(301)),
    (m) => moves.noteMovedSchedule(m, moveTo(3, 8_500)),
    (m) => shows.findSchedulesToClear(m),
    (m) => shows.noteCancelledSchedule(m, id(53), at(300)),
    (m) => moves.findMovesToTell(m),
    (m) => shows.noteCancelledSchedule(m, id(53), at(301)),
    (m) => shows.noteCancelledSchedule(m, id(54), at(301)),
    (m) => shows.findSchedulesToClear(m),
    (m) => shows.lockReservationsOf(m, id(53), 2),
    (m) => shows.lockReservationsOf(m, id(54), 2),
    (m) => shows.pauseCancelling(m, id(53), at(302)),
    (m) => shows.pauseCancelling(m, id(53), at(303)),
    (m) => shows.findCancelledSchedule(m, id(53)),
    (m) => shows.findSchedulesToClear(m),
    (m) => shows.pauseCancelling(m, id(53), null),
    (m) => reservations.updateReservations(m, [confirmed, expired(1), expired(2)]),
    (m) => reservations.updateReservations(m, []),
    (m) => reservations.findReservations(m, [id(1), id(3)]),
    (m) => tickets.insertTickets(m, [ticket(1, 0), ticket(1, 1), ticket(3, 0)]),
    (m) => tickets.insertTickets(m, [{ ...ticket(3, 0), id: id(99) }]),
    (m) => tickets.insertTickets(m, []),
    (m) => tickets.voidTickets(m, [id(3), id(2)], at(600)),
    (m) => tickets.voidTickets(m, [id(3), id(1)], at(700)),
    (m) => tickets.voidTickets(m, [], at(700)),
    (m) => tickets.findTickets(m, [id(3), id(1)]),
    (m) => reservations.findVersions(m, [id(1), id(3)]),
    (m) => reservations.findReservationsOf(m, page),
    (m) => reservations.findReservationsOf(m, { ...page, status: 'EXPIRED', before: id(2), count: 1 }),
    (m) =>
      early.noteEarlyEnds(
        m,
        new Map([
          [id(9), 'CANCELLED_BY_FAN'],
          [id(7), 'COMPENSATED'],
        ]),
        at(0),
      ),
    (m) =>
      early.noteEarlyEnds(
        m,
        new Map([
          [id(9), 'SALE_FAILED'],
          [id(8), 'SALE_FAILED'],
        ]),
        at(0),
      ),
    (m) => early.lockEarlyEnds(m, [id(9), id(7), id(6)]),
    (m) => early.lockEarlyEnds(m, []),
  ],
};
