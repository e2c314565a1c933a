import { asPlanned } from './concert.ts';
import type { Schedule } from './concert.ts';
import { moveTo } from './move.ts';
import type { Times } from './move.ts';

const id = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const day = (date: number) => new Date(Date.UTC(2026, 11, date, 19));
const now = day(1);
const dateOn = (date: number, n = 1): Schedule => ({
  ...{ id: id(n), concertId: id(9), startsAt: day(date), hallId: null },
  ...asPlanned,
});
const to = (date: number, refundUntil = date): Times => ({
  startsAt: day(date),
  refundUntil: day(refundUntil),
});

const given = (found: Schedule, ...others: Schedule[]) => ({
  when: (times: Times, time = now) => {
    const next = moveTo(found, [found, ...others], times, time);
    return {
      then: (change: Partial<Schedule>) => {
        expect(next).toEqual({ ...found, ...change });
      },
      thenNothing: () => {
        expect(next).toBe(found);
      },
      thenRefused: (code: string) => {
        expect(next).toMatchObject({ code, retryable: false });
      },
    };
  },
});
const moved = { ...dateOn(20), movedFrom: day(10), refundUntil: day(15), moves: 1 };

describe('a show', () => {
  it('is moved to a later time, or an earlier one', () => {
    const change = { movedFrom: day(10), moves: 1 };
    given(dateOn(10))
      .when(to(20, 15))
      .then({ ...change, ...to(20, 15) });
    given(dateOn(10))
      .when(to(5))
      .then({ ...change, ...to(5) });
  });

  it('is moved again, even back: each time it says when it was to start before', () => {
    given(moved)
      .when(to(30, 25))
      .then({ ...to(30, 25), movedFrom: day(20), moves: 2 });
    given(moved)
      .when(to(10))
      .then({ ...to(10), movedFrom: day(20), moves: 2 });
  });

  it('that was moved may be offered back for longer, or shorter', () => {
    given(moved)
      .when(to(20, 18))
      .then({ refundUntil: day(18), moves: 2 });
  });

  it('is moved once, however often that is asked for, even when the show has begun since', () => {
    given(moved).when(to(20, 15)).thenNothing();
    given(moved).when(to(20, 15), day(21)).thenNothing();
  });

  it('that nobody moved is not moved to the time that it is at', () => {
    given(dateOn(10)).when(to(10, 9)).thenRefused('SAME_TIME');
  });

  it('is not moved to the time of another date, unless that one is cancelled', () => {
    given(dateOn(10), dateOn(20, 2)).when(to(20)).thenRefused('ALREADY_EXISTS');
    given(dateOn(10), { ...dateOn(20, 2), cancelledAt: now })
      .when(to(20))
      .then({ ...to(20), movedFrom: day(10), moves: 1 });
  });

  it('that was cancelled, or has begun, is not moved', () => {
    given({ ...dateOn(10), cancelledAt: now })
      .when(to(20))
      .thenRefused('SHOW_CANCELLED');
    given(dateOn(10)).when(to(20), day(10)).thenRefused('SHOW_BEGUN');
  });
});
