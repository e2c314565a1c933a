import { jest } from '@jest/globals';
import { SharedReads } from './shared-reads.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const question = 'concerts {"query":"{ concerts { id } }"}';

/** Reads, one of which is in progress for "fan". */
function withOneUnderWay() {
  const reads = new SharedReads<string>(20);
  let resolve!: (answer: string) => void;
  let reject!: (reason: string) => void;
  const promise = new Promise<string>((...ends) => ([resolve, reject] = ends));
  const answer = reads.share('fan', question, promise);
  return { reads, answer, resolve, reject };
}

describe('a read that is under way', () => {
  it('is joined by reads of the same for the same viewer', async () => {
    const { reads, answer, resolve } = withOneUnderWay();
    const joined = reads.find('fan', question);
    resolve('answer');
    expect(await joined).toBe('answer');
    expect(await answer).toBe('answer');
  });

  it('is not joined by others', () => {
    const { reads } = withOneUnderWay();
    expect(reads.find('', question)).toBeUndefined();
    expect(reads.find('fan', `${question} `)).toBeUndefined();
  });

  it('is not joined once it has an answer, or has failed', async () => {
    for (const ends of ['resolve', 'reject'] as const) {
      const { reads, answer, ...under } = withOneUnderWay();
      under[ends]('an end');
      await answer.catch(() => undefined);
      expect(reads.find('fan', question)).toBeUndefined();
    }
  });

  it('is not joined 20 ms after it was sent, because a change since then would be missing', () => {
    const { reads } = withOneUnderWay();
    jest.advanceTimersByTime(19);
    expect(reads.find('fan', question)).toBeDefined();
    jest.advanceTimersByTime(1);
    expect(reads.find('fan', question)).toBeUndefined();
  });

  it('is not joined after its viewer has changed something, and its end leaves a newer one alone', async () => {
    const { reads, answer, resolve } = withOneUnderWay();
    reads.changed('another fan');
    expect(reads.find('fan', question)).toBeDefined();
    reads.changed('fan');
    expect(reads.find('fan', question)).toBeUndefined();
    const newer = reads.share('fan', question, new Promise(() => undefined));
    resolve('answer');
    await answer;
    expect(reads.find('fan', question)).toBe(newer);
  });
});
