import type { EventType } from './contracts/all.ts';
import type { ServiceName } from './services.ts';

/** Events that report the same about a step, each with the services that act on it. Sagas logs all of them and is not listed. */
type HandledBy = Partial<Readonly<Record<EventType, readonly ServiceName[]>>>;

interface StepOfPurchase {
  /** What is done, in a few words. */
  readonly what: string;
  /** The service that alone decides it. */
  readonly by: ServiceName;
  /** Any of these events reports that it was done. */
  readonly done: HandledBy;
  /** Any of these reports that it cannot be done, so the earlier steps must be undone. */
  readonly failed?: HandledBy;
  /** The field of the failure's data that says why. */
  readonly because?: string;
  /** The step that undoes it. A step without this one undoes something itself. */
  readonly undoneBy?: string;
  /** A step that has already been undone when this one fails. */
  readonly failureUndoes?: string;
}

/**
 * A purchase in one place: its steps, in the order in which one causes the next, and then the steps that undo others.
 * Three things follow from this table: what the broker lets each service publish and receive (`routes.ts`), how sagas reads its log, and the table in docs/architecture.md.
 */
export const purchase = {
  hold: {
    what: 'the seats are HELD',
    by: 'concerts',
    done: { 'seats.held.v1': ['reservations'] },
    undoneBy: 'release',
  },
  reserve: {
    what: 'a reservation is PENDING, to be paid within five minutes',
    by: 'reservations',
    done: { 'reservation.created.v1': ['payments'] },
    undoneBy: 'end',
  },
  pay: {
    what: 'the points leave the wallet',
    by: 'payments',
    done: { 'payment.completed.v1': ['reservations', 'deliveries'] },
    failed: { 'payment.failed.v1': ['reservations', 'deliveries'] },
    because: 'failure',
    undoneBy: 'refund',
  },
  confirm: {
    what: 'the reservation is CONFIRMED',
    by: 'reservations',
    done: { 'reservation.confirmed.v1': ['concerts', 'queue', 'deliveries'] },
    failed: { 'reservation.confirm-failed.v1': ['payments'] },
    because: 'reason',
    undoneBy: 'end',
  },
  sell: {
    what: 'the seats are SOLD',
    by: 'concerts',
    done: { 'seats.sold.v1': [] },
    failed: { 'seats.sale-failed.v1': ['reservations'] },
    because: 'reason',
    undoneBy: 'release',
    failureUndoes: 'hold',
  },
  end: {
    what: 'the reservation is CANCELLED or EXPIRED',
    by: 'reservations',
    done: {
      'reservation.cancelled.v1': ['concerts', 'payments'],
      'reservation.expired.v1': ['concerts', 'payments', 'deliveries'],
    },
  },
  refund: {
    what: 'the points are back in the wallet',
    by: 'payments',
    done: { 'payment.refunded.v1': ['reservations', 'deliveries'] },
  },
  release: {
    what: 'the seats are AVAILABLE again',
    by: 'concerts',
    done: { 'seats.released.v1': [] },
  },
} as const satisfies Readonly<Record<string, StepOfPurchase>>;

export type PurchaseStep = keyof typeof purchase;
type TypesIn<Of> = Of extends unknown ? Extract<keyof Of, string> : never;
type Done = (typeof purchase)[PurchaseStep]['done'];
type Failed = Extract<(typeof purchase)[PurchaseStep], { failed: object }>['failed'];
/** The types of the events that are the steps of a purchase. */
export type PurchaseEventType = TypesIn<Done> | TypesIn<Failed>;

/** What one type of event says about a purchase. */
export interface PurchaseEvent {
  readonly type: PurchaseEventType;
  readonly step: PurchaseStep;
  /** Whether the purchase goes on, something failed, or something was undone. */
  readonly says: 'DONE' | 'FAILED' | 'UNDONE';
  readonly by: ServiceName;
  /** The services that act on it, besides sagas. */
  readonly handledBy: readonly ServiceName[];
  /** The field of its data that says what went wrong. */
  readonly because: string | undefined;
}

/** All events of a purchase. Of two in the same millisecond, the one that stands first here came first. */
export const purchaseEvents: readonly PurchaseEvent[] = (Object.keys(purchase) as PurchaseStep[]).flatMap(
  (step) => {
    const { by, done, failed = {}, because, undoneBy }: StepOfPurchase = purchase[step];
    const events = (says: PurchaseEvent['says'], types: HandledBy): PurchaseEvent[] =>
      Object.entries(types).map(([type, handledBy]) => ({
        ...{ type: type as PurchaseEventType, step, says, by, handledBy },
        because: says === 'FAILED' ? because : undefined,
      }));
    return [...events(undoneBy === undefined ? 'UNDONE' : 'DONE', done), ...events('FAILED', failed)];
  },
);

/** What a step leaves behind, and the events by which all of it is gone. */
export interface Effect {
  readonly step: PurchaseStep;
  readonly leftBy: readonly PurchaseEventType[];
  readonly goneBy: readonly PurchaseEventType[];
}

/** The effects that must be gone before nothing is left of a purchase. */
export const effects: readonly Effect[] = (Object.keys(purchase) as PurchaseStep[]).flatMap((step) => {
  const { undoneBy }: StepOfPurchase = purchase[step];
  if (undoneBy === undefined) return [];
  const typesWhere = (fits: (event: PurchaseEvent) => boolean) =>
    purchaseEvents.filter(fits).map(({ type }) => type);
  const isGoneBy = ({ step: other, says }: PurchaseEvent) => {
    const { failureUndoes }: StepOfPurchase = purchase[other];
    return other === undoneBy || (says === 'FAILED' && failureUndoes === step);
  };
  const leftBy = typesWhere((event) => event.step === step && event.says === 'DONE');
  return [{ step, leftBy, goneBy: typesWhere(isGoneBy) }];
});
