import type { Handler } from '@frontrow/events/consumer';
import { allContracts } from '@frontrow/events/contracts/all';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { purchaseEvents } from '@frontrow/events/purchase';
import type { Patience } from './domain/next-move.ts';
import { onConsumerDeadLettered } from './handlers/on-consumer-dead-lettered.ts';
import { onSagaReplayRequested } from './handlers/on-saga-replay-requested.ts';
import { onStep } from './handlers/on-step.ts';
import { onUserDeleted } from './handlers/on-user-deleted.ts';

const typesOfPurchase: ReadonlySet<string> = new Set(purchaseEvents.map(({ type }) => type));
const steps = [...allContracts.filter(({ type }) => typesOfPurchase.has(type)), sagaCompensationRequested];

export const createHandlers = (patience: Patience): Handler[] => [
  ...steps.map((contract) => onStep(contract, patience)),
  onSagaReplayRequested(patience),
  onConsumerDeadLettered(patience),
  onUserDeleted,
];
