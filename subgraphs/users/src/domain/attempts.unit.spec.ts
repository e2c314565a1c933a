import { attemptWindowMs, maxAttempts, takeAttempt } from './attempts.ts';

const now = new Date('2026-11-20T10:00:00.000Z');
const ago = (ms: number) => new Date(now.getTime() - ms);
const minute = 60_000;

describe('an attempt to log in', () => {
  it('is noted after the earlier ones', () => {
    expect(takeAttempt([ago(minute)], now)).toEqual([ago(minute), now]);
  });

  it('is refused after ten within a quarter of an hour', () => {
    const nine = Array.from({ length: maxAttempts - 1 }, () => ago(minute));
    const ten = takeAttempt(nine, now);
    expect(ten).toHaveLength(maxAttempts);
    expect(takeAttempt(ten ?? [], now)).toBeNull();
  });

  it('is allowed again as each earlier one leaves the window, one by one', () => {
    const oldest = ago(attemptWindowMs);
    const attempts = [oldest, ...Array.from({ length: maxAttempts - 1 }, () => ago(minute))];
    expect(takeAttempt(attempts, new Date(now.getTime() - 1))).toBeNull();
    const taken = takeAttempt(attempts, now);
    expect(taken).toHaveLength(maxAttempts);
    expect(takeAttempt(taken ?? [], now)).toBeNull();
  });
});
