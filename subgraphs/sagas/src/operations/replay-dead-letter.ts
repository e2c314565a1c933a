import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { isRefusal } from '@frontrow/kit/refusal';
import { notFound, replay } from '../domain/dead-letter.ts';
import { lockDeadLetter, storeStatus } from '../storage/dead-letters.ts';

/** Sends a dead letter back to the consumer that gave up on it. */
export async function replayDeadLetter(outbox: Outbox, id: string) {
  if (!isId(id)) return notFound();
  return outbox.transaction(async (tx) => {
    const decision = replay(await lockDeadLetter(tx.manager, id));
    if (isRefusal(decision)) return decision;
    await storeStatus(tx.manager, decision.next);
    tx.emit(decision.event);
    return decision.next;
  });
}
