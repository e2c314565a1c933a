import { act } from '@frontrow/events/operator-action';
import type { Acting } from '@frontrow/events/operator-action';
import type { Outbox } from '@frontrow/events/outbox';
import { isId } from '@frontrow/kit/ids';
import { isRefusal, refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { redelivered } from '../domain/delivery.ts';
import type { Delivery, Schedule } from '../domain/delivery.ts';
import { lockDelivery, updateDelivery } from '../storage/deliveries.ts';

const notFound = () => refuse('NOT_FOUND', 'There is no delivery with this id.');

export interface Redelivery {
  readonly id: string;
  readonly schedule: Schedule;
  readonly now: Date;
}

/** Makes a waiting or failed delivery due at once, when an operator asks for it. */
export async function redeliver(
  outbox: Outbox,
  acting: Acting,
  { id, schedule, now }: Redelivery,
  wake: () => void,
): Promise<Delivery | Refusal<'NOT_FOUND' | 'ALREADY_SETTLED'>> {
  if (!isId(id)) return notFound();
  return act(outbox, acting, async (tx) => {
    const found = await lockDelivery(tx.manager, id);
    if (found === undefined) return notFound();
    const next = redelivered(found, schedule, now);
    if (isRefusal(next)) return next;
    if (next !== found) await updateDelivery(tx.manager, next);
    tx.afterCommit(wake);
    return { answer: next, subjectId: id, before: stateOf(found), after: stateOf(next) };
  });
}

const stateOf = ({ target, eventId, status, attempts }: Delivery) => ({ target, eventId, status, attempts });
