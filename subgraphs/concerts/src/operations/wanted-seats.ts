import { badUserInput } from '@frontrow/kit/errors';
import { text } from '@frontrow/kit/text';
import { mostSeatsPerFan } from '../domain/sale.ts';

/** Which seats a fan wants: exactly these, or the best of a kind. */
export type WantedSeats =
  | { readonly seatIds: readonly string[]; readonly count: number }
  | {
      readonly seatIds?: undefined;
      readonly count: number;
      readonly section: string | null;
      /** The highest price of a seat, in points. */
      readonly maxPrice: number | null;
    };

type Maybe<T> = T | null | undefined;

/** The two ways of asking for seats, as the caller may have mixed them up. */
export interface SeatWish {
  readonly seatIds?: Maybe<readonly string[]>;
  readonly bestAvailable?: Maybe<{ count: number; section?: Maybe<string>; maxPrice?: Maybe<number> }>;
}

/**
 * Turns a wish into one form, so that the same wish always has the same fingerprint.
 * @throws BAD_USER_INPUT if it makes no sense. A wish for too many seats does make sense
 */
export function wantedSeats(wish: SeatWish): WantedSeats {
  const { seatIds, bestAvailable: best } = wish;
  if (seatIds != null && best == null) {
    const count = seatIds.length;
    if (count === 0) throw badUserInput('input.seatIds', 'must not be empty.');
    if (count <= mostSeatsPerFan && new Set(seatIds).size < count) {
      throw badUserInput('input.seatIds', 'must not name a seat twice.');
    }
    return { seatIds: seatIds.toSorted(), count };
  }
  if (best != null && seatIds == null) {
    const { count, section = null, maxPrice = null } = best;
    if (count < 1) throw badUserInput('input.bestAvailable.count', 'must be at least 1.');
    if (maxPrice !== null && maxPrice < 0) {
      throw badUserInput('input.bestAvailable.maxPrice', 'must not be negative.');
    }
    const named =
      section === null ? null : text('input.bestAvailable.section', section, { min: 0, max: 200 });
    return { count, section: named, maxPrice };
  }
  throw badUserInput('input', 'must have exactly one of seatIds and bestAvailable.');
}
