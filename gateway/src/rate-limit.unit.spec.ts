import type { HTTPGraphQLHead } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import { RateLimit, subscriberOf } from './rate-limit.ts';

const start = 1_760_000_000_000;

function taken(limit: RateLimit, key: string, times: number, now: number): number {
  let count = 0;
  for (let i = 0; i < times; i++) {
    try {
      limit.take(key, now);
      count++;
    } catch {
      // refused
    }
  }
  return count;
}

describe('a rate limit', () => {
  it('lets a key have a minute’s worth at once, and then as much as time passes', () => {
    const limit = new RateLimit(60);
    expect(taken(limit, 'a', 100, start)).toBe(60);
    expect(taken(limit, 'a', 100, start + 999)).toBe(0);
    expect(taken(limit, 'a', 100, start + 3_000)).toBe(3);
    expect(taken(limit, 'a', 100, start + 10 * 60_000)).toBe(60);
  });

  it('counts each key for itself', () => {
    const limit = new RateLimit(2);
    expect(taken(limit, 'a', 5, start)).toBe(2);
    expect(taken(limit, 'b', 5, start)).toBe(2);
  });

  it('says when to come back', () => {
    const limit = new RateLimit(6);
    taken(limit, 'a', 6, start);
    let refusal: unknown;
    try {
      limit.take('a', start + 1_000);
    } catch (error) {
      refusal = error;
    }
    const { code, http } = (refusal as GraphQLError).extensions as { code: string; http: HTTPGraphQLHead };
    expect([code, http.status, http.headers.get('retry-after')]).toEqual(['RATE_LIMITED', 429, '9']);
    expect(taken(limit, 'a', 1, start + 10_000)).toBe(1);
  });

  it('of 0 is none', () => {
    expect(taken(new RateLimit(0), 'a', 10_000, start)).toBe(10_000);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (address, subscriber) => {
    expect(subscriberOf(address)).toBe(subscriber);
  });
});
