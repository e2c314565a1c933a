import type { DataOf, EventOf, NewEvent } from '@frontrow/events/contract';
import type { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { deadLetterReplayRequested } from '@frontrow/events/contracts/sagas';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { unreachable } from '@frontrow/kit/unreachable';

type Reported = DataOf<typeof consumerDeadLettered>;

/** An event that a consumer gave up on, as the consumer reported it. The consumer keeps the event itself. */
export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly event: Reported['event'];
  readonly error: string;
  readonly attempts: number;
  readonly failedAt: Date;
  /** REPLAYED: an operator has sent it back. If that fails too, it is OPEN again. */
  readonly status: 'OPEN' | 'REPLAYED';
  /** The id of the saga to which its event belongs, if it belongs to one. */
  readonly subject: string;
}

export const toDeadLetter = ({ subject, data }: EventOf<typeof consumerDeadLettered>): DeadLetter => {
  const { deadLetterId: id, failedAt, ...rest } = data;
  return { ...rest, id, failedAt: new Date(failedAt), status: 'OPEN', subject };
};

/** Decides whether a dead letter goes back to its consumer. */
export function replay(
  found: DeadLetter | undefined,
): { next: DeadLetter; event: NewEvent } | Refusal<'NOT_FOUND' | 'ALREADY_SETTLED'> {
  if (found === undefined) return notFound();
  switch (found.status) {
    case 'OPEN': {
      const { id: deadLetterId, consumer, eventId } = found;
      const event = deadLetterReplayRequested.about(deadLetterId, { deadLetterId, consumer, eventId });
      return { next: { ...found, status: 'REPLAYED' }, event };
    }
    case 'REPLAYED':
      return refuse('ALREADY_SETTLED', 'This dead letter was replayed before.');
    default:
      return unreachable(found.status);
  }
}

export const notFound = () => refuse('NOT_FOUND', 'There is no dead letter with this id.');
