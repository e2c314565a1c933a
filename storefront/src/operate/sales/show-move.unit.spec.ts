import { timesOf } from './show-move.ts';

describe('the times that a show is moved to', () => {
  it('are as the operator has entered them, by the clock of the hall', () => {
    expect(timesOf('2027-03-01T19:00', '2027-02-01T12:00')).toEqual({
      startsAt: '2027-03-01T10:00:00.000Z',
      refundUntil: '2027-02-01T03:00:00.000Z',
    });
  });

  it('let seats be given back until the show starts where nothing else is entered', () => {
    const startsAt = '2027-03-01T10:00:00.000Z';
    expect(timesOf('2027-03-01T19:00', '')).toEqual({ startsAt, refundUntil: startsAt });
    expect(timesOf('', '2027-02-01T12:00')).toBeUndefined();
  });
});
