import { noteServerTime } from './server-clock.ts';

describe('the difference of the clocks', () => {
  const now = Date.parse('2026-11-27T04:00:00.000Z');

  it('is computed from the answer, as of the middle of the request', () => {
    const header = new Date(now + 120_000).toUTCString();
    expect(noteServerTime(header, now - 100, now + 100)).toBe(120_500);
  });

  it('is none if it is less than a header of whole seconds can tell', () => {
    expect(noteServerTime(new Date(now + 1_000).toUTCString(), now, now)).toBe(0);
  });

  it('stays as it is when an answer has no time', () => {
    noteServerTime(new Date(now - 60_000).toUTCString(), now, now);
    expect(noteServerTime(null, now, now)).toBe(-59_500);
  });
});
