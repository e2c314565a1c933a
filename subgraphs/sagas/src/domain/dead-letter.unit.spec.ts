import { aDeadLetter, published } from './testing.ts';
import type { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import type { EventOf } from '@frontrow/events/contract';
import { replay, toDeadLetter } from './dead-letter.ts';

const letter = toDeadLetter(
  published(aDeadLetter(crypto.randomUUID()), 'reservations') as EventOf<typeof consumerDeadLettered>,
);

describe('a dead letter', () => {
  it('goes back to the consumer that gave up on it', () => {
    expect(replay(letter)).toEqual({
      next: { ...letter, status: 'REPLAYED' },
      event: {
        type: 'dead-letter.replay-requested.v1',
        subject: letter.id,
        data: { deadLetterId: letter.id, consumer: letter.consumer, eventId: letter.eventId },
      },
    });
  });

  it('goes back once', () => {
    expect(replay({ ...letter, status: 'REPLAYED' })).toMatchObject({ code: 'ALREADY_SETTLED' });
  });

  it('that nobody knows cannot go back', () => {
    expect(replay(undefined)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
