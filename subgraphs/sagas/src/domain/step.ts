import type { EventEnvelope } from '@frontrow/events/contract';
import * as concerts from '@frontrow/events/contracts/concerts';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import * as payments from '@frontrow/events/contracts/payments';
import * as reservations from '@frontrow/events/contracts/reservations';
import { sagaCompensationRequested, sagaReplayRequested } from '@frontrow/events/contracts/sagas';

/** What a step says about its purchase: it went on, something failed, or something was put back. */
export type StepStatus = 'COMPLETED' | 'FAILED' | 'COMPENSATED';

/** One event about a saga, as the log keeps it. */
export interface Step {
  readonly eventId: string;
  readonly sagaId: string;
  /** The event's type without its version, e.g. `seats.held`. */
  readonly name: string;
  /** Who published it. */
  readonly service: string;
  readonly status: StepStatus;
  /** When it happened, by its publisher's clock. */
  readonly at: Date;
  /** When it was heard of here. */
  readonly heardAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

interface Kind {
  readonly status: StepStatus;
  /** Of steps of one millisecond the one with the lower rank came first. */
  readonly rank: number;
  /** The field of its data that says what went wrong. */
  readonly error?: string;
}

const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  [concerts.seatsHeld.type, { status: 'COMPLETED', rank: 0 }],
  [reservations.reservationCreated.type, { status: 'COMPLETED', rank: 1 }],
  [payments.paymentCompleted.type, { status: 'COMPLETED', rank: 2 }],
  [payments.paymentFailed.type, { status: 'FAILED', rank: 2, error: 'failure' }],
  [reservations.reservationConfirmed.type, { status: 'COMPLETED', rank: 3 }],
  [reservations.reservationConfirmFailed.type, { status: 'FAILED', rank: 3, error: 'reason' }],
  [concerts.seatsSold.type, { status: 'COMPLETED', rank: 4 }],
  [concerts.seatsSaleFailed.type, { status: 'FAILED', rank: 4, error: 'reason' }],
  [consumerDeadLettered.type, { status: 'FAILED', rank: 5, error: 'error' }],
  [sagaReplayRequested.type, { status: 'COMPLETED', rank: 6 }],
  [sagaCompensationRequested.type, { status: 'FAILED', rank: 6, error: 'why' }],
  [reservations.reservationExpired.type, { status: 'COMPENSATED', rank: 7 }],
  [reservations.reservationCancelled.type, { status: 'COMPENSATED', rank: 7 }],
  [payments.paymentRefunded.type, { status: 'COMPENSATED', rank: 8 }],
  [concerts.seatsReleased.type, { status: 'COMPENSATED', rank: 8 }],
]);

const nameOf = (type: string) => type.replace(/\.v\d+$/, '');
const rankOf = new Map([...kinds].map(([type, { rank }]) => [nameOf(type), rank]));

/** Whether events of this type are steps of the saga that is their subject. */
export const isStep = (type: string): boolean => kinds.has(type);

/** An event that is a step, as the log keeps it. */
export function toStep(event: EventEnvelope, heardAt: Date): Step {
  const kind = kinds.get(event.type);
  if (kind === undefined) throw new Error(`${event.type} is no step of a saga`);
  const data = event.data as Record<string, unknown>;
  return {
    eventId: event.id,
    sagaId: event.subject,
    name: nameOf(event.type),
    service: event.source.split('/').at(-1) ?? event.source,
    status: kind.status,
    at: new Date(event.time),
    heardAt,
    data,
    error: kind.error === undefined ? null : String(data[kind.error]),
  };
}

/** In order of happening: by the publishers' clocks, and where those do not tell, by what causes what. */
export const inOrder = (steps: readonly Step[]): Step[] =>
  steps.toSorted(
    (a, b) =>
      a.at.getTime() - b.at.getTime() ||
      (rankOf.get(a.name) ?? 0) - (rankOf.get(b.name) ?? 0) ||
      (a.eventId < b.eventId ? -1 : 1),
  );
