import { batchHandler, handler } from '@frontrow/events/handler';
import type { Handler } from '@frontrow/events/handler';
import type { EventEnvelope } from '@frontrow/events/contract';
import { allContracts } from '@frontrow/events/contracts/all';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { everySaga, sagaCompensationRequested, sagaReplayRequested } from '@frontrow/events/contracts/sagas';
import { userDeleted } from '@frontrow/events/contracts/users';
import type { Transaction } from '@frontrow/events/outbox';
import { purchaseEvents } from '@frontrow/events/purchase';
import { isId } from '@frontrow/kit/ids';
import { toDeadLetter } from './domain/dead-letter.ts';
import type { Patience } from './domain/next-move.ts';
import { isStep, toStep } from './domain/step.ts';
import { recordSteps } from './operations/record-steps.ts';
import { forgetInDeadLetters, storeDeadLetter } from './storage/dead-letters.ts';

const typesOfPurchase: ReadonlySet<string> = new Set(purchaseEvents.map(({ type }) => type));
/** Every event of a purchase becomes a step in the log, whatever it says. */
const steps = [...allContracts.filter(({ type }) => typesOfPurchase.has(type)), sagaCompensationRequested];

/** The handlers of all events that sagas reacts to. */
export function createHandlers(patience: Patience): Handler[] {
  const record = (tx: Transaction, events: readonly EventEnvelope[]) => {
    const now = new Date();
    return recordSteps(
      tx,
      events.map((event) => toStep(event, now)),
      patience,
    );
  };
  return [
    ...steps.map((contract) => batchHandler(contract, record)),
    // It is our own request, which came back from the broker: so the events that it asks for are on their way.
    batchHandler(sagaReplayRequested, (tx, events) =>
      record(
        tx,
        events.filter(({ data }) => data.sagaId !== everySaga),
      ),
    ),
    handler(consumerDeadLettered, async (tx, event) => {
      await storeDeadLetter(tx.manager, toDeadLetter(event));
      if (isStep(event.data.eventType) && isId(event.subject)) await record(tx, [event]);
    }),
    handler(userDeleted, (tx, { data }) => forgetInDeadLetters(tx.manager, data.userId)),
  ];
}
