import { heldEvent, onConfirmed, onEnded, placeHold } from './hold.ts';
import type { Decision } from '@frontrow/events/decision';
import type { Hold } from './hold.ts';
import type { ScheduleOnSale } from './sale.ts';
import type { Seat } from './seat.ts';

const now = new Date('2026-11-20T08:30:00.000Z');
let ids = 0;
const newId = () => `01900000-0000-7000-8000-${String(++ids).padStart(12, '0')}`;
const reservationId = newId();

const sale: ScheduleOnSale = {
  scheduleId: newId(),
  concertId: newId(),
  concertTitle: 'Winter Light',
  artist: 'The Northern Choir',
  venueName: 'Harbour Hall',
  startsAt: new Date('2026-12-24T19:00:00.000Z'),
  cancelledAt: null,
  salesOpenAt: now,
  publishAt: null,
  concertVersion: 1,
  maxSeatsPerFan: 4,
  sections: [],
};
const seat = (number: number, price: number): Seat => ({
  ...{ id: newId(), sectionId: newId(), section: 'A', row: 12, number, price },
  ...{ status: 'HELD', reservationId, version: 1 },
});
const seats = [seat(7, 90_000), seat(8, 110_000)];
const seatIds = seats.map(({ id }) => id);

const held = placeHold(sale, { reservationId, userId: newId(), ticketId: newId(), seats }, now, 300);
const sold: Hold = { ...held, status: 'SOLD' };
const released: Hold = { ...held, status: 'RELEASED', releasedBecause: 'HOLD_EXPIRED' };

const given = (found: Hold | null) => ({
  whenConfirmed: () => decided(found, onConfirmed(found, reservationId)),
  whenCancelled: () => decided(found, onEnded(found, 'CANCELLED_BY_FAN')),
  whenCompensated: () => decided(found, onEnded(found, 'COMPENSATED')),
});
const decided = (found: Hold | null, { next, events }: Decision<Hold | null>) => ({
  then: (status: Hold['status'] | 'unchanged', event?: string, data: object = {}) => {
    expect(next === found ? 'unchanged' : next?.status).toBe(status);
    const expected = {
      type: event,
      subject: reservationId,
      data: expect.objectContaining({ reservationId, ...data }),
    };
    expect(events).toEqual(event === undefined ? [] : [expected]);
  },
});

describe('a hold', () => {
  it('costs what its seats cost and lasts as long as it is told to', () => {
    expect(held).toMatchObject({
      status: 'HELD',
      total: 200_000,
      expiresAt: new Date('2026-11-20T08:35:00.000Z'),
    });
  });

  it('is published with all that a receipt shows', () => {
    expect(heldEvent(held, sale)).toMatchObject({
      type: 'seats.held.v1',
      subject: reservationId,
      data: {
        shown: { concertTitle: 'Winter Light', startsAt: '2026-12-24T19:00:00.000Z' },
        seats: [
          { seatId: seatIds[0], label: 'A-12-7', price: 90_000 },
          { seatId: seatIds[1], label: 'A-12-8', price: 110_000 },
        ],
        total: 200_000,
        expiresAt: '2026-11-20T08:35:00.000Z',
      },
    });
  });
});

describe('a confirmed reservation', () => {
  it('sells what it holds', () => {
    given(held).whenConfirmed().then('SOLD', 'seats.sold.v1', { seatIds });
  });
  it('changes nothing when the news comes twice', () => {
    given(sold).whenConfirmed().then('unchanged');
  });
  it('cannot get seats that were released, and says so', () => {
    given(released).whenConfirmed().then('unchanged', 'seats.sale-failed.v1');
  });
  it('cannot get seats that nobody holds, and says so', () => {
    given(null).whenConfirmed().then('unchanged', 'seats.sale-failed.v1');
  });
});

describe('a reservation that ends', () => {
  it('releases what it holds', () => {
    given(held)
      .whenCancelled()
      .then('RELEASED', 'seats.released.v1', { seatIds, reason: 'CANCELLED_BY_FAN' });
  });
  it('releases what it was sold', () => {
    given(sold)
      .whenCancelled()
      .then('RELEASED', 'seats.released.v1', { seatIds, reason: 'CANCELLED_BY_FAN' });
  });
  it('changes nothing when the news comes twice', () => {
    given(released).whenCancelled().then('unchanged');
  });
  it('changes nothing when there was no hold', () => {
    given(null).whenCancelled().then('unchanged');
  });
});

describe('a purchase that is compensated', () => {
  it.each([held, sold])('releases what is $status', (found) => {
    given(found).whenCompensated().then('RELEASED', 'seats.released.v1', { seatIds, reason: 'COMPENSATED' });
  });
  it('changes nothing when its seats were released before, or never held', () => {
    given(released).whenCompensated().then('unchanged');
    given(null).whenCompensated().then('unchanged');
  });
});
