import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import { notFound, replay } from '../domain/dead-letter.ts';
import type { DeadLetter } from '../domain/dead-letter.ts';
import { lockDeadLetter, storeStatus } from '../storage/dead-letters.ts';

/** Sends a dead letter back to the consumer that gave up on it. */
export async function replayDeadLetter(outbox: Outbox, acting: Acting, id: string) {
  if (!isId(id)) return notFound();
  return act(outbox, acting, async (tx) => {
    const found = await lockDeadLetter(tx.manager, id);
    const decision = replay(found);
    if (isRefusal(decision)) return decision;
    await storeStatus(tx.manager, decision.next);
    tx.emit(decision.event);
    const { next } = decision;
    return { answer: next, subjectId: id, before: statusOf(found), after: statusOf(next) };
  });
}

const statusOf = (letter: DeadLetter | undefined) =>
  letter === undefined ? null : { status: letter.status, consumer: letter.consumer, eventId: letter.eventId };
