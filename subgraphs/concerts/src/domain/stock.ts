import { placeHold, seatsTaken } from './hold.ts';
import type { Hold } from './hold.ts';
import { tooManySeats } from './sale.ts';
import type { ScheduleOnSale } from './sale.ts';
import type { AvailableSeat, Seat } from './seat.ts';
import { whyPaused } from './unpaid-holds.ts';
import type { UnpaidHolds } from './unpaid-holds.ts';

/** How many seats a fan has of a concert, and how they dealt with earlier holds. */
export interface FanSeats {
  /** Held or bought. */
  readonly seats: number;
  readonly unpaid: UnpaidHolds;
}

const noSeats: FanSeats = { seats: 0, unpaid: { count: 0, lastAt: null } };

/** The seats that one fan asks for. */
export interface Wish {
  /** The id of the hold, should there be one. */
  readonly reservationId: string;
  readonly userId: string;
  readonly ticketId: string;
  readonly seatIds: readonly string[];
  readonly now: Date;
}

/** The rows of a schedule and its fans that a transaction has locked. */
export interface Locked {
  /** Those of the wanted seats that are AVAILABLE. */
  readonly seats: readonly AvailableSeat[];
  /** By user. Fans who are neither here nor in `busyFans` have never had a seat of the concert. */
  readonly fans: ReadonlyMap<string, FanSeats>;
  /** Fans whose rows another transaction has locked at this moment. */
  readonly busyFans: ReadonlySet<string>;
}

/** The seats for which fans compete whose calls came together. Each call sees what the calls before it have taken. */
export class Stock {
  readonly #sale: ScheduleOnSale;
  /** The seats that are locked, including those that fans have taken from this stock. */
  readonly #seatIds: ReadonlySet<string>;
  readonly #busyFans: ReadonlySet<string>;
  readonly #available: Map<string, AvailableSeat>;
  readonly #fans: Map<string, FanSeats>;
  readonly #holdSeconds: number;

  constructor(sale: ScheduleOnSale, locked: Locked, holdSeconds: number) {
    this.#sale = sale;
    this.#available = new Map(locked.seats.map((seat) => [seat.id, seat]));
    this.#seatIds = new Set(this.#available.keys());
    this.#busyFans = locked.busyFans;
    this.#fans = new Map(locked.fans);
    this.#holdSeconds = holdSeconds;
  }

  /**
   * Holds all of the seats, or none.
   * @param others what it means if a seat is not locked: 'taken', or 'busy' if this transaction does not wait for others
   * @returns 'busy' if nothing can be said yet
   */
  hold(wish: Wish, others: 'taken' | 'busy') {
    const { userId, seatIds, now } = wish;
    const isLocked = !this.#busyFans.has(userId) && seatIds.every((id) => this.#seatIds.has(id));
    if (others === 'busy' && !isLocked) return 'busy';
    const seats = seatIds.flatMap((id) => this.#available.get(id) ?? []);
    if (seats.length < seatIds.length) return seatsTaken(seatIds.filter((id) => !this.#available.has(id)));
    const fan = this.#fans.get(userId) ?? noSeats;
    const count = fan.seats + seats.length;
    if (count > this.#sale.maxSeatsPerFan) return tooManySeats(this.#sale);
    const paused = whyPaused(fan.unpaid, now);
    if (paused !== null) return paused;
    return this.#take(wish, seats, { ...fan, seats: count });
  }

  /** How many seats a fan has now, including those taken from this stock. */
  seatsOf(userId: string): number {
    return (this.#fans.get(userId) ?? noSeats).seats;
  }

  #take(wish: Wish, seats: readonly AvailableSeat[], fan: FanSeats): Hold {
    for (const { id } of seats) this.#available.delete(id);
    this.#fans.set(wish.userId, fan);
    const { reservationId, userId, ticketId, now } = wish;
    const byRank = seats.toSorted((one, other) => one.rank - other.rank);
    const held = byRank.map((seat) => heldSeat(seat, reservationId, this.#sale));
    return placeHold(this.#sale, { reservationId, userId, ticketId, seats: held }, now, this.#holdSeconds);
  }
}

function heldSeat(
  { id, sectionId, row, number, version }: AvailableSeat,
  reservationId: string,
  sale: ScheduleOnSale,
): Seat {
  const section = sale.sections.find((one) => one.id === sectionId);
  if (section === undefined) throw new Error(`the seat ${id} belongs to no section of its schedule`);
  const { name, price } = section;
  return {
    id,
    sectionId,
    section: name,
    row,
    number,
    price,
    status: 'HELD',
    reservationId,
    version: version + 1,
  };
}
