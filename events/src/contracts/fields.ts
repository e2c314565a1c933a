import { z } from 'zod';

// The field types that contracts share. They are as wide as the blueprint's limits and no wider.

export const id = z.uuid();
/** An instant: RFC 3339, UTC, milliseconds. */
export const instant = z.iso.datetime({ precision: 3 });
/** Points; one point is one won. */
export const points = z.int().min(0).max(2_000_000_000);
export const text = z.string().min(1).max(2_000);

/** A seat as sold: label and price stay what they were, whatever becomes of the seat map. */
const reservedSeat = z.object({ seatId: id, label: text, price: points });
export type ReservedSeat = z.infer<typeof reservedSeat>;
export const reservedSeats = z.array(reservedSeat).min(1).max(10);

/** Concert and schedule as they were shown to the fan at the moment of the hold. */
export const shown = z.object({
  concertTitle: text,
  artist: text,
  venueName: text,
  startsAt: instant,
});
export type Shown = z.infer<typeof shown>;

export const reservationEnd = z.enum([
  'PAYMENT_FAILED',
  'CANCELLED_BY_FAN',
  'SALE_FAILED',
  'HOLD_EXPIRED',
  'COMPENSATED',
]);

/**
 * Why more exactly, where `reservationEnd` has no word for it: a consumer of the release before would refuse an event with a reason
 * that it does not know, and a field that it does not know it leaves out.
 */
export const endDetail = z.enum(['SHOW_CANCELLED']).optional();

/** Why a reservation ended, as services keep it and show it. */
export type ReservationEnd = z.infer<typeof reservationEnd> | 'SHOW_CANCELLED';

/** A reason as events have it. */
interface PublishedEnd {
  readonly reason: z.infer<typeof reservationEnd>;
  readonly detail?: z.infer<typeof endDetail>;
}

/** Says the reason so that consumers of the release before do what is right: a show that is cancelled puts its purchases back. */
export const toPublishedEnd = (end: ReservationEnd): PublishedEnd =>
  end === 'SHOW_CANCELLED' ? { reason: 'COMPENSATED', detail: end } : { reason: end };

export const fromPublishedEnd = ({ reason, detail }: PublishedEnd): ReservationEnd => detail ?? reason;
