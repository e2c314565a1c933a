import { jest } from '@jest/globals';
import { Latest } from './latest.ts';

const done = { done: true, value: undefined };
const event = (value: unknown) => ({ done: false, value });

describe('a subscriber', () => {
  it('gets what comes while they wait for it', async () => {
    const latest = new Latest<number>();
    const next = latest.events.next();
    latest.put(1);
    expect(await next).toEqual(event(1));
  });
  it('who is slow gets the latest only', async () => {
    const latest = new Latest<number>();
    for (const number of [1, 2, 3]) latest.put(number);
    expect(await latest.events.next()).toEqual(event(3));
    const next = latest.events.next();
    latest.put(4);
    expect(await next).toEqual(event(4));
  });
  it('who is slow gets all that was merged', async () => {
    const latest = new Latest<number[]>(undefined, (waiting, next) => [...waiting, ...next]);
    for (const number of [1, 2, 3]) latest.put([number]);
    expect(await latest.events.next()).toEqual(event([1, 2, 3]));
  });
  it('gets the last event before the end', async () => {
    const latest = new Latest<number>();
    latest.put(1);
    latest.end();
    latest.put(2);
    expect(await latest.events.next()).toEqual(event(1));
    expect(await latest.events.next()).toEqual(done);
  });
  it('is told of the end while they wait', async () => {
    const latest = new Latest<number>();
    const next = latest.events.next();
    latest.end();
    expect(await next).toEqual(done);
  });
  it('leaves at once, also while they wait, and once', async () => {
    const onLeave = jest.fn();
    const latest = new Latest<number>(onLeave);
    const next = latest.events.next();
    await latest.events.return(undefined);
    await latest.events.return(undefined);
    expect(await next).toEqual(done);
    expect(onLeave).toHaveBeenCalledTimes(1);
  });
  it('does not leave after the end', async () => {
    const onLeave = jest.fn();
    const latest = new Latest<number>(onLeave);
    latest.end();
    await latest.events.return(undefined);
    expect(onLeave).not.toHaveBeenCalled();
  });
});
