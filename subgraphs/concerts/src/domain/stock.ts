import { placeHold, seatsTaken } from './hold.ts';
import type { Hold } from './hold.ts';
import { tooManySeats } from './sale.ts';
import type { Sale } from './sale.ts';
import type { FreeSeat, Seat } from './seat.ts';
import { whyPaused } from './unpaid-holds.ts';
import type { UnpaidHolds } from './unpaid-holds.ts';

/** What a fan has of a concert, and how they dealt with what they had. */
export interface FanSeats {
  /** Held or owned. */
  readonly seats: number;
  readonly unpaid: UnpaidHolds;
}

const noSeats: FanSeats = { seats: 0, unpaid: { count: 0, lastAt: null } };

/** What one fan asks for. */
export interface Wish {
  /** Of the hold, if it comes to one. */
  readonly reservationId: string;
  readonly userId: string;
  readonly ticketId: string;
  readonly seatIds: readonly string[];
  readonly now: Date;
}

/** What is locked of a schedule and its fans. */
export interface Locked {
  /** Those of the wanted seats that are AVAILABLE. */
  readonly seats: readonly FreeSeat[];
  /** By user; whoever is in neither of these has never had a seat of the concert. */
  readonly fans: ReadonlyMap<string, FanSeats>;
  /** Fans about whom somebody else decides at this moment. */
  readonly busyFans: ReadonlySet<string>;
}

/** What fans contend for who come together: each sees what those before them have taken. */
export class Stock {
  readonly #sale: Sale;
  /** What is locked, whoever has taken it since. */
  readonly #seatIds: ReadonlySet<string>;
  readonly #busyFans: ReadonlySet<string>;
  readonly #free: Map<string, FreeSeat>;
  readonly #fans: Map<string, FanSeats>;
  readonly #holdSeconds: number;

  constructor(sale: Sale, locked: Locked, holdSeconds: number) {
    this.#sale = sale;
    this.#free = new Map(locked.seats.map((seat) => [seat.id, seat]));
    this.#seatIds = new Set(this.#free.keys());
    this.#busyFans = locked.busyFans;
    this.#fans = new Map(locked.fans);
    this.#holdSeconds = holdSeconds;
  }

  /**
   * All of the seats, or none.
   * @param others what a seat is that is not locked: 'taken', or 'busy' when somebody else was not waited for
   * @returns 'busy' when that cannot be said yet
   */
  hold(wish: Wish, others: 'taken' | 'busy') {
    const { userId, seatIds, now } = wish;
    const isLocked = !this.#busyFans.has(userId) && seatIds.every((id) => this.#seatIds.has(id));
    if (others === 'busy' && !isLocked) return 'busy';
    const seats = seatIds.flatMap((id) => this.#free.get(id) ?? []);
    if (seats.length < seatIds.length) return seatsTaken(seatIds.filter((id) => !this.#free.has(id)));
    const fan = this.#fans.get(userId) ?? noSeats;
    const count = fan.seats + seats.length;
    if (count > this.#sale.maxSeatsPerFan) return tooManySeats(this.#sale);
    const paused = whyPaused(fan.unpaid, now);
    if (paused !== null) return paused;
    return this.#take(wish, seats, { ...fan, seats: count });
  }

  /** How many seats a fan has now, with those that were taken here. */
  seatsOf(userId: string): number {
    return (this.#fans.get(userId) ?? noSeats).seats;
  }

  #take(wish: Wish, seats: readonly FreeSeat[], fan: FanSeats): Hold {
    for (const { id } of seats) this.#free.delete(id);
    this.#fans.set(wish.userId, fan);
    const { reservationId, userId, ticketId, now } = wish;
    const byRank = seats.toSorted((one, other) => one.rank - other.rank);
    const held = byRank.map((seat) => heldSeat(seat, reservationId, this.#sale));
    return placeHold(this.#sale, { reservationId, userId, ticketId, seats: held }, now, this.#holdSeconds);
  }
}

function heldSeat(
  { id, sectionId, row, number, version }: FreeSeat,
  reservationId: string,
  sale: Sale,
): Seat {
  const section = sale.sections.find((one) => one.id === sectionId);
  if (section === undefined) throw new Error(`the seat ${id} is of no section of its schedule`);
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
