import { handler } from '@frontrow/events/consumer';
import type { Handler } from '@frontrow/events/consumer';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { isId } from '@frontrow/kit/ids';
import { toDeadLetter } from '../domain/dead-letter.ts';
import type { Patience } from '../domain/next-move.ts';
import { isStep, toStep } from '../domain/step.ts';
import { recordStep } from '../operations/record-step.ts';
import { storeDeadLetter } from '../storage/dead-letters.ts';

export const onConsumerDeadLettered = (patience: Patience): Handler =>
  handler(consumerDeadLettered, async (tx, event) => {
    await storeDeadLetter(tx.manager, toDeadLetter(event));
    const isOfSaga = isStep(event.data.eventType) && isId(event.subject);
    if (isOfSaga) await recordStep(tx, toStep(event, new Date()), patience);
  });
