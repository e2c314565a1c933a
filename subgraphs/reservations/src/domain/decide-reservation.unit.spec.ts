import type { Decision } from '@frontrow/events/decision';
import type { NewEvent } from '@frontrow/events/contract';
import { toPublishedEnd } from '@frontrow/events/contracts/fields';
import {
  reservationCancelled,
  reservationConfirmed,
  reservationConfirmFailed,
  reservationCreated,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import { isRefusal } from '@frontrow/kit/refusal';
import {
  cancelByFan,
  expire,
  graceMs,
  onCompensationRequested,
  onEarlyEnd,
  onPaymentCompleted,
  onPaymentFailed,
  onPaymentRefunded,
  onPaymentWithoutReservation,
  onSaleFailed,
  onSeatsHeld,
  onShowCancelled,
  onShowMoved,
} from './decide-reservation.ts';
import { lastsUntil, refundableUntil } from './reservation.ts';
import type {
  Cancelled,
  CancelReason,
  Confirmed,
  Expired,
  PaymentCompleted,
  Pending,
  Reservation,
  SeatsHeld,
  ShowMove,
} from './reservation.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const at = (time: string) => new Date(`2026-11-01T${time}Z`);

const whoseAndWhat = {
  reservationId: id(1),
  userId: id(2),
  ticketId: id(3),
  concertId: id(4),
  scheduleId: id(5),
};
const shown = {
  concertTitle: '밤의 정원',
  artist: 'Seoul Night Orchestra',
  venueName: '올림픽홀',
  startsAt: '2026-11-01T20:00:00.000Z',
};
const seats = [
  { seatId: id(11), label: 'R-2-2', price: 99_000 },
  { seatId: id(12), label: 'R-2-1', price: 99_000 },
];
const hold: SeatsHeld = {
  ...whoseAndWhat,
  ...{ shown, seats, total: 198_000 },
  heldAt: '2026-11-01T12:00:00.000Z',
  expiresAt: '2026-11-01T12:05:00.000Z',
};
const payment: PaymentCompleted = {
  paymentId: id(6),
  reservationId: id(1),
  userId: id(2),
  amount: 198_000,
  completedAt: '2026-11-01T12:03:00.000Z',
};
const now = at('12:03:01.000');

const pending = (): Pending => onSeatsHeld(hold).next;
const confirmed = (): Confirmed => ({
  ...pending(),
  status: 'CONFIRMED',
  paymentId: payment.paymentId,
  confirmedAt: now,
  version: 2,
});
/** A pending reservation that was cancelled, unless another previous state is given. */
const cancelled = (endedBecause: CancelReason, before: Pending | Confirmed = pending()): Cancelled => ({
  ...before,
  status: 'CANCELLED',
  paymentId: before.status === 'CONFIRMED' ? before.paymentId : null,
  confirmedAt: before.status === 'CONFIRMED' ? before.confirmedAt : null,
  endedAt: now,
  endedBecause,
  version: before.version + 1,
});
const expired = (endedAt = now): Expired => ({
  ...pending(),
  status: 'EXPIRED',
  paymentId: null,
  endedAt,
  endedBecause: 'HOLD_EXPIRED',
  version: 2,
});

/** A reservation that had ended when the payment came. */
const paidTooLate = <Ended extends Cancelled | Expired>(before: Ended): Ended => ({
  ...before,
  paymentId: payment.paymentId,
  version: before.version + 1,
});

const toldConfirmed = reservationConfirmed.about(id(1), {
  ...whoseAndWhat,
  ...{ paymentId: id(6), shown, seats, total: 198_000 },
  confirmedAt: '2026-11-01T12:03:01.000Z',
});
const toldConfirmFailed = (reason: CancelReason | 'HOLD_EXPIRED', paymentId = id(6)) =>
  reservationConfirmFailed.about(id(1), { reservationId: id(1), paymentId, ...toPublishedEnd(reason) });
const toldCancelled = (reason: CancelReason) =>
  reservationCancelled.about(id(1), { ...whoseAndWhat, ...toPublishedEnd(reason) });
const toldExpired = reservationExpired.about(id(1), whoseAndWhat);

const given = (found: Reservation) => ({
  when: (decide: (found: Reservation, now: Date) => ReturnType<typeof cancelByFan>, time = now) => {
    const decision = decide(found, time);
    const decided = (): Decision<Reservation> => {
      if (isRefusal(decision)) throw new Error(`refused: ${decision.message}`);
      return decision;
    };
    return {
      then: (next: Reservation, events: NewEvent[]) => {
        expect(decided()).toEqual({ next, events });
      },
      thenNothing: () => {
        expect(decided().next).toBe(found);
        expect(decided().events).toEqual([]);
      },
      thenRefused: () => {
        expect(decision).toMatchObject({ code: 'NOT_CANCELLABLE', retryable: false });
      },
    };
  },
});

const paymentCompletes = (found: Reservation, time: Date) => onPaymentCompleted(found, payment, time);

describe('seats that are held', () => {
  it('become a pending reservation', () => {
    expect(onSeatsHeld(hold)).toEqual({
      next: {
        ...{ id: id(1), userId: id(2), ticketId: id(3), concertId: id(4), scheduleId: id(5) },
        ...{ shown, seats, total: 198_000, status: 'PENDING', version: 1 },
        createdAt: at('12:00:00.000'),
        expiresAt: at('12:05:00.000'),
        ...{ refundUntil: null, movedFrom: null, refundedAt: null },
      },
      events: [
        reservationCreated.about(id(1), {
          ...whoseAndWhat,
          total: 198_000,
          expiresAt: '2026-11-01T12:05:00.000Z',
        }),
      ],
    });
  });

  it.each(['PAYMENT_FAILED', 'SALE_FAILED', 'COMPENSATED'] as const)(
    'are given up at once when the reservation had ended before it began: %s',
    (because) => {
      expect(onEarlyEnd(pending(), because, now)).toEqual({
        next: cancelled(because),
        events: [toldCancelled(because)],
      });
    },
  );
});

describe('a payment that completes', () => {
  it('confirms a pending reservation and publishes all that a receipt shows', () => {
    given(pending()).when(paymentCompletes).then(confirmed(), [toldConfirmed]);
  });

  it('confirms it also after expiresAt, as long as the clock has not ended it', () => {
    const late = at('12:05:01.900');
    given(pending())
      .when(paymentCompletes, late)
      .then({ ...confirmed(), confirmedAt: late }, [
        reservationConfirmed.about(id(1), {
          ...whoseAndWhat,
          ...{ paymentId: id(6), shown, seats, total: 198_000 },
          confirmedAt: late.toISOString(),
        }),
      ]);
  });

  it('changes nothing when it has confirmed the reservation already', () => {
    given(confirmed()).when(paymentCompletes).thenNothing();
  });

  it('is to be refunded when another payment has confirmed the reservation', () => {
    const other = { ...payment, paymentId: id(7) };
    given(confirmed())
      .when((found) => onPaymentCompleted(found, other, now))
      .then(confirmed(), [toldConfirmFailed('COMPENSATED', id(7))]);
  });

  it('is to be refunded when the reservation expired first', () => {
    given(expired())
      .when(paymentCompletes)
      .then(paidTooLate(expired()), [toldConfirmFailed('HOLD_EXPIRED')]);
  });

  it.each(['PAYMENT_FAILED', 'CANCELLED_BY_FAN', 'SALE_FAILED', 'COMPENSATED'] as const)(
    'is to be refunded when the reservation was cancelled first: %s',
    (because) => {
      given(cancelled(because))
        .when(paymentCompletes)
        .then(paidTooLate(cancelled(because)), [toldConfirmFailed(because)]);
    },
  );

  it('is to be refunded, and noted once, when the news of it comes again', () => {
    for (const found of [paidTooLate(expired()), paidTooLate(cancelled('CANCELLED_BY_FAN'))]) {
      given(found)
        .when(paymentCompletes)
        .then(found, [toldConfirmFailed(found.endedBecause)]);
    }
  });

  it('is to be refunded when nobody knows the reservation, and ends the reservation if it begins later', () => {
    expect(onPaymentWithoutReservation(payment)).toEqual({
      because: 'COMPENSATED',
      events: [toldConfirmFailed('COMPENSATED')],
    });
  });
});

describe('a refund', () => {
  const states = [
    pending(),
    confirmed(),
    cancelled('SALE_FAILED', confirmed()),
    expired(),
    paidTooLate(expired()),
  ];

  it.each(states)('is noted in whatever state the reservation is found: $status', (found) => {
    const next = { ...found, refundedAt: now, version: found.version + 1 };
    given(found).when(onPaymentRefunded).then(next, []);
    given(next).when(onPaymentRefunded).thenNothing();
  });

  it('stays noted when the news of its payment comes afterwards', () => {
    const found = { ...confirmed(), refundedAt: now };
    const next = { ...cancelled('COMPENSATED', confirmed()), refundedAt: now };
    given(found)
      .when(onCompensationRequested)
      .then(next, [toldCancelled('COMPENSATED')]);
  });
});

describe('a reservation', () => {
  it('lasts while it may change', () => {
    for (const found of [pending(), confirmed()]) expect(lastsUntil(found)).toBe('open');
  });

  it('lasts until what was paid for it is refunded', () => {
    for (const found of [cancelled('CANCELLED_BY_FAN', confirmed()), paidTooLate(expired())]) {
      expect(lastsUntil(found)).toBe('open');
      expect(lastsUntil({ ...found, refundedAt: now })).toBe('over');
    }
  });

  it('is over with the payment that failed', () => {
    expect(lastsUntil(cancelled('PAYMENT_FAILED'))).toBe('over');
  });

  it('lasts 5 s longer when it ended unpaid, because a payment may be crossing its end', () => {
    for (const found of [expired(), cancelled('CANCELLED_BY_FAN')]) {
      expect(lastsUntil(found)).toEqual(new Date(now.getTime() + 5_000));
    }
  });
});

describe('a payment that fails', () => {
  it('cancels a pending reservation', () => {
    given(pending())
      .when(onPaymentFailed)
      .then(cancelled('PAYMENT_FAILED'), [toldCancelled('PAYMENT_FAILED')]);
  });

  it.each([confirmed(), cancelled('CANCELLED_BY_FAN'), cancelled('PAYMENT_FAILED'), expired()])(
    'changes nothing when the reservation is $status',
    (found) => {
      given(found).when(onPaymentFailed).thenNothing();
    },
  );
});

describe('a sale that fails', () => {
  it('cancels a confirmed reservation, which keeps what it was paid with', () => {
    given(confirmed())
      .when(onSaleFailed)
      .then(cancelled('SALE_FAILED', confirmed()), [toldCancelled('SALE_FAILED')]);
  });

  it('cancels a pending reservation: its seats are gone', () => {
    given(pending())
      .when(onSaleFailed)
      .then(cancelled('SALE_FAILED'), [toldCancelled('SALE_FAILED')]);
  });

  it.each([cancelled('SALE_FAILED', confirmed()), cancelled('CANCELLED_BY_FAN', confirmed()), expired()])(
    'changes nothing when the reservation is $status: $endedBecause',
    (found) => {
      given(found).when(onSaleFailed).thenNothing();
    },
  );
});

describe('a compensation', () => {
  it('cancels a pending reservation', () => {
    given(pending())
      .when(onCompensationRequested)
      .then(cancelled('COMPENSATED'), [toldCancelled('COMPENSATED')]);
  });

  it('cancels a confirmed reservation, which keeps what it was paid with', () => {
    given(confirmed())
      .when(onCompensationRequested)
      .then(cancelled('COMPENSATED', confirmed()), [toldCancelled('COMPENSATED')]);
  });

  it.each([
    cancelled('COMPENSATED', confirmed()),
    cancelled('CANCELLED_BY_FAN', confirmed()),
    cancelled('PAYMENT_FAILED'),
    expired(),
  ])('changes nothing when the reservation is $status: $endedBecause', (found) => {
    given(found).when(onCompensationRequested).thenNothing();
  });
});

describe('a fan who cancels', () => {
  it('cancels a pending reservation', () => {
    given(pending())
      .when(cancelByFan)
      .then(cancelled('CANCELLED_BY_FAN'), [toldCancelled('CANCELLED_BY_FAN')]);
  });

  it('cancels a confirmed reservation until the last moment before the show', () => {
    const endedAt = at('19:59:59.999');
    given(confirmed())
      .when(cancelByFan, endedAt)
      .then({ ...cancelled('CANCELLED_BY_FAN', confirmed()), endedAt }, [toldCancelled('CANCELLED_BY_FAN')]);
  });

  it('is refused once the show has started', () => {
    given(confirmed()).when(cancelByFan, at('20:00:00.000')).thenRefused();
  });

  it('changes nothing by cancelling again', () => {
    given(cancelled('CANCELLED_BY_FAN')).when(cancelByFan).thenNothing();
  });

  it.each([
    cancelled('PAYMENT_FAILED'),
    cancelled('SALE_FAILED', confirmed()),
    cancelled('COMPENSATED'),
    cancelled('SHOW_CANCELLED', confirmed()),
    expired(),
  ])('is refused when it has ended otherwise: $endedBecause', (found) => {
    given(found).when(cancelByFan).thenRefused();
  });
});

describe('a show that is cancelled', () => {
  it.each([pending(), confirmed()])('ends a reservation that is $status', (found) => {
    given(found)
      .when(onShowCancelled)
      .then(cancelled('SHOW_CANCELLED', found), [toldCancelled('SHOW_CANCELLED')]);
  });

  it.each([cancelled('CANCELLED_BY_FAN', confirmed()), cancelled('SHOW_CANCELLED'), expired()])(
    'changes nothing about one that has ended: $endedBecause',
    (found) => {
      given(found).when(onShowCancelled).thenNothing();
    },
  );

  it('has a payment that comes too late refunded', () => {
    given(cancelled('SHOW_CANCELLED'))
      .when(paymentCompletes)
      .then(paidTooLate(cancelled('SHOW_CANCELLED')), [toldConfirmFailed('SHOW_CANCELLED')]);
  });
});

describe('the clock', () => {
  const due = new Date(at('12:05:00.000').getTime() + graceMs);

  it('ends a pending reservation when its hold and the grace are over', () => {
    given(pending()).when(expire, due).then(expired(due), [toldExpired]);
  });

  it('waits for the last millisecond of the grace', () => {
    given(pending())
      .when(expire, new Date(due.getTime() - 1))
      .thenNothing();
  });

  it.each([confirmed(), cancelled('PAYMENT_FAILED'), cancelled('SALE_FAILED', confirmed()), expired()])(
    'leaves a reservation alone that is $status',
    (found) => {
      given(found).when(expire, due).thenNothing();
    },
  );
});

describe('a show that is moved', () => {
  const move: ShowMove = {
    startsAt: new Date('2026-12-01T19:00:00.000Z'),
    refundUntil: new Date('2026-11-20T00:00:00.000Z'),
  };
  const again: ShowMove = {
    startsAt: new Date('2026-12-24T19:00:00.000Z'),
    refundUntil: new Date('2026-12-10T00:00:00.000Z'),
  };
  const moved = <State extends Pending | Confirmed>(
    before: State,
    { startsAt, refundUntil } = move,
    movedFrom = new Date(before.shown.startsAt),
  ): State => ({
    ...before,
    shown: { ...shown, startsAt: startsAt.toISOString() },
    ...{ refundUntil, movedFrom, version: before.version + 1 },
  });
  const toldMoved = ({ version, shown: now, movedFrom }: Confirmed, { refundUntil } = move) =>
    reservationMoved.about(id(1), {
      ...{ reservationId: id(1), userId: id(2), scheduleId: id(5), shown: now, seats, version },
      movedFrom: movedFrom?.toISOString() ?? '',
      refundUntil: refundUntil.toISOString(),
    });
  const showMoves =
    (to = move) =>
    (found: Reservation) =>
      onShowMoved(found, to);

  it('leaves a paid reservation confirmed, at the new time, and tells its fan until when it may be given back', () => {
    given(confirmed())
      .when(showMoves())
      .then(moved(confirmed()), [toldMoved(moved(confirmed()))]);
  });

  it('leaves an unpaid one as it is but for the time, which its page and its receipt say', () => {
    given(pending()).when(showMoves()).then(moved(pending()), []);
    given(moved(pending()))
      .when(paymentCompletes)
      .then({ ...moved(pending()), status: 'CONFIRMED', paymentId: id(6), confirmedAt: now, version: 3 }, [
        reservationConfirmed.about(id(1), {
          ...{ ...whoseAndWhat, paymentId: id(6), seats, total: 198_000 },
          ...{ shown: moved(pending()).shown, confirmedAt: now.toISOString() },
        }),
      ]);
  });

  it('changes nothing that knows of it, or has ended', () => {
    for (const found of [moved(pending()), moved(confirmed()), cancelled('CANCELLED_BY_FAN'), expired()]) {
      given(found).when(showMoves()).thenNothing();
    }
  });

  it('changes nothing of seats that were held for the new time', () => {
    const bought = { ...confirmed(), shown: { ...shown, startsAt: move.startsAt.toISOString() } };
    given(bought).when(showMoves()).thenNothing();
    expect(refundableUntil(bought)).toEqual(move.startsAt);
  });

  it('may be moved again, and back: each time its fan is told what was so before', () => {
    const once = moved(confirmed());
    const twice = moved(once, again);
    given(once)
      .when(showMoves(again))
      .then(twice, [toldMoved(twice, again)]);
    const back = { startsAt: new Date(shown.startsAt), refundUntil: again.refundUntil };
    given(twice)
      .when(showMoves(back))
      .then(moved(twice, back), [toldMoved(moved(twice, back), back)]);
  });

  it('may be offered back for longer, at the same time', () => {
    const longer = { ...move, refundUntil: again.refundUntil };
    const next = moved(moved(confirmed()), longer, new Date(shown.startsAt));
    given(moved(confirmed()))
      .when(showMoves(longer))
      .then(next, [toldMoved(next, longer)]);
  });

  it('makes a hold that says the time before a reservation for the new one', () => {
    expect(onSeatsHeld(hold, move).next).toEqual({ ...moved(pending()), version: 1 });
    const held = { ...hold, shown: { ...shown, startsAt: move.startsAt.toISOString() } };
    expect(onSeatsHeld(held, move).next).toMatchObject({ refundUntil: null, movedFrom: null });
  });

  it('may be given back until the instant that was set, and then no more', () => {
    const last = new Date(move.refundUntil.getTime() - 1);
    const ended = { ...cancelled('CANCELLED_BY_FAN', moved(confirmed())), endedAt: last };
    given(moved(confirmed()))
      .when(cancelByFan, last)
      .then(ended, [toldCancelled('CANCELLED_BY_FAN')]);
    given(moved(confirmed())).when(cancelByFan, move.refundUntil).thenRefused();
    given(ended).when(cancelByFan, last).thenNothing();
    given(ended).when(showMoves(again)).thenNothing();
  });

  it('may still be cancelled, and then every reservation of it ends', () => {
    given(moved(confirmed()))
      .when(onShowCancelled, move.refundUntil)
      .then({ ...cancelled('SHOW_CANCELLED', moved(confirmed())), endedAt: move.refundUntil }, [
        toldCancelled('SHOW_CANCELLED'),
      ]);
  });
});
