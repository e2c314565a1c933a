import type { EventType } from './contracts/all.ts';
import type { ServiceName } from './services.ts';

/** Events that say the same of a step, each with the services that act on it. That sagas logs all of them goes without saying. */
type Telling = Partial<Readonly<Record<EventType, readonly ServiceName[]>>>;

interface StepOfPurchase {
  /** In a few words: what is done. */
  readonly what: string;
  /** Who alone decides it. */
  readonly by: ServiceName;
  /** Any of these events says that it was done. */
  readonly done: Telling;
  /** Any of these says that it cannot be done: what was done before goes back. */
  readonly failed?: Telling;
  /** The field of a failure's data that says why. */
  readonly because?: string;
  /** The step that puts it back; one that nothing undoes puts something back itself. */
  readonly undoneBy?: string;
  /** A step that is put back already when this one fails. */
  readonly failureUndoes?: string;
}

/**
 * A purchase in one place: its steps, in the order in which one causes the next, and behind them those that put something back.
 * What the broker lets each service publish and hear (`routes.ts`), how sagas reads its log, and the table in docs/architecture.md follow from this.
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
  /** The purchase goes on, something failed, or something was put back. */
  readonly says: 'DONE' | 'FAILED' | 'UNDONE';
  readonly by: ServiceName;
  /** Who acts on it, besides sagas. */
  readonly heardBy: readonly ServiceName[];
  /** The field of its data that says what went wrong. */
  readonly because: string | undefined;
}

/** All events of a purchase; of two that happen in one millisecond the one that stands first here came first. */
export const purchaseEvents: readonly PurchaseEvent[] = (Object.keys(purchase) as PurchaseStep[]).flatMap(
  (step) => {
    const { by, done, failed = {}, because, undoneBy }: StepOfPurchase = purchase[step];
    const events = (says: PurchaseEvent['says'], told: Telling): PurchaseEvent[] =>
      Object.entries(told).map(([type, heardBy]) => ({
        ...{ type: type as PurchaseEventType, step, says, by, heardBy },
        because: says === 'FAILED' ? because : undefined,
      }));
    return [...events(undoneBy === undefined ? 'UNDONE' : 'DONE', done), ...events('FAILED', failed)];
  },
);

/** What a step leaves behind, and by which events all of it is gone. */
export interface Effect {
  readonly step: PurchaseStep;
  readonly leftBy: readonly PurchaseEventType[];
  readonly goneBy: readonly PurchaseEventType[];
}

/** The effects that have to be gone before nothing is left of a purchase. */
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
