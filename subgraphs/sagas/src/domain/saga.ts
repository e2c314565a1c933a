import { effects, purchaseEvents } from '@frontrow/events/purchase';
import { nameOf } from './step.ts';
import type { Step, StepName } from './step.ts';

export type SagaStatus =
  | 'AWAITING_PAYMENT'
  | 'RUNNING'
  | 'COMPLETED'
  | 'COMPENSATING'
  | 'COMPENSATED'
  | 'STALLED';

/** Where a purchase stands, according to its steps. */
export interface Saga {
  /** The reservation's id. */
  readonly id: string;
  readonly type: 'PURCHASE';
  /** The fan; null until a step says who it is. */
  readonly userId: string | null;
  readonly status: SagaStatus;
  readonly startedAt: Date;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
  /** Until when the fan may pay, while only the payment is missing. */
  readonly waitsUntil: Date | null;
}

/** The services that carry out a purchase; a dead letter of any other service does not stop it. */
const onItsPath: readonly string[] = purchaseEvents.map(({ by }) => by);

/** Steps that are no progress: what sagas itself said about a saga, and what a service could not handle. */
export const isProgress = ({ name }: Step): boolean => namesOfPurchase.has(name);
const namesOfPurchase: ReadonlySet<StepName> = new Set(purchaseEvents.map(({ type }) => nameOf(type)));

/** Whether a service that the purchase needs gave up on one of its events. */
export const isInTheWay = ({ name, service }: Step): boolean =>
  name === 'consumer.dead-lettered' && onItsPath.includes(service);

export const hasEnded = (status: SagaStatus): boolean => status === 'COMPLETED' || status === 'COMPENSATED';

/** Works out where a saga stands. The order in which its steps arrived makes no difference. */
export function sagaOf(id: string, steps: readonly Step[]): Saga {
  const status = statusOf(steps);
  return {
    id,
    type: 'PURCHASE',
    userId: textIn(steps, 'userId'),
    status,
    startedAt: earliest(steps),
    updatedAt: latest(steps),
    endedAt: hasEnded(status) ? latest(steps.filter(isProgress)) : null,
    waitsUntil: isAwaitingPayment(steps) ? new Date(textIn(steps, 'expiresAt') ?? 0) : null,
  };
}

function statusOf(steps: readonly Step[]): SagaStatus {
  const any = anyOf(steps);
  const isAskedBack = any('saga.compensation-requested');
  const isGoingBack = isAskedBack || any(...failures) || steps.some(({ status }) => status === 'COMPENSATED');

  if (any('seats.sold') && !isGoingBack) return 'COMPLETED';
  if (isGoingBack && isPutBack(steps)) return 'COMPENSATED';
  if (isAskedBack || steps.some(isInTheWay) || isStill(steps)) return 'STALLED';
  if (isGoingBack) return 'COMPENSATING';
  return isAwaitingPayment(steps) ? 'AWAITING_PAYMENT' : 'RUNNING';
}

const anyOf = (steps: readonly Step[]) => {
  const names = new Set<StepName>(steps.map(({ name }) => name));
  return (...asked: StepName[]) => asked.some((name) => names.has(name));
};

/** The steps after which the rest of the purchase must be undone. */
const failures = purchaseEvents.filter(({ says }) => says === 'FAILED').map(({ type }) => nameOf(type));

/** Whether only the fan has something to do. */
function isAwaitingPayment(steps: readonly Step[]): boolean {
  const beforePayment: readonly StepName[] = ['seats.held', 'reservation.created'];
  const progress = steps.filter(isProgress);
  return anyOf(steps)('reservation.created') && progress.every(({ name }) => beforePayment.includes(name));
}

/** Whether nothing is left of the purchase. Effects that never occurred need not be undone; but every purchase holds seats. */
function isPutBack(steps: readonly Step[]): boolean {
  const any = anyOf(steps);
  return effects.every(({ step, leftBy, goneBy }) => {
    const isLeft = step === 'hold' || any(...leftBy.map(nameOf));
    return !isLeft || any(...goneBy.map(nameOf));
  });
}

/** Whether its events were asked for again, and nothing has arrived since. */
function isStill(steps: readonly Step[]): boolean {
  const replays = steps.filter(({ name }) => name === 'saga.replay-requested');
  return replays.length > 0 && latest(replays) > latest(steps.filter(isProgress));
}

/** The first text that any step has in this field. */
export function textIn(steps: readonly Step[], field: string): string | null {
  const found = steps.map(({ data }) => data[field]).find((value) => typeof value === 'string');
  return found ?? null;
}

const latest = (steps: readonly Step[]) => new Date(Math.max(0, ...steps.map(({ at }) => at.getTime())));
const earliest = (steps: readonly Step[]) => new Date(Math.min(...steps.map(({ at }) => at.getTime())));
