import type { EventEnvelope } from '@frontrow/events/contract';
import { afterRound, longestWaitMs, newDelivery, redelivered } from './delivery.ts';
import type { Delivery, Outcome, Pending } from './delivery.ts';

const minute = 60_000;
const hour = 60 * minute;
const schedule = { retryEveryMs: minute, giveUpAfterMs: 24 * hour };
const happened = new Date('2026-11-20T08:30:00.000Z');
const later = (ms: number) => new Date(happened.getTime() + ms);

const event: EventEnvelope = {
  specversion: '1.0',
  id: '0199aaaa-0000-7000-8000-000000000001',
  source: '/frontrow/reservations',
  type: 'reservation.confirmed.v1',
  subject: '0199aaaa-0000-7000-8000-000000000002',
  time: happened.toISOString(),
  datacontenttype: 'application/json',
  data: {},
};
const pending = (over: Partial<Pending> = {}): Pending => ({
  ...newDelivery('0199aaaa-0000-7000-8000-000000000003', 'SLACK', event, schedule, happened),
  ...over,
});
const taken: Outcome = { kind: 'TAKEN' };
const refused: Outcome = { kind: 'REFUSED', error: 'status 400 No.' };
const failed: Outcome = { kind: 'FAILED', error: 'status 503' };

const given = (found: Pending) => ({
  when: (outcome: Outcome, now = happened, attempts = 3) => ({
    then: (expected: Partial<Delivery> & object) => {
      expect(afterRound(found, { attempts, outcome }, schedule, now)).toMatchObject(expected);
    },
  }),
});

it('a new delivery is due at once, and given up 24 hours after the event, however late it is noted', () => {
  expect(pending()).toMatchObject({
    ...{ status: 'PENDING', attempts: 0, nextAttemptAt: happened, giveUpAt: later(24 * hour) },
    ...{ eventId: event.id, subject: event.subject },
  });
});

describe('a round of attempts', () => {
  it('that the target took delivers it', () => {
    given(pending({ attempts: 3, lastError: 'status 503' }))
      .when(taken, later(5), 1)
      .then({ status: 'DELIVERED', attempts: 4, deliveredAt: later(5) });
  });

  it('that was refused for good fails it at once', () => {
    given(pending()).when(refused, later(5), 1).then({ status: 'FAILED', lastError: 'status 400 No.' });
  });

  it.each([
    [0, 1],
    [1, 2],
    [2, 4],
    [5, 32],
    [6, 60],
    [40, 60],
  ])('that failed after %i that did is followed by another one %i minutes later', (failedRounds, minutes) => {
    given(pending({ failedRounds }))
      .when(failed)
      .then({
        ...{ status: 'PENDING', failedRounds: failedRounds + 1, leasedUntil: null, lastError: 'status 503' },
        nextAttemptAt: later(minutes * minute),
      });
  });

  it('is followed when the target asks for it, though an hour later at the latest', () => {
    given(pending({ failedRounds: 5 }))
      .when({ ...failed, retryAfterMs: 7_000 })
      .then({ nextAttemptAt: later(7_000) });
    given(pending())
      .when({ ...failed, retryAfterMs: 30 * 24 * hour })
      .then({ nextAttemptAt: later(longestWaitMs) });
  });

  it('is the last one when the time is over, and never later than that', () => {
    const tired = pending({ failedRounds: 9 });
    given(tired)
      .when(failed, later(24 * hour - 1_000))
      .then({ status: 'PENDING', nextAttemptAt: later(24 * hour) });
    given(tired)
      .when(failed, later(24 * hour))
      .then({ status: 'FAILED', lastError: 'status 503' });
  });
});

describe('an operator', () => {
  const now = later(30 * hour);

  it('gives what has failed all its chances again', () => {
    const gaveUp = afterRound(
      pending({ failedRounds: 9, attempts: 30 }),
      { attempts: 3, outcome: failed },
      schedule,
      now,
    );
    expect(redelivered(gaveUp, schedule, now)).toMatchObject({
      ...{ status: 'PENDING', attempts: 33, failedRounds: 0, nextAttemptAt: now },
      giveUpAt: later(54 * hour),
    });
  });

  it('has what waits tried now, unless it is being sent', () => {
    const waiting = pending({ nextAttemptAt: later(40 * hour) });
    expect(redelivered(waiting, schedule, now)).toEqual({ ...waiting, nextAttemptAt: now });
    const beingSent = pending({ nextAttemptAt: later(40 * hour), leasedUntil: later(31 * hour) });
    expect(redelivered(beingSent, schedule, now)).toBe(beingSent);
    const early = pending({ cause: 'payment.completed.v1' });
    expect(redelivered(early, schedule, now)).toEqual({ ...early, cause: null, nextAttemptAt: now });
  });

  it('is told when it was delivered already', () => {
    const delivered = afterRound(pending(), { attempts: 1, outcome: taken }, schedule, now);
    expect(redelivered(delivered, schedule, now)).toMatchObject({
      code: 'ALREADY_SETTLED',
      retryable: false,
    });
  });
});
