import { handler } from '@frontrow/events/consumer';
import type { Handler } from '@frontrow/events/consumer';
import { everySaga, sagaReplayRequested } from '@frontrow/events/contracts/sagas';
import type { Patience } from '../domain/next-move.ts';
import { toStep } from '../domain/step.ts';
import { recordStep } from '../operations/record-step.ts';

// Our own request, come back by way of the broker: from now on the events that it asks for are on their way.
export const onSagaReplayRequested = (patience: Patience): Handler =>
  handler(sagaReplayRequested, async (tx, event) => {
    if (event.data.sagaId !== everySaga) await recordStep(tx, toStep(event, new Date()), patience);
  });
