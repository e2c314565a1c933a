import {
  decideInTurn,
  earlyEnds,
  ofCompensation,
  ofPaymentCompleted,
  ofPaymentRefunded,
  ofSaleFailed,
} from './news.ts';
import { onSeatsHeld } from './decide-reservation.ts';
import type { Reservation } from './reservation.ts';

const now = new Date('2026-11-01T12:03:01.000Z');
const pending = (id: string): Reservation =>
  onSeatsHeld({
    ...{ reservationId: id, userId: 'fan', ticketId: 'ticket', concertId: 'concert', scheduleId: 'schedule' },
    shown: { concertTitle: 'T', artist: 'A', venueName: 'V', startsAt: '2026-11-01T20:00:00.000Z' },
    ...{ seats: [{ seatId: 'seat', label: 'R-1-1', price: 100 }], total: 100 },
    ...{ heldAt: '2026-11-01T12:00:00.000Z', expiresAt: '2026-11-01T12:05:00.000Z' },
  }).next;
const paid = (reservationId: string, paymentId = 'payment') =>
  ofPaymentCompleted(
    { paymentId, reservationId, userId: 'fan', amount: 100, completedAt: now.toISOString() },
    now,
  );
const notSold = (reservationId: string) => ofSaleFailed({ reservationId, reason: 'gone' }, now);
const types = ({ events }: ReturnType<typeof decideInTurn>) =>
  events.map((of) => of.map(({ type }) => type.replace(/^reservation\.(.*)\.v1$/, '$1')));

describe('news that is decided about in turn', () => {
  it('finds the state that the news before it left', () => {
    const decided = decideInTurn(
      [pending('one'), pending('other')],
      [paid('one'), paid('other'), paid('one'), notSold('one'), paid('one'), notSold('one')],
    );
    expect(types(decided)).toEqual([
      ...[['confirmed'], ['confirmed'], [], ['cancelled'], ['confirm-failed'], []],
    ]);
    expect(decided.changed).toMatchObject([
      { id: 'one', status: 'CANCELLED', endedBecause: 'SALE_FAILED', version: 3 },
      { id: 'other', status: 'CONFIRMED', version: 2 },
    ]);
  });

  it('stores nothing about reservations that have not changed', () => {
    const { changed } = decideInTurn([pending('one'), pending('other')], [paid('one')]);
    const decided = decideInTurn([...changed, pending('other')], [paid('one')]);
    expect(decided).toEqual({ changed: [], events: [[]] });
  });

  it('about an unknown reservation changes nothing, and a payment is answered', () => {
    const decided = decideInTurn([], [paid('one'), notSold('one')]);
    expect(types(decided)).toEqual([['confirm-failed'], []]);
    expect(decided.changed).toEqual([]);
  });
});

describe('news that comes too early', () => {
  it('says why the reservation will end; the first about each reservation does so', () => {
    const refund = { paymentId: 'payment', userId: 'fan', amount: 100, reason: 'SALE_FAILED' } as const;
    const news = [
      ofPaymentRefunded({ reservationId: 'refunded', ...refund }, now),
      ...[notSold('one'), paid('one'), ofCompensation({ sagaId: 'other' }, now), paid('known')],
    ];
    expect([...earlyEnds([pending('known')], news)]).toEqual([
      ['one', 'SALE_FAILED'],
      ['other', 'COMPENSATED'],
    ]);
  });
});
