import { progressOf, rehearsalOf } from './show-end.ts';

const none = {
  __typename: 'ScheduleCancellation' as const,
  ...{ cancelledAt: '2026-12-01T09:00:00.000Z', pausedAt: null },
  ...{ reservationsLeft: 0, reservationsCancelled: 0, refundsLeft: 0, refunds: 0, refundedPoints: 0 },
};

it('a rehearsal separates what is paid from what is only held, and leaves out what has ended', () => {
  const totals = (['CONFIRMED', 'CANCELLED'] as const).map((status, i) => ({
    __typename: 'ReservationTotals' as const,
    ...{ status, reservations: 5 + i, seats: 9, total: 900 },
  }));
  const { paid, unpaid } = rehearsalOf(totals);
  expect(paid).toMatchObject({ reservations: 5, seats: 9, total: 900 });
  expect(unpaid).toEqual({ reservations: 0, seats: 0, total: 0 });
});

it('a show has ended when no reservation is left and no fan waits for points', () => {
  expect(progressOf(none)).toEqual({ done: 0, of: 0, isOver: true });
  const half = { ...none, reservationsLeft: 10, reservationsCancelled: 10, refundsLeft: 4, refunds: 6 };
  expect(progressOf(half)).toEqual({ done: 16, of: 30, isOver: false });
  expect(progressOf({ ...half, reservationsLeft: 0 })).toMatchObject({ isOver: false });
  expect(progressOf({ ...half, reservationsLeft: 0, refundsLeft: 0 })).toMatchObject({ isOver: true });
});
