import { jest } from '@jest/globals';
import type { GraphQLFormattedError, GraphQLResolveInfo } from 'graphql';
import { Attachments } from './attachments.ts';
import { isKept } from './testing/garbage.ts';

/** Attaches a part of the rows. @returns the attachment's id */
function attach(attachments: Attachments, rows: object, what = 'all'): string {
  const attached: GraphQLFormattedError[] = [];
  const info = { path: { prev: undefined, key: 'seats', typename: 'Query' } } as GraphQLResolveInfo;
  attachments.attach({ attached }, info, rows, what, () => ({
    pieces: () => [JSON.stringify(rows)],
    bytes: 2,
  }));
  return String(attached[0]?.extensions?.['id']);
}

describe('an attachment', () => {
  it('is the same for all who ask for the same part of the same rows', () => {
    const [attachments, rows] = [new Attachments(), {}];
    const ids = [attach(attachments, rows), attach(attachments, rows, 'some'), attach(attachments, {})];
    expect(new Set(ids).size).toBe(3);
    expect(attach(attachments, rows)).toBe(ids[0]);
  });

  it('keeps its rows in memory for a minute, even if nobody asks for anything after that', async () => {
    jest.useFakeTimers({ doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
    const now = jest.spyOn(performance, 'now');
    try {
      const attachments = new Attachments();
      const rows = new WeakRef({});
      const id = attach(attachments, rows.deref()!);
      jest.advanceTimersByTime(59_000);
      expect(await isKept(rows)).toBe(true);
      now.mockReturnValue(performance.now() + 61_000);
      jest.advanceTimersByTime(2_000);
      expect(await isKept(rows)).toBe(false);
      expect(attachments.find(id)).toBeUndefined();
    } finally {
      jest.useRealTimers();
      now.mockRestore();
    }
  });
});
