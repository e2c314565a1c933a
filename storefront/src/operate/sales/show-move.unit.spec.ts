import { timesOf } from './show-move.ts';

const utc = (local: string) => new Date(local).toISOString();

describe('the times that a show is moved to', () => {
  it('are as the operator has entered them, in their time zone', () => {
    const [start, until] = ['2027-03-01T19:00', '2027-02-01T12:00'] as const;
    expect(timesOf(start, until)).toEqual({ startsAt: utc(start), refundUntil: utc(until) });
  });

  it('let seats be given back until the show starts where nothing else is entered', () => {
    const startsAt = utc('2027-03-01T19:00');
    expect(timesOf('2027-03-01T19:00', '')).toEqual({ startsAt, refundUntil: startsAt });
    expect(timesOf('', '2027-02-01T12:00')).toBeUndefined();
  });
});
