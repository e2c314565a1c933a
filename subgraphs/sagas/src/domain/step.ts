import type { EventEnvelope } from '@frontrow/events/contract';
import { purchaseEvents } from '@frontrow/events/purchase';
import type { PurchaseEventType } from '@frontrow/events/purchase';

/** What a step means for its purchase: it went on, something failed, or something was undone. */
export type StepStatus = 'COMPLETED' | 'FAILED' | 'COMPENSATED';

/** One event about a saga, as the log keeps it. */
export interface Step {
  readonly eventId: string;
  readonly sagaId: string;
  readonly name: StepName;
  /** The service that published it. */
  readonly service: string;
  readonly status: StepStatus;
  /** When it happened, by its publisher's clock. */
  readonly at: Date;
  /** When it arrived here. */
  readonly heardAt: Date;
  readonly data: Readonly<Record<string, unknown>>;
  readonly error: string | null;
  /** The trace in which the step was recorded. What is done about its saga later belongs to the same trace. */
  readonly traceparent: string | null;
}

/** Steps that come from services which only watch a purchase, or could not handle one of its events. */
type RemarkType = 'consumer.dead-lettered.v1' | 'saga.replay-requested.v1' | 'saga.compensation-requested.v1';
type StepType = PurchaseEventType | RemarkType;
type WithoutVersion<Type> = Type extends `${infer Name}.v${number}` ? Name : never;
/** The event's type without its version, e.g. `seats.held`. */
export type StepName = WithoutVersion<StepType>;

interface Kind {
  readonly type: StepType;
  readonly status: StepStatus;
  /** The field of its data that says what went wrong. */
  readonly because: string | undefined;
}

const statusOf = { DONE: 'COMPLETED', FAILED: 'FAILED', UNDONE: 'COMPENSATED' } as const;
const stepsOfPurchase = purchaseEvents.map(({ type, says, because }): Kind => ({
  type,
  status: statusOf[says],
  because,
}));
const remarks: readonly Kind[] = [
  { type: 'consumer.dead-lettered.v1', status: 'FAILED', because: 'error' },
  { type: 'saga.replay-requested.v1', status: 'COMPLETED', because: undefined },
  { type: 'saga.compensation-requested.v1', status: 'FAILED', because: 'why' },
];
/** The order of steps in the same millisecond. */
const kinds: readonly Kind[] = [
  ...stepsOfPurchase.filter(({ status }) => status !== 'COMPENSATED'),
  ...remarks,
  ...stepsOfPurchase.filter(({ status }) => status === 'COMPENSATED'),
];

export const nameOf = <Type extends StepType>(type: Type) =>
  type.replace(/\.v\d+$/, '') as WithoutVersion<Type>;
const kindOf: ReadonlyMap<string, Kind> = new Map(kinds.map((kind) => [kind.type, kind]));
const rankOf: ReadonlyMap<string, number> = new Map(kinds.map(({ type }, rank) => [nameOf(type), rank]));

/** Whether events of this type are steps of the saga that is their subject. */
export const isStep = (type: string): boolean => kindOf.has(type);

/** An event that is a step, as the log keeps it. */
export function toStep(event: EventEnvelope, heardAt: Date): Step {
  const kind = kindOf.get(event.type);
  if (kind === undefined) throw new Error(`${event.type} is no step of a saga`);
  const data = event.data as Record<string, unknown>;
  return {
    eventId: event.id,
    sagaId: event.subject,
    name: nameOf(kind.type),
    service: event.source.split('/').at(-1) ?? event.source,
    status: kind.status,
    at: new Date(event.time),
    heardAt,
    data,
    error: kind.because === undefined ? null : String(data[kind.because]),
    traceparent: event.traceparent ?? null,
  };
}

/** In the order in which they happened: by the publishers' clocks and, where these are equal, by cause and effect. */
export const inOrder = (steps: readonly Step[]): Step[] =>
  steps.toSorted(
    (a, b) =>
      a.at.getTime() - b.at.getTime() ||
      (rankOf.get(a.name) ?? 0) - (rankOf.get(b.name) ?? 0) ||
      (a.eventId < b.eventId ? -1 : 1),
  );
