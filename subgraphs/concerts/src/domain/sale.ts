import { refuse } from '@frontrow/kit/refusal';
import type { Section } from './concert.ts';

/** The most seats that any concert can allow a fan. */
export const mostSeatsPerFan = 10;

/** A schedule as it is sold: all that a hold needs to know about it. */
export interface ScheduleOnSale {
  readonly scheduleId: string;
  readonly concertId: string;
  readonly concertTitle: string;
  readonly artist: string;
  readonly venueName: string;
  readonly startsAt: Date;
  readonly cancelledAt: Date | null;
  readonly salesOpenAt: Date;
  readonly publishAt: Date | null;
  readonly maxSeatsPerFan: number;
  /** The concert's version, which grows whenever its words, times or limit change. */
  readonly concertVersion: number;
  /** Nearest the stage first. */
  readonly sections: readonly Section[];
}

/** Whether everybody may know of it. */
export const isPublished = ({ publishAt }: Pick<ScheduleOnSale, 'publishAt'>, now: Date): boolean =>
  publishAt === null || publishAt <= now;

/** Why nobody could hold `count` seats now, no matter who asks and which seats they are. */
export function whyNotForSale(sale: ScheduleOnSale, count: number, now: Date) {
  if (count > sale.maxSeatsPerFan) return tooManySeats(sale);
  if (sale.cancelledAt !== null) return showCancelled();
  if (now < sale.salesOpenAt) {
    return refuse('SALE_NOT_OPEN', `Sales open at ${sale.salesOpenAt.toISOString()}.`, { retryable: true });
  }
  if (now >= sale.startsAt) return refuse('SALE_NOT_OPEN', 'Sales have ended: the show has begun.');
  return null;
}

export const showCancelled = () => refuse('SHOW_CANCELLED', 'The show was cancelled.');

export const tooManySeats = ({ maxSeatsPerFan }: ScheduleOnSale) =>
  refuse(
    'SEAT_LIMIT_EXCEEDED',
    `A fan may have ${maxSeatsPerFan} seats of this concert, including held ones.`,
  );
